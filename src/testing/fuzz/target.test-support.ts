/** What is fuzzed, and what must hold whatever comes in. */
import { readFileSync } from "node:fs";
import { isRealtimeError } from "../../errors.js";
import type { Random } from "../../random.test-support.js";

/** One thing that takes input from outside. */
export interface Target {
  readonly name: string;
  /** Tries some inputs, and gives how many. Throws where something doesn't hold. */
  attempt(random: Random): number | Promise<number>;
  /** Lets go of what it uses. */
  end?(): Promise<void>;
}

/** Every documented error code. */
const CODES = new Set(
  readFileSync("docs/errors.md", "utf8")
    .split("\n")
    .flatMap((line) => /^#{2,} `?([A-Z][A-Z_]+)`?$/.exec(line)?.[1] ?? []),
);

/** Close codes that the protocol's table has. */
export const CLOSE_CODES: ReadonlySet<number> = new Set([
  ...[1000, 1001, 1006, 1009, 1011, 1012],
  ...[4400, 4401, 4403, 4404, 4405, 4406, 4408, 4409, 4413, 4429],
]);

export function check(holds: boolean, what: string, input: unknown): asserts holds {
  if (!holds) throw new Error(`${what}\nInput: ${JSON.stringify(input)}`);
}

/** Only a RealtimeError of a documented code may come out. */
export function checkError(error: unknown, input: unknown): string {
  check(isRealtimeError(error), `It threw ${String(error)}, which is no RealtimeError`, input);
  checkCode(error.code, input);
  return error.code;
}

export function checkCode(code: unknown, input: unknown): void {
  check(CODES.has(code as string), `The code ${String(code)} has no heading in docs/errors.md`, input);
}
