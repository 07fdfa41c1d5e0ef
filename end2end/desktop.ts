// A desktop that shows notifications (freedesktop.org, Desktop Notifications 1.2), with nobody but a test in front of it:
// it tells what a browser asks it to show, and clicks on it as a person would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Message, sessionBus } from "@jellybrick/dbus-next";

export type Shown = { id: number; title: string; body: string };

export type Desktop = {
  /** Where browsers find it. */
  env: { DBUS_SESSION_BUS_ADDRESS: string };
  /** What is on the screen, the oldest first. */
  shown: () => Shown[];
  /** Clicks on what was shown. */
  click: (shown: Shown) => void;
  stop: () => Promise<void>;
};

const NOTIFICATIONS = "org.freedesktop.Notifications";
const PATH = "/org/freedesktop/Notifications";
const CLOSED_BY_CALL = 3;

export async function startDesktop(): Promise<Desktop> {
  const daemon = spawn("dbus-daemon", ["--session", "--nofork", "--print-address"], { stdio: ["ignore", "pipe", "ignore"] });
  const [busAddress] = (await once(createInterface(daemon.stdout), "line")) as [string];
  const bus = sessionBus({ busAddress });
  const shown = new Map<number, Shown>();
  let last = 0;
  const signal = (name: string, signature: string, body: unknown[]) =>
    bus.send(Message.newSignal(PATH, NOTIFICATIONS, name, signature, body));
  bus.addMethodHandler((message) => {
    if (message.interface !== NOTIFICATIONS) return false;
    const answer = (signature: string, body: unknown[]) => bus.send(Message.newMethodReturn(message, signature, body));
    switch (message.member) {
      case "GetCapabilities":
        answer("as", [["actions", "body"]]);
        return true;
      case "GetServerInformation":
        answer("ssss", ["desktop", "test", "1", "1.2"]);
        return true;
      case "Notify": {
        const [, replaces, , title, body] = message.body as [string, number, string, string, string];
        const id = replaces || ++last;
        shown.set(id, { id, title, body });
        answer("u", [id]);
        return true;
      }
      case "CloseNotification": {
        const [id] = message.body as [number];
        shown.delete(id);
        answer("", []);
        signal("NotificationClosed", "uu", [id, CLOSED_BY_CALL]);
        return true;
      }
    }
    return false;
  });
  await bus.requestName(NOTIFICATIONS, 0);
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: busAddress },
    shown: () => [...shown.values()],
    click: ({ id }) => signal("ActionInvoked", "us", [id, "default"]),
    stop: async () => {
      bus.disconnect();
      daemon.kill();
      if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, "exit");
    },
  };
}
