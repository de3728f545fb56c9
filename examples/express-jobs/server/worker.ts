/** Workers: each takes a job, says how far it is, and says once how it ended. */
import { setTimeout as sleep } from "node:timers/promises";
import { job as jobChannel } from "../channels.js";
import type { Backend } from "./backend.js";
import type { TakenJob } from "./queue.js";
import { type Tides, tidesOf, together, WEEKS } from "./tides.js";

export interface WorkerOptions {
  readonly backend: Backend;
  /** Milliseconds for a week of the table. It would be done in a blink otherwise. */
  readonly pace: number;
  /** What becomes of a worker that gets lost: it never returns. */
  readonly lose: () => never;
}

/** How many jobs are worked on at once. */
const WORKERS = 3;
/** How often an idle worker looks for a job, in milliseconds. */
const LOOK = 100;

const monthOf = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });

/** Starts the workers. What it gives back ends them: they leave the jobs that they have to those who come next. */
export async function startWorkers(options: WorkerOptions): Promise<() => Promise<void>> {
  const { queue, tellLoad } = options.backend;
  const end = new AbortController();
  await queue.recover();
  await tellLoad();
  const workers = Array.from({ length: WORKERS }, () => run(options, end.signal));
  return async () => {
    end.abort();
    await Promise.all(workers);
  };
}

async function run(options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { queue, tellLoad } = options.backend;
  while (!signal.aborted) {
    const taken = await queue.take();
    if (!taken) {
      await sleep(LOOK, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const { jobId } = taken.job;
    try {
      await tellLoad();
      await work(options, taken, signal);
      await queue.acknowledge(jobId);
    } catch (error) {
      if (!signal.aborted) console.warn(`Job ${jobId}, attempt ${taken.attempt}:`, String(error));
      await queue.giveBack(jobId);
    }
    await tellLoad();
  }
}

/** Works on one job. Rejects where it is to be tried again. */
async function work({ backend, pace, lose }: WorkerOptions, { job, attempt }: TakenJob, signal: AbortSignal) {
  const { app } = backend;
  const channel = jobChannel({ jobId: job.jobId });
  const say = (line: string) => app.publish(channel.log, { line });
  const isLost = (when: typeof job.trouble) => job.trouble === when && attempt === 1;
  await say(attempt === 1 ? "A worker has taken it" : `The worker before was lost: try ${attempt}`);

  let year: Tides | undefined;
  let month = "";
  const begin = Date.now();
  try {
    for (let week = 1; week <= WEEKS; week++) {
      await sleep(pace, undefined, { signal });
      const tides = tidesOf(job, week - 1);
      year = year ? together(year, tides) : tides;
      const step = monthOf.format(tides.highest.at);
      if (step !== month) await say(`${step}: high water up to ${tides.highest.metres.toFixed(2)} m`);
      month = step;
      const percent = Math.round((100 * week) / WEEKS);
      const eta = Math.round((((Date.now() - begin) / week) * (WEEKS - week)) / 100) / 10;
      const [low, high] = [tides.lowest.metres, tides.highest.metres];
      await app.publish(channel.progress, { attempt, week, percent, step, eta, low, high });
      if (week === WEEKS / 2 && isLost("halfway")) lose();
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // To try again won't help: that, too, is a last word.
    await app.publish(channel.finished, { outcome: "failed", reason: error.message }, { key: "finished" });
    return;
  }
  // The worker may be lost right after this and the job be tried again. What is said under a key is said once; it must be
  // the same each time, so nothing of this try, such as how long it took, is in it.
  if (year) await app.publish(channel.finished, { outcome: "done", ...year }, { key: "finished" });
  if (isLost("end")) lose();
}
