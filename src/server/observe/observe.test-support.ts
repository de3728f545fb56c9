/** An app that keeps every event that its hooks get, in order. */
import { createServer } from "node:http";
import { onTestFinished, vi } from "vitest";
import { type MemoryTransport, memory } from "../../../transports/memory/index.js";
import { createRealtime } from "../app.js";
import { listen, rawClient } from "../node/raw-client.test-support.js";
import { type AttachOptions, attachWebSocket } from "../node/websocket.js";
import type { RealtimeOptions } from "../options.js";
import type { RealtimeEvent, RealtimeHooks } from "./events.js";

export const SECRET = "a secret of at least thirty-two characters";

/** What every hook does with its event. */
export const everyHook = (hook: (event: RealtimeEvent) => void): Required<RealtimeHooks> => ({
  published: hook,
  delivered: hook,
  dropped: hook,
  gap: hook,
  slow: hook,
  connected: hook,
  disconnected: hook,
  subscribed: hook,
  unsubscribed: hook,
  refused: hook,
});

export function watched(
  transport: MemoryTransport = memory(),
  options: Omit<RealtimeOptions, "transport"> = {},
) {
  const events: RealtimeEvent[] = [];
  const onError = vi.fn();
  const on = everyHook((event) => events.push(event));
  const app = createRealtime({ transport, secret: SECRET, onError, on, ...options });
  onTestFinished(() => app.close());
  /** The events of a type so far. */
  const of = <T extends RealtimeEvent["type"]>(type: T) =>
    events.filter((event): event is Extract<RealtimeEvent, { type: T }> => event.type === type);
  const types = () => events.map(({ type }) => type);
  return { app, events, of, types, onError };
}

/** The app behind a real server, and what connects to it. */
export async function overWebSocket(app: ReturnType<typeof watched>["app"], options: AttachOptions = {}) {
  const { server, origin } = await listen(createServer());
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await attachWebSocket(server, app, options);
  return (protocols?: string[], headers: Record<string, string> = {}) =>
    rawClient(`ws://${origin}/api/realtime`, protocols, { headers });
}

/** Nothing is kept. In types it is what the other transports of these tests are. */
export function bare(): MemoryTransport {
  const { history: _, supports, ...inner } = memory();
  return {
    ...inner,
    name: "bare",
    supports: { ...supports, replay: false, keys: false },
    async subscribe(...args: Parameters<MemoryTransport["subscribe"]>) {
      return { ...(await inner.subscribe(...args)), position: undefined };
    },
    // A fake that claims less than its type: what core asks at run time is what is tried here.
  } as unknown as MemoryTransport;
}
