/** Says on a terminal what is being done, when it takes long: one line, which is gone afterwards. */
import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Progress } from "./io.js";
import { CLEAR, LENGTH, lock, type ProgressData, SHOWN, STOPPED, unlock } from "./progress-state.js";

/** What is done by then was never worth a line. In milliseconds. */
const DELAY = 300;

/** `fd`: the terminal's file descriptor. */
export function createProgress(fd: number): Progress {
  let current: { readonly worker: Worker; readonly state: Int32Array } | undefined;
  return {
    show(what) {
      if (!current) {
        const state = new Int32Array(new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT));
        const workerData: ProgressData = { state, fd, delay: DELAY };
        const worker = new Worker(new URL("./progress-worker.js", import.meta.url), { workerData });
        // Without it everything works as well, only in silence.
        worker.on("error", () => undefined);
        worker.unref();
        current = { worker, state };
      }
      current.worker.postMessage(what);
    },
    stop() {
      if (!current) return;
      const { state } = current;
      current = undefined;
      lock(state);
      Atomics.store(state, STOPPED, 1);
      if (Atomics.load(state, SHOWN) === 1) writeSync(fd, CLEAR);
      unlock(state);
      Atomics.notify(state, STOPPED);
    },
  };
}
