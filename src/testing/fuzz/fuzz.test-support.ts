/** Runs the targets, in turn. */
import { seeded } from "../../random.test-support.js";
import { serverFrames } from "./client.test-support.js";
import { clientFrames, createSessionTarget } from "./frames.test-support.js";
import type { Target } from "./target.test-support.js";
import { nameTarget, sseTarget, tokenTarget } from "./text.test-support.js";

export interface FuzzOptions {
  /** Inputs in all, shared evenly. */
  readonly runs: number;
  /** The first attempt's; each next one has the next. */
  readonly seed: number;
  /** Of one target alone. */
  readonly only?: string | undefined;
}

export interface Tally {
  readonly name: string;
  readonly inputs: number;
  readonly milliseconds: number;
}

export class FuzzFailure extends Error {
  constructor(name: string, seed: number, cause: unknown) {
    super(
      `${name}: ${cause instanceof Error ? cause.message : String(cause)}\nAgain: npm run fuzz -- --target ${name} --seed ${seed} --runs 1`,
      { cause },
    );
  }
}

export async function targets(): Promise<readonly Target[]> {
  return [clientFrames, await createSessionTarget(), serverFrames, sseTarget, tokenTarget, nameTarget];
}

/** Throws a {@link FuzzFailure} at the first input after which something doesn't hold. */
export async function fuzz({ runs, seed, only }: FuzzOptions): Promise<readonly Tally[]> {
  const all = await targets();
  const chosen = all.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) throw new Error(`No target "${only}": ${all.map(({ name }) => name).join(", ")}.`);
  // What nobody catches is a failure of the attempt that is under way.
  const escaped: unknown[] = [];
  const note = (error: unknown) => void escaped.push(error);
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
  const tallies: Tally[] = [];
  try {
    for (const { name, attempt } of chosen) {
      const start = Date.now();
      let inputs = 0;
      for (let i = 0; inputs < runs / chosen.length; i++) {
        try {
          inputs += await attempt(seeded(seed + i));
          if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
          if (escaped.length > 0) throw escaped[0];
        } catch (error) {
          throw new FuzzFailure(name, seed + i, error);
        }
      }
      tallies.push({ name, inputs, milliseconds: Date.now() - start });
    }
  } finally {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    for (const { end } of all) await end?.();
  }
  return tallies;
}
