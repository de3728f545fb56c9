/** A gateway on a real server, and what its tests do with it. */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { vi } from "vitest";
import type { ClientOptions } from "ws";
import { type MemoryTransport, memory } from "../../../transports/memory/index.js";
import { realtime } from "../../realtime.js";
import { staticSchema } from "../../schema.js";
import { createRealtime } from "../app.js";
import { listen, type RawClient, rawClient } from "./raw-client.test-support.js";
import { type AttachOptions, attachWebSocket } from "./websocket.js";

export const SECRET = "a secret of at least thirty-two characters";
export const run = realtime.channel({
  name: "run:{id}",
  topics: {
    step: { schema: staticSchema<number>() },
    log: { schema: staticSchema<string>() },
  },
});
export const ch = run({ id: "1" });

const cleanups: (() => Promise<unknown> | unknown)[] = [];

/** Ends what the tests started. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function start(options: AttachOptions = {}, transport: MemoryTransport = memory()) {
  const onError = vi.fn();
  const app = createRealtime({ transport, secret: SECRET, onError });
  const { server, origin } = await listen(createServer());
  /** The server's ends of the connections. */
  const streams: Socket[] = [];
  server.on("connection", (stream) => streams.push(stream));
  const gateway = await attachWebSocket(server, app, options);
  cleanups.push(async () => {
    await app.close();
    server.closeAllConnections();
    server.close();
  });
  const connect = async (protocols?: string[], more?: ClientOptions) => {
    const client = await rawClient(`ws://${origin}/api/realtime`, protocols, more);
    cleanups.push(() => client.socket.terminate());
    return client;
  };
  return { app, transport, server, origin, gateway, streams, connect, onError };
}

type Started = Awaited<ReturnType<typeof start>>;

export async function subscribe(client: RawClient, app: Started["app"], more: object = {}, id = 1) {
  const { key } = await app.token({ channel: run({ id: "1" }), topics: ["step", "log"] });
  client.send({ type: "subscribe", id, token: key, ...more });
  return client.next("subscribed");
}

export const data = (messages: [string, { data?: unknown }][]) => messages.map(([, payload]) => payload.data);
