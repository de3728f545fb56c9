/** What the thread that works and the one that shows its progress share: who may write, and whether there is a line. */

/** Places in the shared array. */
export const LOCK = 0;
export const SHOWN = 1;
export const STOPPED = 2;
/** How many there are. */
export const LENGTH = 3;

/** Waits until nobody else writes. */
export function lock(state: Int32Array): void {
  while (Atomics.compareExchange(state, LOCK, 0, 1) !== 0) Atomics.wait(state, LOCK, 1, 10);
}

export function unlock(state: Int32Array): void {
  Atomics.store(state, LOCK, 0);
  Atomics.notify(state, LOCK);
}

export interface ProgressData {
  readonly state: Int32Array;
  /** The file descriptor of the terminal. */
  readonly fd: number;
  /** For so long nothing is shown. In milliseconds. */
  readonly delay: number;
}

/** Removes the line that is written again and again. */
export const CLEAR = "\r\u001b[2K";
