// Shows reminders while no page is open. What comes is what the server sent, locked for this browser alone.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(openPage(event.notification)));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(event)));

// A push that shows nothing costs the permission, so one that cannot be read shows that there is something.
async function show(data) {
  let told = {};
  try {
    told = data.json();
  } catch {}
  const { title, body, lang, dir, tag, navigate } = told.notification ?? {};
  await self.registration.showNotification(title ?? "Vores Plan", {
    body,
    lang,
    dir,
    tag,
    icon: "/icons/maskable-192.png",
    data: navigate,
  });
  if (told.delivery) await post("/reminders/seen", { delivery: told.delivery });
}

async function openPage(notification) {
  notification.close();
  const address = new URL(notification.data ?? "/", self.location.origin);
  if (address.origin !== self.location.origin) return;
  for (const page of await self.clients.matchAll({ type: "window" })) {
    // A window that is just being left or closed goes nowhere else.
    const went = page.focus().then(() => page.navigate(address.href));
    if (await went.then(() => true, () => false)) return;
  }
  await self.clients.openWindow(address.href);
}

// The browser has a new address for us, or none: it asks for one with the same key and says where it is reached now.
async function subscribeAgain({ oldSubscription, newSubscription }) {
  const key = (newSubscription ?? oldSubscription)?.options.applicationServerKey;
  if (!key) return;
  const subscription =
    newSubscription ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = subscription.toJSON();
  await post("/reminders/on", { endpoint, ...keys });
}

function post(address, fields) {
  return fetch(address, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" }).catch(() => {});
}
