/** What can happen in a run of the model, at random. */
import fc from "fast-check";
import type { Fault, FaultScript } from "../faults.js";

export const CHANNELS = 2;
export const TOPICS = ["a", "b", "c"] as const;

const channel = fc.nat(CHANNELS - 1);
/** One of those that there are at the time. */
const which = fc.nat(7);
const topics = fc.subarray([...TOPICS], { minLength: 1 });
const always = <T extends string>(type: T) => fc.constant({ type } as const);

const commands = [
  [
    8,
    fc.record({
      type: fc.constant("publish" as const),
      channel,
      topic: fc.constantFrom(...TOPICS),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  ],
  [
    1,
    // More than a slow reader may leave waiting.
    fc.record({
      type: fc.constant("burst" as const),
      channel,
      count: fc.constantFrom(40, 150, 1_100),
    }),
  ],
  [
    6,
    fc.record({
      type: fc.constant("subscribe" as const),
      channel,
      topics,
      // From now on, after a message that was published, or after what is no position.
      after: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 3, arbitrary: fc.nat(20) },
        { weight: 1, arbitrary: fc.constant("nonsense") },
      ),
    }),
  ],
  [2, fc.record({ type: fc.constant("close" as const), which })],
  [2, fc.record({ type: fc.constant("pause" as const), which })],
  [3, fc.record({ type: fc.constant("read" as const), which })],
  [3, always("cut")],
  [2, always("silence")],
  [2, fc.record({ type: fc.constant("refuse" as const), times: fc.integer({ min: 1, max: 3 }) })],
  [4, always("heal")],
  [2, always("hold")],
  [3, always("release")],
  [2, always("restart")],
  [1, always("reset")],
  // What a broker takes in now, and hasn't delivered when another takes its place, is lost.
  [1, always("deafen")],
  [1, always("failover")],
  [1, fc.record({ type: fc.constant("redeliver" as const), count: fc.integer({ min: 1, max: 10 }) })],
  // Each frame of messages comes twice, as where a broker delivers them again.
  [2, fc.record({ type: fc.constant("repeat" as const), on: fc.boolean() })],
  [2, fc.record({ type: fc.constant("tokens" as const), work: fc.boolean() })],
  [1, fc.record({ type: fc.constant("revoke" as const), which })],
  [
    5,
    fc.record({
      type: fc.constant("advance" as const),
      milliseconds: fc.constantFrom(1, 10, 30, 50, 1_000, 6_000, 45_000),
    }),
  ],
  [1, fc.record({ type: fc.constant("sleep" as const), milliseconds: fc.constantFrom(5_000, 600_000) })],
] as const;

const command = fc.oneof(
  ...commands.map(([weight, arbitrary]) => ({ weight, arbitrary: arbitrary as fc.Arbitrary<Command> })),
);

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** One thing that happens. */
export type Command = ValueOf<(typeof commands)[number][1]>;

/** A fault of a single frame. */
interface FrameFault {
  readonly line: number;
  readonly direction: "up" | "down";
  readonly number: number;
  readonly fault: Fault;
}

export interface Step {
  readonly command: Command;
  /** Whether all is quiet before the next one. */
  readonly settles: boolean;
}

export interface Run {
  /** Messages that the broker keeps of a channel. */
  readonly keeps: number;
  /** What a call of the broker takes, in milliseconds. */
  readonly latency: number;
  /** How long tokens live, in seconds. */
  readonly life: number;
  readonly faults: readonly FrameFault[];
  readonly steps: readonly Step[];
}

/** A whole run. */
export const runs: fc.Arbitrary<Run> = fc.record({
  keeps: fc.constantFrom(10_000, 10_000, 100, 3),
  latency: fc.constantFrom(0, 1, 40, 40),
  life: fc.constantFrom(900, 60, 5),
  faults: fc.array(
    fc.record({
      line: fc.integer({ min: 1, max: 6 }),
      direction: fc.constantFrom("up" as const, "down" as const),
      number: fc.integer({ min: 1, max: 12 }),
      fault: fc.oneof(
        fc.constantFrom("cut" as const, "cut-after" as const, "silence" as const),
        fc.record({ delay: fc.constantFrom(1, 50, 3_000) }),
      ),
    }),
    { maxLength: 4 },
  ),
  steps: fc.array(fc.record({ command, settles: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
    size: "max",
  }),
});

/** What the faults of a run make of each frame. */
export const scriptOf =
  (faults: readonly FrameFault[]): FaultScript =>
  ({ line, direction, number }) =>
    faults.find((one) => one.line === line && one.direction === direction && one.number === number)?.fault;
