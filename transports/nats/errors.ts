/** What went wrong at NATS, in words that say what to do. The client's error is the cause. */
import { isRealtimeError, RealtimeError } from "../../src/errors.js";

/** What errors of the client and of the server have, as far as it is read. */
interface NatsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** Codes of JetStream's errors. */
const CODE = {
  streamNotFound: 10059,
  nameInUse: 10058,
  disabledForAccount: 10039,
  disabled: 10076,
  duplicateUnderWay: 10158,
} as const;

/** Codes of a store that is full: of the account, of the server, of the stream. */
const FULL: readonly unknown[] = [10002, 10023, 10028, 10047];

/** A store that failed, which says why in words. */
const STORE_FAILED = 10077;

const isFull = (error: unknown) =>
  some(error, ({ code }) => FULL.includes(code)) ||
  (coded(error, STORE_FAILED) && /maximum|exceeded|insufficient|no space/i.test(textOf(error)));

/** The error and its causes, outermost first. */
function* chain(error: unknown): Generator<NatsError> {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth++) {
    yield at as NatsError;
    at = (at as NatsError).cause;
  }
}

const some = (error: unknown, test: (error: NatsError) => boolean) => [...chain(error)].some(test);
const named = (error: unknown, name: string) => some(error, (one) => one.name === name);
const coded = (error: unknown, code: number) => some(error, (one) => one.code === code);

export const isStreamMissing = (error: unknown) => coded(error, CODE.streamNotFound);
export const isNameInUse = (error: unknown) => coded(error, CODE.nameInUse);
/** Another publish with the same id is being stored at this moment. */
export const isUnderWay = (error: unknown) => coded(error, CODE.duplicateUnderWay);
/** Nobody took the request, so nothing came of it. Versions of the client differ in what they call it. */
export const isNoResponders = (error: unknown) =>
  named(error, "NoResponders") || named(error, "NoRespondersError");

/** What there is to say about an error, and what to do. */
function explain(error: unknown): string {
  if (named(error, "ClosedConnectionError") || named(error, "DrainingConnectionError")) {
    return "the client's connection is closed. Connect anew, and make a new transport of that connection.";
  }
  if (named(error, "PermissionViolationError")) {
    return `the client's user may not do that: ${textOf(error)}. Allow it in the server's configuration.`;
  }
  if (coded(error, CODE.disabledForAccount) || coded(error, CODE.disabled)) {
    return "JetStream isn't enabled. Start the server with -js, and enable it for this account; or use natsCore().";
  }
  if (isStreamMissing(error)) return "the stream doesn't exist. Make it, or leave out create: false.";
  if (isNoResponders(error)) {
    return "nobody answers. JetStream may be disabled (start the server with -js), the stream gone, or electing a leader.";
  }
  if (isFull(error)) {
    return `there is no room: ${textOf(error)}. Nothing was stored. Give JetStream more storage, or keep less history.`;
  }
  if (named(error, "TimeoutError")) return "the server didn't answer in time.";
  return textOf(error);
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** An error of NATS as one of ours. `doing` is what failed, as in `can't publish to "chat"`. */
export function failure(name: string, doing: string, error: unknown): RealtimeError {
  if (isRealtimeError(error)) return error as RealtimeError;
  return new RealtimeError("TRANSPORT_FAILED", `${name}: ${doing}: ${explain(error)}`, { cause: error });
}

/** The connection was lost while an answer was awaited. */
export const lost = (name: string, cause: unknown) =>
  new RealtimeError(
    "TRANSPORT_FAILED",
    `${name}: the connection was lost before the server answered. What was being published may be stored or not: with a key, publish it again.`,
    { cause },
  );

/** There was no answer, or no connection, in time. */
export const tooLate = (name: string, milliseconds: number, isConnected: boolean, cause: unknown) =>
  new RealtimeError(
    "TRANSPORT_FAILED",
    isConnected
      ? `${name}: the server didn't answer within ${milliseconds} ms (timeout). What was being published may be stored or not: with a key, publish it again.`
      : `${name}: there was no connection for ${milliseconds} ms (timeout). Nothing was sent.`,
    { cause },
  );

/** The client was closed, by its owner or because it gave up to connect. */
export const clientClosed = (name: string, cause: unknown) =>
  new RealtimeError(
    "TRANSPORT_FAILED",
    `${name}: the client's connection is closed. Connect anew (maxReconnectAttempts: -1 never gives up), and make a new transport of that connection.`,
    { cause: cause ?? new Error("closed by its owner") },
  );
