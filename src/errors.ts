/**
 * Every `code` that a {@link RealtimeError} can carry. A code is stable within a major version, while the wording of
 * its message may change; each has a heading in `docs/errors.md`.
 */
export type RealtimeErrorCode =
  // A declaration is wrong.
  | "INVALID_PATTERN"
  | "INVALID_TOPIC"
  | "INVALID_SCHEMA"
  | "INVALID_REGISTRY"
  // A name or a reference is wrong.
  | "INVALID_NAME"
  | "INVALID_PARAMS"
  | "NAME_MISMATCH"
  | "UNKNOWN_CHANNEL"
  | "UNKNOWN_TOPIC"
  // A payload is wrong.
  | "INVALID_PAYLOAD"
  | "SCHEMA_FAILED"
  | "UNSUPPORTED_VALUE"
  | "PAYLOAD_TOO_LARGE"
  | "IDEMPOTENCY_CONFLICT"
  // A token is wrong.
  | "INVALID_SECRET"
  | "MISSING_SECRET"
  | "TOKEN_MALFORMED"
  | "TOKEN_INVALID"
  | "TOKEN_EXPIRED"
  | "TOKEN_REVOKED"
  | "TOKEN_SCOPE"
  | "TOKEN_REQUEST_FAILED"
  | "FORBIDDEN"
  | "ORIGIN_REFUSED"
  // A call is wrong, or comes too late.
  | "INVALID_OPTIONS"
  | "INVALID_REQUEST"
  | "MISSING_PEER"
  | "UNSUPPORTED"
  | "CLOSED"
  | "OVERLOADED"
  // A stream ended before its end.
  | "STREAM_FAILED"
  | "STREAM_ABORTED"
  | "STREAM_INCOMPLETE"
  | "STREAM_ABANDONED"
  // The line between two ends.
  | "BAD_FRAME"
  | "FRAME_TOO_LARGE"
  | "PROTOCOL_VERSION"
  | "TOO_MANY_SUBSCRIPTIONS"
  | "TOO_MANY_CONNECTIONS"
  | "RATE_LIMITED"
  | "CONNECT_FAILED"
  | "CONNECTION_LOST"
  | "TRANSPORT_FAILED"
  | "TRANSACTION_CONFLICT"
  | "HANDLER_FAILED"
  | "INTERNAL";

/** One thing that a schema found wrong, with where it is. */
export interface Issue {
  readonly message: string;
  /** Keys from the payload's root to the value; empty for the payload itself. */
  readonly path: readonly PropertyKey[];
}

/** What a {@link RealtimeError} can carry beside its code and message. */
export interface RealtimeErrorOptions {
  readonly cause?: unknown;
  readonly issues?: readonly Issue[];
}

/**
 * The one error class of Halyard. Test its `code`, not its class: two copies of the package may be loaded.
 *
 * @example
 * ```ts
 * try {
 *   await app.publish(ch.status, data);
 * } catch (error) {
 *   if (isRealtimeError(error) && error.code === "INVALID_PAYLOAD") console.error(error.issues);
 * }
 * ```
 */
export class RealtimeError extends Error {
  override readonly name = "RealtimeError";
  // Declared only: a field would be emitted, and the constructor sets both.
  declare readonly code: RealtimeErrorCode;
  /** What the schema found, for `INVALID_PAYLOAD`; empty otherwise. */
  declare readonly issues: readonly Issue[];

  constructor(code: RealtimeErrorCode, message: string, options?: RealtimeErrorOptions) {
    super(message, options);
    this.code = code;
    this.issues = options?.issues ?? [];
  }
}

/** Whether a caught value is a {@link RealtimeError}: of this copy of the package or another, of this realm or another. */
export const isRealtimeError = (error: unknown): error is RealtimeError => {
  const { name, code } = (error ?? {}) as Partial<RealtimeError>;
  return name === "RealtimeError" && typeof code === "string";
};

/** Throws what is wrong with a declared name, or with its use. */
export function refuse(code: RealtimeErrorCode, name: unknown, why: string): never {
  throw new RealtimeError(code, `Channel "${name}": ${why}.`);
}
