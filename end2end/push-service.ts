// A push service on this machine for a real Firefox, and for whoever plays a device: it speaks Mozilla's protocol to the
// browser, takes messages as the real ones do, and remembers what the browser says it could unlock.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** What the browser says of a message: 100 when it was unlocked and given to the page's worker, 101 when not. */
export type Acknowledged = { version: string; code: number };

export type PushService = {
  origin: string;
  /** What browsers acknowledged, in order. */
  acknowledged: Acknowledged[];
  /** The bodies that were taken, in order. */
  taken: Buffer[];
  /** An address for a device that comes for its messages in `taken`. */
  register: () => string;
  /** Lets the browser's connection drop and gives it a new name, so that its addresses are no more. */
  forget: () => void;
  stop: () => Promise<void>;
};

type Told = { messageType?: string; channelID?: string; uaid?: string; updates?: Acknowledged[] };

/** Starts one, whose clock stands where its senders' does. */
export async function startPushService(clock = Date.now): Promise<PushService> {
  const acknowledged: Acknowledged[] = [];
  const taken: Buffer[] = [];
  const channels = new Map<string, WebSocket | undefined>();
  const browsers = new Set<WebSocket>();
  let known: string | undefined;

  const answer = (browser: WebSocket, told: Told) => {
    const { messageType, channelID } = told;
    const reply = (more: object) => browser.send(JSON.stringify({ messageType, status: 200, ...more }));
    switch (messageType) {
      case "hello":
        known = told.uaid && told.uaid === known ? known : randomUUID().replaceAll("-", "");
        return reply({ uaid: known, use_webpush: true, broadcasts: {} });
      case "register":
        channels.set(channelID!, browser);
        return reply({ channelID, pushEndpoint: `${origin}/push/${channelID}` });
      case "unregister":
        channels.delete(channelID!);
        return reply({ channelID });
      case "ack":
        acknowledged.push(...(told.updates ?? []));
    }
  };

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const channelID = request.url!.split("/").pop()!;
    const why = unsound(request, body, origin, clock() / 1000);
    if (why) return response.writeHead(400).end(why);
    if (!channels.has(channelID)) return response.writeHead(410).end();
    taken.push(body);
    const headers = { encoding: request.headers["content-encoding"] };
    channels.get(channelID)?.send(JSON.stringify({ messageType: "notification", channelID, version: randomUUID(), data: body.toString("base64url"), headers }));
    return response.writeHead(201, { location: `${origin}/message/${randomUUID()}` }).end();
  };

  const http = createServer((request, response) => void take(request, response));
  const sockets = new WebSocketServer({ server: http, handleProtocols: (offered) => [...offered][0] ?? false });
  sockets.on("connection", (browser) => {
    browsers.add(browser);
    browser.on("message", (text) => answer(browser, JSON.parse(text.toString())));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const origin = `http://127.0.0.1:${(http.address() as { port: number }).port}`;

  const drop = () => {
    for (const browser of browsers) browser.terminate();
    browsers.clear();
    channels.clear();
  };
  return {
    origin,
    acknowledged,
    taken,
    register: () => {
      const channelID = randomUUID();
      channels.set(channelID, undefined);
      return `${origin}/push/${channelID}`;
    },
    forget: () => {
      known = undefined;
      drop();
    },
    stop: async () => {
      drop();
      http.close();
      await once(http, "close");
    },
  };
}

/** Why a real push service would not take it (RFC 8030, RFC 8188, RFC 8292). */
function unsound(request: IncomingMessage, body: Buffer, origin: string, now: number): string | undefined {
  const { authorization, ttl, urgency, topic } = request.headers;
  const token = /^vapid t=([\w-]+)\.([\w-]+)\.[\w-]+, k=[\w-]{87}$/.exec(authorization ?? "");
  if (request.method !== "POST" || !token) return "no token";
  const claims = JSON.parse(Buffer.from(token[2], "base64url").toString());
  if (claims.aud !== origin || claims.exp <= now || claims.exp > now + 24 * 3600) return "a token for somebody else";
  if (!/^(mailto:|https:\/\/)/.test(claims.sub) || /localhost/.test(claims.sub)) return "nobody to write to";
  if (!/^\d+$/.test(`${ttl}`)) return "no TTL";
  if (!["very-low", "low", "normal", "high"].includes(`${urgency}`)) return "no urgency";
  if (`${topic}`.length > 32) return "a long topic";
  if (request.headers["content-encoding"] !== "aes128gcm" || body.length > 4096) return "not a message";
  return undefined;
}
