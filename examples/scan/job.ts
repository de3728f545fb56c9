/** The job: scans a folder, and publishes what it finds as it finds it. */
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Realtime } from "halyard";
import type { App } from "halyard/server";
import { scan, scans } from "./channels.js";
import { createOutbox } from "./outbox.js";
import { everySoOften } from "./repeat.js";
import { hashFile, mapInOrder, walk } from "./walk.js";

/** A scan that was started. What a subscriber needs to follow it from its very beginning. */
export type StartedScan = Realtime.Input<typeof scans.started>;

export interface ScanJob {
  readonly scanId: string;
  readonly folder: string;
  /** Files a second, at most, so that there is something to watch. Default: as fast as it goes. */
  readonly pace?: number | undefined;
  readonly signal: AbortSignal;
}

/** Files that are read at a time. */
const CONCURRENCY = 16;
/** Milliseconds between two reports of progress. */
const REPORT = 100;
/** Milliseconds for which it isn't worth to wait. */
const SOON = 20;

/**
 * Starts a scan. Resolves when it is announced, with the announcement's id; `finished` resolves when its last message is
 * published, or when it was stopped.
 */
export async function startScan(
  app: App,
  job: ScanJob,
): Promise<{ started: StartedScan; announced: string; finished: Promise<void> }> {
  const channel = scan({ scanId: job.scanId });
  const first = await app.publish(channel.progress, {
    phase: "counting",
    files: 0,
    bytes: 0,
    total: 0,
    unreadable: 0,
  });
  const started = { scanId: job.scanId, folder: job.folder, from: first.id };
  const { id } = await app.publish(scans.started, started);
  return { started, announced: id, finished: runScan(app, job) };
}

async function runScan(app: App, { scanId, folder, pace = Number.POSITIVE_INFINITY, signal }: ScanJob) {
  const channel = scan({ scanId });
  const startedAt = new Date();
  const count = { total: 0, files: 0, bytes: 0, unreadable: 0 };
  const endings = new Map<string, bigint>();
  let phase: "counting" | "hashing" = "counting";

  const report = () => app.publish(channel.progress, { phase, ...count });
  const reporter = everySoOften(REPORT, report);
  const outbox = createOutbox((files: Realtime.Input<typeof channel.file>[]) =>
    app.publishMany(files.map((file) => [channel.file, file] as const)),
  );

  try {
    for await (const _ of walk(folder, () => {})) {
      count.total++;
      if (signal.aborted) return;
    }
    phase = "hashing";
    const hashingSince = performance.now();
    const unreadable = () => {
      count.unreadable++;
    };
    const read = (bytes: number) => {
      count.bytes += bytes;
    };
    const hashed = mapInOrder(walk(folder, unreadable), CONCURRENCY, async (file) => ({
      file,
      found: await hashFile(file, read, signal),
    }));
    for await (const { file, found } of hashed) {
      if (signal.aborted) return;
      if (!found) {
        unreadable();
        continue;
      }
      const seq = ++count.files;
      const ending = path.extname(file).toLowerCase() || "no ending";
      endings.set(ending, (endings.get(ending) ?? 0n) + BigInt(found.bytes));
      await outbox.add({ seq, path: path.relative(folder, file), ...found });
      const early = (seq / pace) * 1000 - (performance.now() - hashingSince);
      if (early > SOON) await delay(early, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    await reporter.stop();
    await outbox.flush();
  }

  await report();
  const largestFirst = [...endings].sort(([, a], [, b]) => Number(b - a));
  await app.publish(channel.done, {
    files: count.files,
    bytes: largestFirst.reduce((sum, [, bytes]) => sum + bytes, 0n),
    unreadable: count.unreadable,
    startedAt,
    finishedAt: new Date(),
    endings: new Map(largestFirst),
  });
}
