/** An app's streams behind `toNodeHandler`, on a real server, and clients of them. */
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { createRealtime } from "../app.js";
import { ch, type Entries, EventReader, SECRET } from "../handler/set-up.test-support.js";
import { createHandler, type HandlerOptions } from "../handler.js";
import { toNodeHandler } from "./http.js";
import { listen } from "./raw-client.test-support.js";

export const cleanups: (() => unknown)[] = [];

/** Ends what the tests started. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function start(options: HandlerOptions<Entries> = {}, transport = memory()) {
  const onError = vi.fn();
  const app = createRealtime({ transport, secret: SECRET, onError });
  const { server, origin } = await listen(createServer(toNodeHandler(createHandler(app, options))));
  const lines: Socket[] = [];
  server.on("connection", (line) => lines.push(line));
  cleanups.push(() => server.close());
  cleanups.push(() => server.closeAllConnections());
  cleanups.push(() => app.close());
  const { key } = await app.token({ channel: ch });
  const body = JSON.stringify({ versions: ["halyard.v1"], subscriptions: [{ id: 1, token: key }] });
  const url = `http://${origin}/api/realtime`;
  const open = async (init: RequestInit = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      ...init,
    });
    return new EventReader(response);
  };
  /** The request as a raw client sends it. */
  const request = (length = body.length) =>
    `POST /api/realtime HTTP/1.1\r\nHost: ${origin}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const raw = () => connect({ host: "127.0.0.1", port: Number(origin.split(":")[1]) });
  return { app, server, url, transport, lines, open, request, raw, body, onError };
}

export type Started = Awaited<ReturnType<typeof start>>;

/** The transport's subscription is gone: the next one makes a new one. */
export function watchSubscriptions(transport: ReturnType<typeof memory>) {
  let live = 0;
  const subscribe = transport.subscribe.bind(transport);
  vi.spyOn(transport, "subscribe").mockImplementation(async (channel, ...rest) => {
    const subscription = await subscribe(channel, ...rest);
    if (channel !== ch.name) return subscription;
    live++;
    return {
      ...subscription,
      unsubscribe() {
        live--;
        return subscription.unsubscribe();
      },
    };
  });
  return () => live;
}
