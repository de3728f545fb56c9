/** Calls what a user gave: what it throws or rejects with reaches `onError`, and disturbs nothing else. */
import { RealtimeError } from "./errors.js";
import { isThenable } from "./schema.js";

/** A function of the user's. What it gives back is ignored, save that a promise is awaited. */
export type Handler<T> = ((value: T) => unknown) | undefined;

/** Tells `onError`; without one, the error is raised where nobody catches it, so that it doesn't vanish. */
export function reportTo(onError: Handler<RealtimeError>, error: RealtimeError): void {
  if (!onError) return raise(error);
  const failed = (cause: unknown) => raise(handlerFailed(cause));
  try {
    const result = onError(error);
    if (isThenable(result)) result.then(undefined, failed);
  } catch (cause) {
    failed(cause);
  }
}

/** Calls a handler. A promise is given only where the handler gave one; it never rejects. */
export function callHandler<T>(
  handler: Handler<T>,
  value: T,
  onError: Handler<RealtimeError>,
): PromiseLike<undefined> | undefined {
  const failed = (cause: unknown): undefined => {
    reportTo(onError, handlerFailed(cause));
  };
  try {
    const result = handler?.(value);
    return isThenable(result) ? result.then(() => undefined, failed) : undefined;
  } catch (cause) {
    failed(cause);
  }
}

const handlerFailed = (cause: unknown) =>
  new RealtimeError("HANDLER_FAILED", `A handler failed: ${cause}`, { cause });

function raise(error: RealtimeError): void {
  if (typeof reportError === "function") return reportError(error);
  // Node has no reportError. Thrown from a microtask, it is an uncaught exception, as an unheard "error" event is.
  queueMicrotask(() => {
    throw error;
  });
}
