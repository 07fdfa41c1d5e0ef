// A desktop that shows notifications (freedesktop.org, Desktop Notifications 1.2), with nobody but a test in front of it:
// it tells what a browser asks it to show, and clicks on it as a person would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as dbus from "@jellybrick/dbus-next";

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

const CLOSED_BY_CALL = 3;

class Notifications extends dbus.interface.Interface {
  readonly shown = new Map<number, Shown>();
  #last = 0;

  Notify(_app: string, replaces: number, _icon: string, title: string, body: string) {
    const id = replaces || ++this.#last;
    this.shown.set(id, { id, title, body });
    return id;
  }

  CloseNotification(id: number) {
    this.shown.delete(id);
    this.NotificationClosed(id, CLOSED_BY_CALL);
  }

  GetCapabilities() {
    return ["actions", "body"];
  }

  GetServerInformation() {
    return ["desktop", "test", "1", "1.2"];
  }

  ActionInvoked(id: number, action: string) {
    return [id, action];
  }

  NotificationClosed(id: number, why: number) {
    return [id, why];
  }
}

Notifications.configureMembers({
  methods: {
    Notify: { inSignature: "susssasa{sv}i", outSignature: "u" },
    CloseNotification: { inSignature: "u", outSignature: "" },
    GetCapabilities: { inSignature: "", outSignature: "as" },
    GetServerInformation: { inSignature: "", outSignature: "ssss" },
  },
  signals: { ActionInvoked: { signature: "us" }, NotificationClosed: { signature: "uu" } },
});

export async function startDesktop(): Promise<Desktop> {
  const daemon = spawn("dbus-daemon", ["--session", "--nofork", "--print-address"], { stdio: ["ignore", "pipe", "ignore"] });
  const [busAddress] = (await once(createInterface(daemon.stdout), "line")) as [string];
  const bus = dbus.sessionBus({ busAddress });
  const notifications = new Notifications("org.freedesktop.Notifications");
  bus.export("/org/freedesktop/Notifications", notifications);
  await bus.requestName("org.freedesktop.Notifications", 0);
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: busAddress },
    shown: () => [...notifications.shown.values()],
    click: ({ id }) => void notifications.ActionInvoked(id, "default"),
    stop: async () => {
      bus.disconnect();
      daemon.kill();
      if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, "exit");
    },
  };
}
