import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { internalsOf } from "../app.js";
import { gatewayLimits } from "../gateway/limits.js";
import { ch, makeApp, settle } from "../gateway/session.test-support.js";
import { Outbox, WebSocketLine } from "./websocket-line.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A socket of ws that compresses, of which the test says when what was queued has left. */
function compressing() {
  const listeners = new Map<string, (...args: unknown[]) => void>();
  const queue: { bytes: number; written: () => void }[] = [];
  const add = (bytes: number, written: () => void) => void queue.push({ bytes, written });
  const sent = vi.fn();
  const socket = {
    extensions: "permessage-deflate",
    readyState: 1,
    get bufferedAmount() {
      return queue.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
    send(data: Uint8Array, _: unknown, written: () => void) {
      sent(JSON.parse(new TextDecoder().decode(data)));
      add(data.length, written);
    },
    ping: (_: unknown, __: unknown, written: () => void) => add(2, written),
    pong: (payload: Uint8Array, _: unknown, written: () => void) => add(payload.length, written),
    close: vi.fn(),
    terminate: vi.fn(),
  };
  return {
    socket,
    sent,
    emit: (event: string, ...args: unknown[]) => listeners.get(event)?.apply(socket, args),
    leave(most = Number.POSITIVE_INFINITY) {
      for (let i = 0; i < most && queue.length > 0; i++) queue.shift()?.written();
    },
  };
}

it.each(["ping", "pong"])("a compressed socket goes on where a %s was the last to leave", async (last) => {
  const { app } = makeApp(memory());
  const { socket, sent, emit, leave } = compressing();
  const limits = gatewayLimits({ heartbeat: "1s", maxUnwrittenBytes: 2048 });
  const context = { ...internalsOf(app, "test").gateway, limits };
  new WebSocketLine(socket as never, {} as never, context, new Outbox(), new Set());
  const { key } = await app.token({ channel: ch });
  emit("message", JSON.stringify({ type: "subscribe", id: 1, token: key }), false);
  await settle();
  leave();
  for (let i = 0; i < 2; i++) await app.publish(ch.log, "x".repeat(1500));
  if (last === "pong") {
    leave(1);
    emit("ping", new Uint8Array(10));
  } else await vi.advanceTimersByTimeAsync(1000);
  leave();
  emit("pong");
  sent.mockClear();
  await app.publish(ch.log, "later");
  await settle();
  expect(JSON.stringify(sent.mock.calls)).toContain("later");
  emit("close");
});
