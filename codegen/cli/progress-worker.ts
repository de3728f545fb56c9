/** Writes the line of progress. A thread of its own: a compiler leaves the other one no time for a timer. */
import { writeSync } from "node:fs";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { CLEAR, lock, type ProgressData, SHOWN, STOPPED, unlock } from "./progress-state.js";

/** How often the line is written. In milliseconds. */
const EVERY = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

const { state, fd, delay }: ProgressData = workerData;
const started = performance.now();
let what = "";
// Sleeps, and is woken by whoever stops it.
while (Atomics.wait(state, STOPPED, 0, EVERY) === "timed-out") {
  for (let next = latest(); next !== undefined; next = latest()) what = next;
  const passed = performance.now() - started;
  if (passed < delay || what === "") continue;
  lock(state);
  if (Atomics.load(state, STOPPED) === 0) {
    Atomics.store(state, SHOWN, 1);
    const frame = FRAMES[Math.floor(passed / EVERY) % FRAMES.length];
    write(`${CLEAR}${frame} ${what} … ${(passed / 1000).toFixed(1)} s`);
  }
  unlock(state);
}

function latest(): string | undefined {
  const received = parentPort && receiveMessageOnPort(parentPort);
  return received ? String(received.message) : undefined;
}

function write(text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // A terminal that takes nothing now gets the next line.
  }
}
