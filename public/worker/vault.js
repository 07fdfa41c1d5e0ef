// What this device keeps, locked with a key that belongs to one session. Without the key nothing opens: whoever leaves
// destroys it with the rest, and so does the end of the session.

const STORES = ["key", "pages", "outbox"];

let database;
// Counts up when somebody leaves: what was on its way to be kept then is not kept any more.
let departures = 0;

function openVault() {
  database ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open("vault", 1);
    opening.onupgradeneeded = () => {
      for (const store of STORES) opening.result.createObjectStore(store, { autoIncrement: store === "outbox" });
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      opening.result.onclose = () => (database = undefined);
      opening.result.onversionchange = () => {
        opening.result.close();
        database = undefined;
      };
      resolve(opening.result);
    };
  });
  database.catch(() => (database = undefined));
  return database;
}

// Works in one transaction; what it writes is on the disk when this is over.
async function inVault(mode, work) {
  const transaction = (await openVault()).transaction(STORES, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const asked = work(...STORES.map((store) => transaction.objectStore(store)));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// The key with its session, unless that is over.
async function holder() {
  try {
    const held = await inVault("readonly", (keys) => keys.get("key"));
    if (!held || Date.now() < held.until) return held;
    await empty();
  } catch {}
}

// Holds a session, as the server named it: its id and when it ends. What another one kept is destroyed.
async function hold(offline) {
  const [session, until] = offline.split(" ");
  const held = await holder();
  if (held && held.session !== session) await empty();
  const key =
    held?.session === session
      ? held.key
      : await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inVault("readwrite", (keys) => keys.put({ key, session, until: until * 1000 }, "key"));
}

async function empty() {
  departures += 1;
  await inVault("readwrite", (...stores) => stores.forEach((store) => store.clear())).catch(() => {});
}

async function lock({ key }, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { iv, locked: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

// Nothing, where it was locked with another key.
async function unlock({ key }, { iv, locked }) {
  try {
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, locked);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {}
}
