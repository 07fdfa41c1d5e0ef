// npm's web-push as a careful sender uses it: the token is signed once, and all messages go over one HTTP/2 connection,
// so many at once. Its own `sendNotification` signs every message and knows HTTP/1.1 only.
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import webpush from "web-push";

const AT_ONCE = 64;
const { subscriptions, text, ttl, topic, contact, key } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { origin } = new URL(subscriptions[0].endpoint);
const headers = webpush.getVapidHeaders(origin, contact, key.public, key.private, "aes128gcm");
const service = connect(origin);

function send(subscription) {
  const made = webpush.generateRequestDetails(subscription, text, { TTL: ttl, topic, urgency: "normal", headers });
  const path = subscription.endpoint.slice(origin.length);
  return new Promise((resolve, reject) => {
    const request = service.request({ ":method": "POST", ":path": path, ...made.headers });
    let status;
    request.on("response", (answer) => (status = answer[":status"]));
    request.on("end", () => resolve(status));
    request.on("error", reject);
    request.resume();
    request.end(made.body);
  });
}

async function sendAll(all) {
  let next = 0;
  let accepted = 0;
  const sendSome = async () => {
    while (next < all.length) if ((await send(all[next++])) === 201) accepted += 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  return accepted;
}

await sendAll(subscriptions.slice(0, 1000));
const [begun, used] = [performance.now(), process.cpuUsage()];
const accepted = await sendAll(subscriptions);
const { user, system } = process.cpuUsage(used);
console.log(JSON.stringify({ accepted, seconds: (performance.now() - begun) / 1e3, cpu: (user + system) / 1e6 }));
service.close();
