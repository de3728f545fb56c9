/** One direction of a line: what comes from one socket goes to the other, on the proxy's terms. */
import type { Socket } from "node:net";
import type { Random } from "./random.js";

/** What holds for all lines of a proxy, at this moment. */
export interface Terms {
  isStalled: boolean;
  /** Milliseconds that a chunk waits at most. */
  delay: number;
  /** Bytes of one write at most; 0 is no limit. */
  split: number;
  readonly random: Random;
}

export interface Pump {
  /** The terms are others: go on, or hold. */
  changed(): void;
  /** Passes nothing on any more. */
  stop(): void;
}

/** Bytes that wait here before the source has to. */
const LIMIT = 65_536;

export function createPump(source: Socket, sink: Socket, terms: Terms): Pump {
  const waiting: { bytes: Buffer; due: number }[] = [];
  let size = 0;
  let hasEnded = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let isFlowing = true;

  /** A stalled or slow line takes no more from its source: so the source's own buffers fill, as on a real one. */
  function steer(): void {
    const flows = !terms.isStalled && size < LIMIT && !sink.writableNeedDrain;
    if (flows === isFlowing) return;
    isFlowing = flows;
    if (flows) source.resume();
    else source.pause();
  }

  function pass(): void {
    timer = undefined;
    if (isStopped) return;
    for (;;) {
      const first = waiting[0];
      if (terms.isStalled || !first) break;
      const wait = first.due - performance.now();
      if (wait > 0) {
        timer = setTimeout(pass, wait);
        break;
      }
      const length = terms.split ? terms.random.between(1, terms.split) : first.bytes.length;
      sink.write(first.bytes.subarray(0, length));
      size -= Math.min(length, first.bytes.length);
      if (length < first.bytes.length) first.bytes = first.bytes.subarray(length);
      else waiting.shift();
      if (terms.split || sink.writableNeedDrain) {
        // The next piece in a turn of its own, so that it is a segment of its own.
        if (!sink.writableNeedDrain) timer = setTimeout(pass);
        break;
      }
    }
    if (hasEnded && waiting.length === 0 && !terms.isStalled) sink.end();
    steer();
  }

  source.on("data", (bytes: Buffer) => {
    if (isStopped) return;
    const wait = terms.delay ? terms.random.between(0, terms.delay) : 0;
    const earliest = waiting.at(-1)?.due ?? 0;
    waiting.push({ bytes, due: Math.max(earliest, performance.now() + wait) });
    size += bytes.length;
    if (!timer) pass();
    steer();
  });
  source.on("end", () => {
    hasEnded = true;
    if (!timer) pass();
  });
  sink.on("drain", () => {
    if (!timer) pass();
  });
  source.resume();
  steer();

  return {
    changed() {
      clearTimeout(timer);
      pass();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
