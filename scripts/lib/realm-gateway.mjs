// @ts-check
/** A real gateway for a client in a realm, with a line that can be cut, and what they say to each other. */
import { createServer } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Silence for so long is a failure. In milliseconds; a busy machine takes its time. */
const patience = 60_000;

/**
 * @typedef {object} Gateway
 * @property {string} url
 * @property {any} channel
 * @property {(text: string) => Promise<unknown>} publish
 * @property {(publish?: boolean) => Promise<unknown>} token
 * @property {() => void} cut Every connection breaks.
 * @property {() => number} connections
 * @property {() => Promise<void>} close
 */

/**
 * Serves the built package's gateway, over both wires.
 *
 * @param {string} packageRoot
 * @returns {Promise<Gateway>}
 */
export async function openGateway(packageRoot) {
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(path.join(packageRoot, "dist", file)).href);
  const { realtime, registry, staticSchema } = await load("src/index.js");
  const { createHandler, createRealtime } = await load("src/server/index.js");
  const { attachWebSocket, toNodeHandler } = await load("src/server/node/index.js");
  const { memory } = await load("transports/memory/index.js");

  const runs = realtime.channel({ name: "run:{id}", topics: { status: { schema: staticSchema() } } });
  const channel = runs({ id: "1" });
  const app = createRealtime({ transport: memory(), secret: "for the tests alone, 32 characters" });
  const handler = createHandler(app, { channels: registry({ runs }), authorize: () => true, publish: true });
  const server = createServer(toNodeHandler(handler));
  await attachWebSocket(server, app);
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}/api/realtime`,
    channel,
    publish: (text) => app.publish(channel.status, { text, ...sample() }),
    token: (publish) => app.token({ channel, ...(publish ? { publish: ["status"] } : {}) }),
    cut,
    connections: () => sockets.size,
    async close() {
      await app.close();
      server.close();
      cut();
    },
  };
}

/** What uses every web API that decoding needs. */
const sample = () => ({
  at: new Date(0),
  link: new URL("https://a.b/c"),
  bytes: new Uint8Array([1, 2]),
  big: 1n,
});

/**
 * Ways to read a subscription, each from the realm's side: `take` is given every text that arrived.
 *
 * @type {Record<string, (subscription: any, take: (text: string) => void, run: (code: string) => any) => unknown>}
 */
export const readings = {
  onMessage: () => undefined,
  "for await": (subscription, take, run) =>
    run("(async (from, take) => { for await (const m of from) take(m); })")(subscription, take),
  "getJsonStream()": async (subscription, take) => {
    for await (const message of subscription.getJsonStream()) take(message);
  },
  "getEncodedStream()": async (subscription, take) => {
    const decoder = new TextDecoder();
    for await (const chunk of subscription.getEncodedStream())
      take(JSON.parse(decoder.decode(chunk).slice(6)));
  },
};

/**
 * Subscribes, receives, is cut, resumes, and closes. Throws where something is missing, twice, or left behind.
 *
 * @param {{ run: (code: string) => any, reported: unknown[] }} realm One that was given the bundle.
 * @param {Gateway} gateway
 * @param {{ wires: any[] | undefined, reading: string, goodbye?: number }} how `goodbye`: how long the connection may
 *   stay after the end, in milliseconds.
 */
export async function converse({ run, reported }, gateway, { wires, reading, goodbye = patience }) {
  const { createClient, realtime, staticSchema } = run("halyard");
  const definition = realtime.channel({ name: "run:{id}", topics: { status: { schema: staticSchema() } } });
  const client = createClient({ ...(wires ? { wires } : {}), url: gateway.url, random: () => 0 });
  /** @type {string[]} */
  const got = [];
  /** @type {unknown[]} */
  const troubles = [];
  const take = (/** @type {any} */ { data }) => {
    got.push(data.text);
    if (reading !== "getEncodedStream()" && `${data.link}${data.bytes}${data.big}` !== "https://a.b/c1,21")
      troubles.push(
        `not restored: ${JSON.stringify(data, (_, value) => (typeof value === "bigint" ? `${value}n` : value))}`,
      );
  };
  try {
    const opening = client.subscribe({
      channel: definition({ id: "1" }),
      token: () => gateway.token(),
      onGap: (/** @type {unknown} */ gap) => troubles.push(`gap ${JSON.stringify(gap)}`),
      ...(reading === "onMessage" ? { onMessage: take } : {}),
    });
    const subscription = await Promise.race([opening, late(opening)]);
    Promise.resolve(readings[reading]?.(subscription, /** @type {any} */ (take), run)).catch((error) =>
      troubles.push(error),
    );
    await gateway.publish("one");
    await until("the first message", () => got.length === 1);
    gateway.cut();
    await gateway.publish("two");
    await gateway.publish("three");
    await until("what was published after the line was cut", () => got.includes("three"));
  } finally {
    client.close();
  }
  await until("the connection's end", () => gateway.connections() === 0, goodbye);
  if (got.join() !== "one,two,three") troubles.push(`got ${got.join()}`);
  if (reported.length > 0) troubles.push(...reported.splice(0));
  if (troubles.length > 0) throw new Error(troubles.map(String).join("; "));
}

/**
 * Publishes from the realm, and waits for what the gateway says.
 *
 * @param {{ run: (code: string) => any }} realm
 * @param {Gateway} gateway
 */
export async function publishFrom({ run }, gateway) {
  const { publish, realtime, staticSchema } = run("halyard");
  const definition = realtime.channel({ name: "run:{id}", topics: { status: { schema: staticSchema() } } });
  const payload = run("({ text: 'from a client', at: new Date(0), bytes: new Uint8Array([1]) })");
  const token = await gateway.token(true);
  const { signal } = run("new AbortController()");
  const options = { token, url: gateway.url, signal };
  const { id } = await publish(definition({ id: "1" }).status, payload, options);
  if (typeof id !== "string") throw new Error(`no id: ${id}`);
}

/** @param {Promise<unknown>} opening @returns {Promise<never>} */
async function late(opening) {
  let isOpen = false;
  opening.then(
    () => (isOpen = true),
    () => (isOpen = true),
  );
  await until("the subscription", () => isOpen);
  // Whoever raced this has what opened.
  return new Promise(() => undefined);
}

/** @param {string} what @param {() => boolean} condition */
async function until(what, condition, milliseconds = patience) {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
