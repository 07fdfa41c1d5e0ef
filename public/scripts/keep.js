// Lets this device keep the family's last seen pages for when there is no net, and send what waits.

const DAY = 24 * 60;
const begun = Number(localStorage.getItem("draft")?.split("\n")[1] ?? Infinity);
if (Date.now() / 60_000 - begun >= DAY) localStorage.removeItem("draft");

const workers = navigator.serviceWorker;
if (workers) {
  await workers.register("/service-worker.js").catch(() => {});
  if (await workers.getRegistration()) (await workers.ready).active.postMessage("keep");
}
