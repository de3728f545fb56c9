/** What the database, or its client, says went wrong: in words that tell what to do. */
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../../src/errors.js";

/** By SQLSTATE, or by the client's own code. */
const KNOWN: Record<string, string> = {
  "25006":
    "the database is read-only: it is a replica, or default_transaction_read_only is on. Give the primary",
  "25P02": "the transaction has failed already: roll it back",
  "28000": "the server refuses this user. See pg_hba.conf",
  "28P01": "the password is wrong",
  "3D000": "there is no such database",
  "42501":
    "the user lacks a permission. Grant it USAGE on the schema and its sequences, and SELECT, INSERT, UPDATE, DELETE on its tables",
  "42P06": "another schema of this name came to be in this moment",
  "53100": "the server's disk is full",
  "53200": "the server is out of memory",
  "53300": "the server takes no more connections. Raise max_connections, or use a smaller pool",
  "54000":
    "a limit of the server is reached. Where it is the NOTIFY queue, a connection listens in a transaction that stays open",
  "55P03": "a transaction that published to the channel is still open, and holds it",
  "57014": "the statement was canceled, by statement_timeout or by somebody",
  "57P01": "the server is shutting down",
  "57P02": "the server crashed",
  "57P03": "the server is starting up, or shutting down",
  CONNECT_TIMEOUT: "the server can't be reached",
  CONNECTION_CLOSED: "the connection was lost",
  CONNECTION_DESTROYED: "the connection was lost",
  CONNECTION_ENDED: "the client was ended",
  ECONNREFUSED: "nothing listens at the server's address",
  ECONNRESET: "the connection was lost",
  ENOTFOUND: "the server's name is unknown",
  ETIMEDOUT: "the server can't be reached",
};

/** The transaction lost against another one: run again, it may win. */
const CONFLICTS = ["40001", "40P01"];

/** The tables or the functions are missing, or the schema is. */
const MISSING = ["3F000", "42883", "42P01"];

/** SQLSTATE, or the client's own code, of an error. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

export const isConflict = (error: unknown): boolean => CONFLICTS.includes(codeOf(error));

export const isMissing = (error: unknown): boolean => MISSING.includes(codeOf(error));

/** The client was ended, by whoever made it: no later attempt will do better. */
export function isOver(error: unknown): boolean {
  const { message } = (error ?? {}) as { message?: unknown };
  return (
    codeOf(error) === "CONNECTION_ENDED" ||
    /after calling end on the pool|Client was closed|PGlite is clos/.test(String(message))
  );
}

/** Whether the connection may still be used: the server said what was wrong with a statement. */
export const isAnswer = (error: unknown): boolean => /^(?!57P|08)[0-9A-Z]{5}$/.test(codeOf(error));

/** No answer came in time. */
export const noAnswer = (milliseconds: number) =>
  Object.assign(new Error(`no answer within ${Math.ceil(milliseconds)} ms (timeout)`), { code: "NO_ANSWER" });

export const isLate = (error: unknown): boolean => codeOf(error) === "NO_ANSWER";

/** `what` completes "couldn't …". */
export function failure(what: string, cause: unknown, schema: string, embedded: boolean): RealtimeError {
  if (isRealtimeError(cause) && cause.code !== "TRANSPORT_FAILED") return cause;
  const code = codeOf(cause);
  const error = (as: RealtimeErrorCode, why: string) =>
    new RealtimeError(as, `postgres: couldn't ${what}: ${why}.`, { cause });
  if (isConflict(cause)) {
    return error(
      "TRANSACTION_CONFLICT",
      "the transaction conflicts with another one. Run it again from its start",
    );
  }
  if (code === "25P01") {
    return error(
      "INVALID_OPTIONS",
      "tx is in no transaction. Begin one on it, and await publish() before it ends",
    );
  }
  if (MISSING.includes(code)) {
    return error(
      "TRANSPORT_FAILED",
      `schema "${schema}" lacks tables or functions. Apply postgresMigrations("${schema}"), or leave migrate out`,
    );
  }
  if (isOver(cause))
    return error("TRANSPORT_FAILED", "the client was ended. Close the transport before its client");
  if (isLate(cause) && embedded) {
    const why = `${(cause as Error).message}. A transaction of this PGlite is open: give it, as in publish(ref, data, { tx })`;
    return error("TRANSPORT_FAILED", why);
  }
  const { message } = (cause ?? {}) as { message?: unknown };
  const said = String(message ?? cause).replace(/^postgres: |\.$/g, "");
  // A replica refuses more than writes: what isn't replicated can't be read there either.
  const why = said.includes("during recovery") ? KNOWN["25006"] : KNOWN[code];
  return error("TRANSPORT_FAILED", why ?? said);
}
