// A net that fails between the browser and the server, as nets of phones do.
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** How the net is: there; gone; cut before a request arrives, or before its answer does; or the server is busy. */
export type Weather = "up" | "down" | "request lost" | "answer lost" | "busy";

export class Net {
  weather: Weather = "up";
  /** What the answers to an address are changed into. */
  changed = new Map<string, (text: string) => string>();
  private sockets = new Set<Socket>();
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly url: string,
  ) {}

  /** A net that leads to that port of this machine. */
  static async to(port: number): Promise<Net> {
    const server = createServer((asked, answer) => net.pass(asked, answer, port)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const net: Net = new Net(server, `http://localhost:${(server.address() as AddressInfo).port}`);
    server.on("connection", (socket) => {
      if (net.weather === "down") socket.destroy();
      net.sockets.add(socket);
      socket.on("close", () => net.sockets.delete(socket));
    });
    return net;
  }

  turn(weather: Weather) {
    this.weather = weather;
    if (weather === "down") for (const socket of this.sockets) socket.destroy();
  }

  async close() {
    this.turn("down");
    this.server.close();
    await once(this.server, "close");
  }

  private pass(asked: IncomingMessage, answer: ServerResponse, port: number) {
    const { method, url: path, headers } = asked;
    const { weather } = this;
    const cut = () => asked.socket.destroy();
    if (weather === "down" || weather === "request lost") return cut();
    if (weather === "busy") return answer.writeHead(503).end();
    const change = this.changed.get(path ?? "");
    if (change) delete headers["accept-encoding"];
    const passed = request({ port, method, path, headers }, (got) => {
      if (weather === "answer lost") return got.resume().on("end", cut);
      if (!change) {
        answer.writeHead(got.statusCode ?? 502, got.rawHeaders);
        return got.pipe(answer);
      }
      const parts: Buffer[] = [];
      got.on("data", (part) => parts.push(part)).on("end", () => {
        const { "content-length": _, ...kept } = got.headers;
        answer.writeHead(got.statusCode ?? 502, kept).end(change(Buffer.concat(parts).toString()));
      });
    });
    passed.on("error", cut);
    asked.pipe(passed);
  }
}
