/** What a test opens, closed after it in the opposite order. */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterEach, expect } from "vitest";
import { type Server, startRedis } from "../brokers.test-support.js";
import type { RedisOptions } from "./index.js";

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

export function keep<T extends { close(): Promise<unknown> }>(one: T): T {
  opened.push(one);
  return one;
}

/** Starts a server of the test's own. */
export async function start(...args: string[]): Promise<Server> {
  const server = await startRedis({ args });
  keep({ close: () => server.kill() });
  return server;
}

/** Runs an administrator's commands. */
export function admin({ url }: { readonly url: string }): Redis {
  const client = new Redis(url);
  client.on("error", () => {});
  keep({ close: async () => client.disconnect() });
  return client;
}

/** What a call is refused with. */
export const refused = (message: RegExp, cause: RegExp) =>
  expect.objectContaining({
    name: "RealtimeError",
    code: "TRANSPORT_FAILED",
    message: expect.stringMatching(message),
    cause: expect.objectContaining({ message: expect.stringMatching(cause) }),
  });

/** A client that isn't waited for. */
export function lazy(name: string, url: string): RedisOptions["client"] {
  const client =
    name === "ioredis"
      ? new Redis(url, { retryStrategy: () => 20 })
      : createClient({ url, socket: { reconnectStrategy: () => 20 } });
  client.on("error", () => {});
  if (!(client instanceof Redis)) client.connect().catch(() => {});
  return client;
}

export function end(client: RedisOptions["client"]): void {
  if (client instanceof Redis) client.disconnect();
  else (client as unknown as { destroy(): void }).destroy();
}
