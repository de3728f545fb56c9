/** The queue in Redis: two lists, and what a worker takes goes from one to the other in one step. One worker process at a time. */
import type { Redis } from "ioredis";
import { KEPT_SECONDS, type OwnedJob, type Queue } from "./queue.js";

export function redisQueue(redis: Redis, prefix: string): Queue {
  const waiting = `${prefix}waiting`;
  const running = `${prefix}running`;
  const jobKey = (jobId: string) => `${prefix}job:${jobId}`;
  const attemptsKey = (jobId: string) => `${prefix}attempts:${jobId}`;
  const find = async (jobId: string) => {
    const text = await redis.get(jobKey(jobId));
    // What `add` wrote.
    return text === null ? undefined : (JSON.parse(text) as OwnedJob);
  };
  return {
    async add(job) {
      await redis
        .multi()
        .set(jobKey(job.jobId), JSON.stringify(job), "EX", KEPT_SECONDS)
        .lpush(waiting, job.jobId)
        .exec();
    },
    find,
    async take() {
      const jobId = await redis.lmove(waiting, running, "RIGHT", "LEFT");
      if (jobId === null) return undefined;
      const [attempt, job] = await Promise.all([redis.incr(attemptsKey(jobId)), find(jobId)]);
      await redis.expire(attemptsKey(jobId), KEPT_SECONDS);
      if (job) return { job, attempt };
      // It has waited for too long.
      await redis.lrem(running, 0, jobId);
      return undefined;
    },
    async acknowledge(jobId) {
      await redis.lrem(running, 0, jobId);
    },
    async giveBack(jobId) {
      await redis.multi().lrem(running, 0, jobId).rpush(waiting, jobId).exec();
    },
    async recover() {
      while ((await redis.lmove(running, waiting, "LEFT", "RIGHT")) !== null);
    },
    async load() {
      const [waits, runs] = await Promise.all([redis.llen(waiting), redis.llen(running)]);
      return { waiting: waits, running: runs };
    },
    async close() {
      await redis.quit();
    },
  };
}
