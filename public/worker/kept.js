// The family's last seen pages. The server says in the header `Offline` which pages may be kept, for which session and
// how long; "no" where nothing may be.

// A page that takes longer is shown as it was, in milliseconds.
const SLOW = 6_000;
// A page is kept for so long, in milliseconds.
const KEPT = 14 * 24 * 3_600_000;
// Pages nobody opened are fetched at most so often, in milliseconds.
const FRESH = 3_600_000;
// What is said where there is no net comes from the server too, in the language of whoever reads it.
const WORDS = "/offline.json";

async function page(event, address) {
  if (await isLeaving()) {
    try {
      await leaveNow();
    } catch {
      return Response.error();
    }
  }
  if (address === "/waiting") return waitingPage();
  if ((await waiting()).length) await Promise.race([sendWaiting(), after(SLOW)]);
  if ((await waiting()).some((entry) => entry.address === address && entry.state === "waiting")) {
    return Response.redirect("/waiting", 303);
  }
  const fetched = fetchPage(event, address);
  const kept = await pageAsItWas(address);
  const answer = await Promise.race([fetched, ...(kept ? [after(SLOW)] : [])]).catch(() => undefined);
  if (answer && !(kept && isDown(answer))) return withNews(answer);
  return kept ?? (answer || missing());
}

async function fetchPage(event, address) {
  const before = departures;
  const answer = await fetch(event.request);
  const copy = answer.clone();
  event.waitUntil(keep(address, copy, before));
  return answer;
}

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The server, or what stands before it, has its own troubles.
const isDown = ({ status }) => status >= 500 || status === 429;

async function keep(address, answer, before) {
  const offline = answer.headers.get("offline");
  if (!offline || before !== departures) return;
  if (offline === "no") return empty();
  if (answer.status !== 200) return;
  await hold(offline);
  const held = await holder();
  const headers = ["content-type", "content-security-policy"].map((name) => [name, answer.headers.get(name)]);
  const value = await lock(held, { html: await answer.text(), headers });
  if (before !== departures) return;
  await inVault("readwrite", (_, pages) => pages.put({ ...value, at: Date.now() }, address));
}

async function kept(address) {
  const held = await holder();
  const found = held && (await inVault("readonly", (_, pages) => pages.get(address)));
  if (!found || Date.now() - found.at > KEPT) return;
  const page = await unlock(held, found);
  return page && { at: found.at, ...page };
}

const forgetPage = (address) => inVault("readwrite", (_, pages) => pages.delete(address));

async function words() {
  const found = await kept(WORDS);
  return found && JSON.parse(found.html);
}

async function pageAsItWas(address) {
  const [found, said] = [await kept(address), await words()];
  if (!found || !said) return;
  const waits = (await waiting()).length ? said.something_waits : "";
  return html(withNote(found.html, said.kept.replace("{when}", when(said, found.at)) + waits), found.headers);
}

async function missing() {
  const said = await words();
  return said ? html(said.missing) : Response.error();
}

// Tells on the next page what was saved since, and what still waits.
async function withNews(answer) {
  const entries = await waiting();
  const said = entries.length && (await words());
  if (!said || answer.status !== 200 || !answer.headers.get("content-type")?.startsWith("text/html")) return answer;
  const saved = entries.filter((entry) => entry.state === "saved");
  const note = saved.map((entry) => said.saved_note.replace("{when}", when(said, entry.saved))).join("");
  await Promise.all(saved.map(forgetEntry));
  const text = withNote(await answer.text(), note + (entries.length > saved.length ? said.something_waits : ""));
  const headers = new Headers(answer.headers);
  ["content-encoding", "content-length"].forEach((name) => headers.delete(name));
  return new Response(text, { headers });
}

const withNote = (page, note) => page.replace(/<main [^>]*>/, (main) => main + note);

function html(text, headers = [["content-type", "text/html; charset=utf-8"]]) {
  return new Response(text, { headers: headers.filter(([, value]) => value) });
}

function when({ lang, zone, today, other_day }, at) {
  const format = (options, of = at) => new Intl.DateTimeFormat(lang, { timeZone: zone, ...options }).format(of);
  const day = { day: "numeric", month: "long", weekday: "long" };
  const said = format(day) === format(day, Date.now()) ? today : other_day.replace("{day}", format(day));
  return said.replace("{time}", format({ hour: "numeric", minute: "2-digit", hourCycle: "h23" }));
}

// Fetches what the server says a family may want without a net, where it was not seen lately.
async function keepPages() {
  const before = departures;
  const get = async (address) => {
    const answer = await fetch(address).catch(() => undefined);
    if (answer) await keep(address, answer, before);
  };
  await get(WORDS);
  const said = await words();
  if (!said) return;
  for (const address of said.pages) {
    const found = await kept(address);
    if (!found || Date.now() - found.at > FRESH) await get(address);
  }
  const stay = new Set([WORDS, ...said.pages]);
  const all = await inVault("readonly", (_, pages) => pages.getAllKeys());
  await Promise.all(all.filter((address) => !stay.has(address)).map(forgetPage));
}
