// Works between the pages and the net: it shows reminders, keeps the family's last seen pages, and sends what waited.

importScripts("/worker/vault.js", "/worker/kept.js", "/worker/outbox.js", "/worker/push.js");

// What pages are made of. It tells nothing about anybody, and a page that was kept needs it.
const FILES = [
  "/main.css",
  "/islands.js",
  "/browser.wasm",
  "/scripts/keep.js",
  "/icons/favicon.svg",
  "/icons/maskable-192.png",
];
const GENERATION = `files ${FILES.join(" ")}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetchFiles());
});
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([forgetFiles(), self.clients.claim()])));

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(sendWaiting().then(keepPages));
});
self.addEventListener("sync", (event) => event.waitUntil(sendWaitingOrFail()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  const forever = pathname.startsWith("/static/");
  if (forever || FILES.includes(pathname)) event.respondWith(file(request, forever));
  else if (request.method === "POST" && LEAVES.test(pathname)) event.respondWith(leave(event, pathname));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(page(event, pathname).catch(() => fetch(request)));
  else if (MAY_WAIT.test(pathname)) event.respondWith(send(event, pathname));
});

// A file whose name changes with what is in it never changes; others may.
async function file(request, forever) {
  const kept = await caches.match(request);
  return forever && kept ? kept : fetch(request).catch((error) => kept ?? Promise.reject(error));
}

async function fetchFiles() {
  const cache = await caches.open(GENERATION);
  await Promise.all(FILES.map((address) => cache.add(address).catch(() => {})));
}

// A page that is open when an update comes goes on with the files it began with.
async function forgetFiles() {
  const generations = (await caches.keys()).filter((name) => name.startsWith("files "));
  await Promise.all(generations.slice(0, -2).map((name) => caches.delete(name)));
}
