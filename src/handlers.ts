/** Calls what a user gave: what it throws or rejects with reaches `onError`, and disturbs nothing else. */
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "./errors.js";
import { isThenable } from "./schema.js";

/** A function of the user's. What it gives back is ignored, save that a promise is awaited. */
export type Handler<T> = ((value: T) => unknown) | undefined;

/** What a user's function threw may be anything: it isn't turned into text, which could fail again. */
export const failed = (code: RealtimeErrorCode, what: string, cause: unknown): RealtimeError => {
  if (isRealtimeError(cause)) return cause;
  return new RealtimeError(code, `${what} failed: ${Object(cause).message ?? "see the cause"}`, { cause });
};

/** Calls `run`, and gives what it gives. What it throws or rejects with is reported instead, and gives nothing. */
export function guard<T, R>(
  run: ((value: T) => R | PromiseLike<R>) | undefined,
  value: T,
  onError: Handler<RealtimeError>,
  code: RealtimeErrorCode = "HANDLER_FAILED",
  what = "A handler",
): R | undefined | PromiseLike<R | undefined> {
  const fail = (cause: unknown) => report(failed(code, what, cause), onError);
  try {
    const result = run?.(value);
    return isThenable(result) ? result.then(undefined, fail) : result;
  } catch (cause) {
    return fail(cause);
  }
}

/** Tells `onError`; without one, the error is raised where nobody catches it, so that it doesn't vanish. */
export function report(error: RealtimeError, onError: Handler<RealtimeError>): undefined {
  if (onError) guard(onError, error, undefined);
  else if (typeof reportError === "function") reportError(error);
  else {
    // Node has no reportError. Thrown from a microtask, it is an uncaught exception, as an unheard "error" event is.
    queueMicrotask(() => {
      throw error;
    });
  }
}
