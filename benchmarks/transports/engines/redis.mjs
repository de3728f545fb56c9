// @ts-check
/** Redis Streams: ioredis and node-redis as their documentation shows them, beside Halyard on each. */
import { redis as transportOf } from "halyard/transports/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { startRedis } from "../../../test-support/brokers/index.mjs";
import { halyard, transportAlone } from "../halyard.mjs";
import { oneByOne } from "../one-by-one.mjs";
import { sameCommand } from "../same-command.mjs";

/** @typedef {import("../contestant.mjs").Message} Message */

/** The same for all, and more than a subscriber ever falls behind. */
const HISTORY = 100_000;

const NODE_REDIS = "node-redis, XADD and XREAD";
const SAME_ON_NODE_REDIS = "node-redis: the transport's own EVALSHA";

/** Appends, trims and tells, in one round trip: the least that a transport on Redis must do. */
const SCRIPT = `
local id = redis.call("XADD", KEYS[1], "MAXLEN", "~", ARGV[2], "*", "d", ARGV[1])
redis.call("PUBLISH", KEYS[1], id)
return id`;

/**
 * One XADD per message; a connection of its own blocks in XREAD for each reader.
 *
 * @param {string} name
 * @param {string} url
 * @param {boolean} [script] Appends and tells by a script instead.
 */
const ioredis = (name, url, script = false) => ({
  name,
  async open(/** @type {string} */ channel) {
    const [writer, reader] = [new Redis(url), new Redis(url)];
    const sha = /** @type {string} */ (await writer.script("LOAD", SCRIPT));
    return {
      publish: (/** @type {Message} */ message) =>
        script
          ? writer.evalsha(sha, 1, channel, JSON.stringify(message), HISTORY)
          : writer.xadd(channel, "MAXLEN", "~", HISTORY, "*", "d", JSON.stringify(message)),
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        let last = "0";
        const read = async () => {
          while (reader.status === "ready") {
            const answer = await reader.xread("COUNT", 1_000, "BLOCK", 0, "STREAMS", channel, last);
            for (const [id, fields] of answer?.[0]?.[1] ?? []) {
              last = id;
              onMessage(JSON.parse(fields[1] ?? ""));
            }
          }
        };
        await reader.ping();
        read().catch(() => {}); // It ends with its connection.
      },
      async stop() {
        writer.disconnect();
        reader.disconnect();
      },
    };
  },
});

/** @param {string} url */
const nodeRedis = (url) => ({
  name: NODE_REDIS,
  async open(/** @type {string} */ channel) {
    const [writer, reader] = await Promise.all([connected(url), connected(url)]);
    return {
      publish: (/** @type {Message} */ message) =>
        writer.xAdd(
          channel,
          "*",
          { d: JSON.stringify(message) },
          { TRIM: { strategy: "MAXLEN", strategyModifier: "~", threshold: HISTORY } },
        ),
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        let last = "0";
        const read = async () => {
          while (reader.isReady) {
            const answer = await reader.xRead({ key: channel, id: last }, { COUNT: 1_000, BLOCK: 0 });
            const streams = /** @type {{ messages: { id: string, message: { d: string } }[] }[] | null} */ (
              answer
            );
            for (const { id, message } of streams?.[0]?.messages ?? []) {
              last = id;
              onMessage(JSON.parse(message.d));
            }
          }
        };
        read().catch(() => {}); // It ends with its connection.
      },
      async stop() {
        writer.destroy();
        reader.destroy();
      },
    };
  },
});

/** @param {string} url */
async function connected(url) {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  const [server, second] = [await startRedis(), await startRedis()];
  const { url } = server;
  const same = { from: url, to: second.url };
  const options = { history: { count: HISTORY } };
  // What was taken down is sent a while later.
  const recorded = { ...options, timeout: "1h" };
  const onIoredis = async () => {
    const client = new Redis(url);
    return { transport: transportOf({ client, ...options }), stop: async () => client.disconnect() };
  };
  const onNodeRedis = async () => {
    const client = await connected(url);
    return { transport: transportOf({ client, ...options }), stop: async () => client.destroy() };
  };
  const admin = new Redis(url);
  const version = /redis_version:(\S+)/.exec(await admin.info("server"))?.[1];
  return {
    name: "redis",
    about: `Redis ${version}, writing nothing to disk; ioredis and node-redis`,
    pid: server.pid,
    messages: 50_000,
    awaited: [
      sameCommand("ioredis: the transport's own EVALSHA", {
        ...{ ...same, method: "evalsha", transportOf: (client) => transportOf({ client, ...recorded }) },
        async connect(url) {
          const client = new Redis(url);
          return { client, stop: async () => client.disconnect() };
        },
      }),
      sameCommand(SAME_ON_NODE_REDIS, {
        ...{ ...same, method: "evalSha", transportOf: (client) => transportOf({ client, ...recorded }) },
        async connect(url) {
          const client = await connected(url);
          return { client, stop: async () => client.destroy() };
        },
      }),
      ioredis("ioredis: EVALSHA (append, trim, tell)", url, true),
      ioredis("ioredis: XADD (append, trim)", url),
      transportAlone("Halyard's transport on ioredis", onIoredis),
      halyard("Halyard on ioredis", onIoredis),
      nodeRedis(url),
      { ...transportAlone("Halyard's transport on node-redis", onNodeRedis), beside: SAME_ON_NODE_REDIS },
      { ...halyard("Halyard on node-redis", onNodeRedis), beside: SAME_ON_NODE_REDIS },
    ],
    bursts: [
      { ...ioredis("ioredis, XADD and XREAD", url), pace: 0.4 },
      { ...oneByOne(ioredis("ioredis, each XADD awaited", url)), pace: 0.15 },
      { ...nodeRedis(url), pace: 0.4 },
      transportAlone("Halyard's transport on ioredis", onIoredis, { batch: true }),
      halyard("Halyard on ioredis", onIoredis),
      {
        ...transportAlone("Halyard's transport on node-redis", onNodeRedis, { batch: true }),
        beside: NODE_REDIS,
      },
      { ...halyard("Halyard on node-redis", onNodeRedis), beside: NODE_REDIS },
    ],
    transport: onIoredis,
    async connections() {
      const list = String(await admin.call("CLIENT", "LIST"));
      return list.trim().split("\n").length - 1;
    },
    async stored() {
      return Number(/used_memory:(\d+)/.exec(await admin.info("memory"))?.[1]);
    },
    async stop() {
      admin.disconnect();
      await server.stop();
      await second.stop();
    },
  };
}
