import { createServer, type Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { RealtimeError } from "../../src/errors.js";
import { available } from "../brokers.test-support.js";
import type { Connection, LineEvents } from "./clients.js";
import { kinds, open } from "./clients.test-support.js";
import { keep, start } from "./opened.test-support.js";
import { startProxy } from "./proxy.test-support.js";
import { Subscriber } from "./subscriber.js";

/** Takes connections and says nothing, as what stands before a server that is gone. */
async function startDeaf() {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  return keep({
    port: address.port,
    get open() {
      return sockets.size;
    },
    get count() {
      return count;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}

describe.skipIf(!available("redis")).each(kinds)("the connection that listens, by $name", (kind) => {
  it("doesn't pile up attempts at a server that takes connections and says nothing", async () => {
    const server = await start();
    const deaf = await startDeaf();
    const proxy = keep(await startProxy(server.port));
    const one = keep(await open(kind, proxy.url, { timeout: 1_000 }));
    await one.listen();
    proxy.target = deaf.port;
    proxy.cut();
    // The client's own; and the one that is being tried, after one that may not be gone yet.
    await vi.waitFor(() => expect(deaf.count).toBeGreaterThan(6), { timeout: 20_000 });
    expect(deaf.open).toBeLessThanOrEqual(3);
  });
});

describe("who leaves", () => {
  it("isn't subscribed by a connection that is made meanwhile", async () => {
    const names = new Set<string>();
    const lines: LineEvents[] = [];
    let answer: Promise<void> = Promise.resolve();
    const connection: Connection = {
      run: async () => undefined,
      async listen(events: LineEvents) {
        lines.push(events);
        return {
          async subscribe(all) {
            for (const name of all) names.add(name);
            await answer;
          },
          async unsubscribe(all) {
            for (const name of all) names.delete(name);
          },
          ping: async () => undefined,
          close: () => names.clear(),
        };
      },
      onEnd: () => () => {},
    };
    const subscriber = new Subscriber(connection, 10_000);
    const hearer = { heard: vi.fn(), changed: vi.fn(), fail: vi.fn() };
    const stops = await Promise.all(
      Array.from({ length: 1_500 }, (_, i) => subscriber.watch(`c${i}`, hearer)),
    );
    let release = () => {};
    answer = new Promise((resolve) => {
      release = resolve;
    });
    lines[0]?.lost(new Error("lost"));
    // A thousand at a time.
    await vi.waitFor(() => expect(names.size).toBe(1_000));
    stops[1_499]?.();
    release();
    await vi.waitFor(() => expect(names.size).toBeGreaterThan(1_000));
    expect([names.size, names.has("c1499")]).toEqual([1_499, false]);
    subscriber.close(new RealtimeError("CLOSED", "closed"));
  });
});
