/** What server and workers share: the app and the queue, in Redis where there is one. */
import { createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";
import { redis } from "halyard/transports/redis";
import { Redis } from "ioredis";
import { workshop } from "../channels.js";
import { memoryQueue } from "./memory-queue.js";
import { KEPT_SECONDS } from "./queue.js";
import { redisQueue } from "./redis-queue.js";

export type Backend = ReturnType<typeof openBackend>;

/** A page that is opened so much later sees how a job went. A retry may take as long and is still the same job. */
const KEPT_MS = KEPT_SECONDS * 1000;
const KEPT = { history: { count: 500, age: KEPT_MS }, keyWindow: KEPT_MS };

export function openBackend(env: NodeJS.ProcessEnv) {
  const prefix = env.REDIS_PREFIX ?? "express-jobs:";
  // It tries again by itself. Whoever calls it meanwhile waits, however long: by default, ioredis gives up after 20 tries.
  const client = env.REDIS_URL ? new Redis(env.REDIS_URL, { maxRetriesPerRequest: null }) : undefined;
  client?.on("error", ({ message }) => console.warn(`Redis: ${message}`));
  const transport = client ? redis({ client, prefix: `${prefix}halyard:`, ...KEPT }) : memory(KEPT);
  const app = createRealtime({ transport });
  const queue = client ? redisQueue(client, prefix) : memoryQueue();
  return {
    app,
    queue,
    isShared: client !== undefined,
    /** Tells how much there is to do. */
    async tellLoad() {
      await app.publish(workshop.load, await queue.load());
    },
    async close() {
      await app.close({ drain: "500ms" });
      await queue.close();
    },
  };
}
