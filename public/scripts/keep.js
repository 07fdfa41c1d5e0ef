// Lets this device keep the family's last seen pages for when there is no net, and send what waits.

const workers = navigator.serviceWorker;
if (workers) {
  await workers.register("/service-worker.js").catch(() => {});
  if (await workers.getRegistration()) (await workers.ready).active.postMessage("keep");
}
