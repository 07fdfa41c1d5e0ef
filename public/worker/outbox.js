// Forms that were sent without a net. Each waits here, with the time it was filled in, until the server has it. The
// server takes the same form twice for once, so what was cut off is simply sent again.

// Forms that may wait: answers, "not today", a ticked step, coming to a meeting.
const MAY_WAIT = /^\/(check-in\/[^/]+(\/[0-9a-f]{32})?(\/not-today)?|steps\/[0-9a-f]{32}|meetings\/[0-9a-f]{32}\/answer)$/;
// Forms after which nothing may stay.
const LEAVES = /^\/(sign-out(\/everywhere)?|quick-exit|sign-in\/.+|me\/(offline|code))$/;
// The server has so long to answer, in milliseconds; then the form waits.
const PATIENCE = 10_000;

// Who works on the outbox does so alone.
const alone = (work) => navigator.locks.request("outbox", work);

async function send(event, address) {
  const held = await holder();
  if (!held || !(await words())) return fetch(event.request);
  const body = await event.request.clone().text();
  const answer = await alone(async () => {
    await sendEach();
    const before = (await waiting()).filter((other) => other.address === address);
    // Kept before it goes out: should the phone die on the way, it goes again.
    const number = await put(held, { state: "waiting", address, body, at: Date.now() });
    await forgetPage(address);
    // What was sent first arrives first.
    if (before.some(({ state }) => state === "waiting")) return;
    const answer = await Promise.race([fetch(event.request), after(PATIENCE)]).catch(() => undefined);
    if (!answer || isDown(answer)) return;
    await Promise.all([{ number }, ...before].map(forgetEntry));
    return answer;
  });
  if (answer) return answer;
  // From here on it is no draft: what is too old of those goes with everything beside it.
  await self.cookieStore?.delete("draft").catch(() => {});
  await self.registration.sync?.register("outbox").catch(() => {});
  return Response.redirect("/waiting", 303);
}

async function put(held, entry, number) {
  const before = departures;
  const locked = await lock(held, entry);
  if (before === departures) return inVault("readwrite", (_, __, outbox) => outbox.put(locked, number));
}

const forgetEntry = ({ number }) => inVault("readwrite", (_, __, outbox) => outbox.delete(number));

// All entries, the oldest first.
async function waiting() {
  const held = await holder();
  if (!held) return [];
  const numbers = await inVault("readonly", (_, __, outbox) => outbox.getAllKeys());
  const entries = await Promise.all(
    numbers.map(async (number) => {
      const found = await inVault("readonly", (_, __, outbox) => outbox.get(number));
      const entry = found && (await unlock(held, found));
      return entry && { number, ...entry };
    }),
  );
  return entries.filter(Boolean);
}

// Sends what waits.
const sendWaiting = () => alone(sendEach);

async function sendEach() {
  const stuck = new Set();
  for (const { number, ...entry } of await waiting()) {
    if (entry.state !== "waiting" || stuck.has(entry.address)) continue;
    const answer = await Promise.race([sendAgain(entry), after(PATIENCE)]).catch(() => undefined);
    const held = await holder();
    if (!held || !answer) return;
    // What the server cannot take now keeps back what comes after it for the same place, and nothing else.
    if (isDown(answer) || answer.status === 401) stuck.add(entry.address);
    else await put(held, settled(entry, answer), number);
  }
}

// What became of a form: of one that is saved nothing stays but where that is told.
function settled(entry, answer) {
  if (!answer.ok) return { ...entry, state: "refused" };
  return { state: "saved", address: entry.address, saved: Date.now(), told: new URL(answer.url).pathname };
}

function sendAgain({ address, body, at }) {
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    waited: String(Math.max(1, Math.round((Date.now() - at) / 1000))),
  };
  return fetch(address, { method: "POST", body, headers });
}

// The browser tries again later when this fails.
async function sendWaitingOrFail() {
  await sendWaiting();
  if ((await waiting()).some((entry) => entry.state === "waiting")) throw new Error("there is no net");
}

async function waitingPage() {
  await sendWaiting();
  const [said, entries] = [await words(), await waiting()];
  if (!said || !entries.length) return Response.redirect("/", 303);
  const waits = entries.some((entry) => entry.state === "waiting");
  const settles = entries.every((entry) => entry.state === "saved");
  await Promise.all(entries.filter((entry) => entry.state === "saved").map(forgetEntry));
  const text = (settles ? said.arrived : said.waiting)
    .replace("{rows}", () => entries.map((entry) => row(said, entry)).join(""))
    .replace("{help}", () => (entries.some((entry) => kindOf(entry) === "check_in") ? said.help : ""));
  return html(waits ? text.replace("</head>", '<meta http-equiv="refresh" content="10"></head>') : text);
}

function kindOf({ address }) {
  if (address.endsWith("/not-today")) return "not_today";
  return { steps: "step", meetings: "meeting" }[address.split("/")[1]] ?? "check_in";
}

function row(said, entry) {
  const { state, address, body, at, saved, told } = entry;
  const fields = state === "refused" ? [...new URLSearchParams(body)] : [];
  const hidden = fields.map(([name, value]) => `<input type="hidden" name="${plain(name)}" value="${plain(value)}">`);
  return said.rows[state]
    .replace("{what}", said.what[kindOf(entry)])
    .replace("{when}", () => when(said, saved ?? at))
    .replace("{told}", () => plain(told ?? "/"))
    .replace("{address}", plain(address))
    .replace("{fields}", () => hidden.join(""));
}

const plain = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// Somebody leaves. A quick exit never asks; who signs out while something waits is told that it would be lost.
async function leave(event, address) {
  const { request } = event;
  const said = await words();
  const signsOut = address.startsWith("/sign-out");
  if (signsOut && said && !(await request.clone().text()).includes("sure=yes")) {
    await sendWaiting();
    const waits = (await waiting()).some((entry) => entry.state === "waiting");
    if (waits) return html(said.leaving.replaceAll("{address}", plain(address)));
  }
  if (address === "/me/code") await sendWaiting();
  await empty();
  if (!address.startsWith("/me")) event.waitUntil(unsubscribe());
  const answer = await fetch(request).catch(() => undefined);
  if (answer && !isDown(answer)) return answer;
  if (!signsOut && address !== "/quick-exit") return answer ?? Response.error();
  await leaveLater();
  if (!said) return Response.error();
  return signsOut ? html(said.left) : Response.redirect(said.elsewhere, 303);
}

async function unsubscribe() {
  const subscription = await self.registration.pushManager?.getSubscription().catch(() => undefined);
  await subscription?.unsubscribe().catch(() => {});
}

// Without a net the server does not know yet: it is told before anything else is asked of it.
const LEAVING = "leaving";
const leaveLater = () => caches.open(LEAVING).then((cache) => cache.put("/quick-exit", new Response()));
const isLeaving = () => caches.has(LEAVING);

async function leaveNow() {
  await fetch("/quick-exit", { method: "POST", redirect: "manual" });
  await caches.delete(LEAVING);
}
