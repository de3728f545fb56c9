/** A session on a socket that is none: tests see every frame, and say what the socket does. */
import { vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { realtime } from "../../realtime.js";
import { staticSchema } from "../../schema.js";
import type { Transport } from "../../transport.js";
import { createRealtime, internalsOf } from "../app.js";
import { type GatewayOptions, gatewayLimits } from "./limits.js";
import { createSession } from "./session.js";

export const SECRET = "a secret of at least thirty-two characters";
export const run = realtime.channel({
  name: "run:{id}",
  topics: { step: { schema: staticSchema<number>() }, log: { schema: staticSchema<string>() } },
});
export const ch = run({ id: "1" });

// biome-ignore lint/suspicious/noExplicitAny: frames are what the test looks at, member by member.
export type Frame = Record<string, any>;

export function makeApp(transport: Transport = memory()) {
  const onError = vi.fn();
  const app = createRealtime({ transport, secret: SECRET, onError });
  return { app, onError, transport };
}

type AnyApp = Parameters<typeof internalsOf>[0];

/** Opens a socket to the app. What is sent arrives at once. */
export function connect(app: AnyApp, options: GatewayOptions = {}) {
  const frames: Frame[] = [];
  const socket = {
    unwritten: 0,
    send: (frame: { text: Uint8Array }) => void frames.push(JSON.parse(new TextDecoder().decode(frame.text))),
    answers: true,
    ping: vi.fn(() => {
      if (socket.answers) session.alive();
    }),
    close: vi.fn<(code: number, reason: string) => void>(),
    terminate: vi.fn(),
  };
  const { gateway } = internalsOf(app, "test");
  const context = { ...gateway, limits: gatewayLimits(options) };
  const session = createSession(context, socket, gateway.connect?.("test"));
  return {
    socket,
    session,
    frames,
    send: (frame: unknown) => session.receive(typeof frame === "string" ? frame : JSON.stringify(frame)),
    /** The frames of a type so far, once there are so many. */
    async got(type: string, count = 1): Promise<Frame[]> {
      const found = () => frames.filter((frame) => frame.type === type);
      // Only promises are waited for, so that fake timers stand still.
      for (let turn = 0; turn < 200 && found().length < count; turn++) await Promise.resolve();
      return found();
    },
    data: () => frames.flatMap((frame) => frame.messages ?? []).map(([, { data }]) => data),
  };
}

/** Lets everything happen that waits for promises alone. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}
