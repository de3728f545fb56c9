/** What a client is told of an error. */
import { isRealtimeError, type RealtimeErrorCode } from "../../errors.js";

/** Codes that a fresh token mends, or that time may. */
const RETRY: ReadonlySet<RealtimeErrorCode> = new Set<RealtimeErrorCode>([
  "TOKEN_EXPIRED",
  "TOKEN_REVOKED",
  "TOO_MANY_CONNECTIONS",
  "TRANSPORT_FAILED",
  "CLOSED",
  "INTERNAL",
]);

/** Whether trying again makes sense. */
export const isRetried = (code: RealtimeErrorCode): boolean => RETRY.has(code);

/**
 * The code and message for a client. A transport's failure may name hosts, and a bug may name anything: `onError` hears
 * it whole, the client only of it.
 */
export function tell(
  error: unknown,
  onError: (error: unknown) => void,
): { readonly code: RealtimeErrorCode; readonly message: string } {
  if (isRealtimeError(error) && error.code !== "TRANSPORT_FAILED")
    return { code: error.code, message: error.message };
  onError(error);
  const code = isRealtimeError(error) ? error.code : "INTERNAL";
  return { code, message: "Something went wrong on the server." };
}
