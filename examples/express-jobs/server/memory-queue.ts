/** The queue within one process: with it, what waits is gone. */
import { KEPT_SECONDS, type OwnedJob, type Queue } from "./queue.js";

export function memoryQueue(): Queue {
  const jobs = new Map<string, OwnedJob>();
  const attempts = new Map<string, number>();
  const waiting: string[] = [];
  const running = new Set<string>();
  const giveBack = async (jobId: string) => {
    if (running.delete(jobId)) waiting.unshift(jobId);
  };
  return {
    async add(job) {
      jobs.set(job.jobId, job);
      waiting.push(job.jobId);
    },
    find: async (jobId) => jobs.get(jobId),
    async take() {
      const jobId = waiting.shift();
      const job = jobs.get(jobId ?? "");
      if (!job) return undefined;
      const attempt = (attempts.get(job.jobId) ?? 0) + 1;
      attempts.set(job.jobId, attempt);
      running.add(job.jobId);
      return { job, attempt };
    },
    async acknowledge(jobId) {
      running.delete(jobId);
      const forget = () => jobs.delete(jobId) && attempts.delete(jobId);
      setTimeout(forget, KEPT_SECONDS * 1000).unref();
    },
    giveBack,
    async recover() {
      for (const jobId of running) await giveBack(jobId);
    },
    load: async () => ({ waiting: waiting.length, running: running.size }),
    close: async () => undefined,
  };
}
