/** Runs one scan at a time. */
import { randomUUID } from "node:crypto";
import type { App } from "halyard/server";
import { type StartedScan, startScan } from "./job.js";

/** A scan that was announced, and the announcement's id: subscribe to `scans` after it, and you miss no later scan. */
export interface CurrentScan extends StartedScan {
  readonly announced: string;
}

export interface Scanner {
  /** Starts a scan; while one runs, that one is given. `pace`: files a second, at most. */
  start(pace?: number): Promise<CurrentScan>;
  /** The last scan that was started, where there is one. */
  current(): Promise<CurrentScan> | undefined;
  /** Stops the scan and resolves when it has stopped. */
  stop(): Promise<void>;
}

export function createScanner(app: App, folder: string): Scanner {
  const stopped = new AbortController();
  let current: Promise<CurrentScan> | undefined;
  let finished: Promise<void> = Promise.resolve();
  let busy = false;

  async function run(pace: number | undefined): Promise<CurrentScan> {
    const job = { scanId: randomUUID().slice(0, 8), folder, pace, signal: stopped.signal };
    const idle = () => {
      busy = false;
    };
    try {
      const { started, announced, finished: over } = await startScan(app, job);
      finished = over.catch((error) => console.error("The scan failed:", error)).finally(idle);
      return { ...started, announced };
    } catch (error) {
      idle();
      throw error;
    }
  }

  return {
    start(pace) {
      if (current && busy) return current;
      busy = true;
      current = run(pace);
      return current;
    },
    current: () => current,
    async stop() {
      stopped.abort();
      await current?.catch(() => {});
      await finished;
    },
  };
}
