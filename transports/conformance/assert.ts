/** The suite's own assertions: they need no test runner, and their messages say what a transport got wrong. */
import { isRealtimeError, type RealtimeErrorCode } from "../../src/errors.js";

/** Throws unless the condition holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws unless both are the same: primitives, or data that JSON can show. */
export function same(actual: unknown, expected: unknown, what: string): void {
  check(show(actual) === show(expected), `${what}: expected ${short(expected)}, got ${short(actual)}.`);
}

/** Throws unless two lists hold the same strings in the same order; names the first place where they differ. */
export function sameList(actual: readonly string[], expected: readonly string[], what: string): void {
  const length = Math.max(actual.length, expected.length);
  for (let i = 0; i < length; i++) {
    if (actual[i] === expected[i]) continue;
    const counts = `${expected.length} were expected, ${actual.length} came`;
    throw new Error(`${what}: at ${i} expected ${short(expected[i])}, got ${short(actual[i])} (${counts}).`);
  }
}

/** Throws unless it is a RealtimeError of that code. */
export function hasCode(error: unknown, code: RealtimeErrorCode, what: string): void {
  check(isRealtimeError(error), `${what}: expected a RealtimeError (${code}), got ${String(error)}.`);
  same(error.code, code, `${what}: the error's code`);
}

/** Throws unless a call rejects with a RealtimeError of that code. */
export async function rejects(
  call: () => Promise<unknown>,
  code: RealtimeErrorCode,
  what: string,
): Promise<void> {
  const outcome = await settle(call);
  check("error" in outcome, `${what}: expected a rejection with ${code}, but it resolved.`);
  hasCode(outcome.error, code, what);
}

/** How a call ended. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Waits for a call to end either way, also where it throws rather than rejects. */
export async function settle<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

/** Rejects where a promise takes longer than `milliseconds`. */
export async function within<T>(promise: Promise<T>, milliseconds: number, what: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${milliseconds} ms for ${what()}.`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** For messages: a payload may have a megabyte. */
export function short(value: unknown): string {
  const text = show(value);
  return text.length <= 200 ? text : `${text.slice(0, 160)}… (${text.length} characters)`;
}
