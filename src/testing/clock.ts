/** A clock that a test moves: timers and dates, under any test runner. */
import { type Duration, toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";

export interface FakeClockOptions {
  /** What time it is at first. Default: what it really is. */
  readonly now?: Date | number | undefined;
}

export interface FakeClock {
  /** Milliseconds since the Unix epoch, as `Date.now()` says. */
  readonly now: number;
  /** Timers that wait. After everything was closed, 0 means that nothing was left behind. */
  readonly timers: number;
  /**
   * Lets time pass: fires each timer that falls due, in order and at its time, and lets what it set off settle before
   * the next one. `advance(0)` lets settle what is under way.
   */
  advance(duration: Duration): Promise<void>;
  /**
   * The machine sleeps: the clock jumps, while no timer runs. Then each timer that is late fires, once; an interval
   * doesn't make up for what it missed.
   */
  sleep(duration: Duration): Promise<void>;
  /** Gives the real timers and the real date back. May be called again. */
  restore(): void;
}

/** Microtasks and `nextTick` stay real: what a promise sets off must happen without anybody moving a clock. */
const FAKED = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] as const;

/** Turns of the event loop in which what is under way settles, such as a body that is read chunk by chunk. */
const TURNS = 3;

/**
 * Replaces `setTimeout`, `setInterval`, `Date` and `performance` of this process until `restore()`, by the package
 * `@sinonjs/fake-timers`. Start it before you make what is to run by it. Where your test runner has fake timers of its
 * own, use one of the two.
 *
 * Rejects with `MISSING_PEER` (`npm install -D @sinonjs/fake-timers`), or `INVALID_OPTIONS` for a date that is none.
 *
 * @example
 * ```ts
 * const clock = await fakeClock({ now: new Date("2026-01-01T00:00:00Z") });
 * const token = await app.token({ channel: ch, expiresIn: "15m" });
 * await clock.advance("15m"); // it has expired
 * clock.restore();
 * ```
 */
export async function fakeClock({ now = Date.now() }: FakeClockOptions = {}): Promise<FakeClock> {
  if (Number.isNaN(Number(now))) {
    throw new RealtimeError("INVALID_OPTIONS", "fakeClock: now must be a date or milliseconds.");
  }
  const { install } = await loadFakeTimers();
  // Taken before they are replaced: what a browser lacks, an older way gives.
  const { setImmediate, setTimeout } = globalThis;
  const turn = () =>
    new Promise<void>((resolve) => (setImmediate ? setImmediate(resolve) : setTimeout(resolve, 0)));
  const settle = async () => {
    for (let i = 0; i < TURNS; i++) await turn();
  };
  const clock = install({ now: Number(now), toFake: [...FAKED], shouldClearNativeTimers: true });

  return {
    get now() {
      return clock.now;
    },
    get timers() {
      return clock.countTimers();
    },
    async advance(duration) {
      const milliseconds = toMilliseconds(duration, "advance");
      await settle();
      let isOver = false;
      // A timer of ours, at the end: what is due before it fires before it.
      clock.setTimeout(() => {
        isOver = true;
      }, milliseconds);
      while (!isOver) {
        clock.next();
        await settle();
      }
      // What falls due at the very end, and was set after ours.
      clock.tick(0);
      await settle();
    },
    async sleep(duration) {
      await settle();
      clock.jump(toMilliseconds(duration, "sleep"));
      await settle();
    },
    restore: () => clock.uninstall(),
  };
}

async function loadFakeTimers() {
  try {
    return await import("@sinonjs/fake-timers");
  } catch (cause) {
    throw new RealtimeError(
      "MISSING_PEER",
      "fakeClock needs the package @sinonjs/fake-timers: npm install -D @sinonjs/fake-timers",
      { cause },
    );
  }
}
