/** What a transport throws, made one kind of error. */
import { isRealtimeError, RealtimeError } from "../errors.js";
import type { Transport } from "../transport.js";

/** Runs a transport's method. What isn't a RealtimeError becomes a `TRANSPORT_FAILED` with the original as its cause. */
export async function guard<T>(transport: Transport, what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw asRealtimeError(transport, what, cause);
  }
}

/** What a transport threw or rejected with, as a RealtimeError. `what` completes "the transport couldn't …". */
export function asRealtimeError({ name }: Transport, what: string, cause: unknown): RealtimeError {
  if (isRealtimeError(cause)) return cause;
  return new RealtimeError("TRANSPORT_FAILED", `Transport "${name}" couldn't ${what}.`, { cause });
}
