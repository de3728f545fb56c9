/** What clients answer with, in one form; and that they do so in time. */
import type { PGliteClient, PGliteTransaction, PostgresJs, PostgresJsTransaction } from "./clients.js";
import { isLate } from "./failures.js";
import { within } from "./within.js";

/** Rows of texts. */
export type Rows = readonly (readonly unknown[])[];

/** The text of a column. */
export function textOf(row: readonly unknown[] | undefined, column: number): string {
  const value = row?.[column];
  if (typeof value === "string") return value;
  throw new TypeError(
    `The client gave ${typeof value} for a text: a type parser of its user's is in the way.`,
  );
}

/** The texts of a row. */
export const textsOf = (row: readonly unknown[] = []): string[] => row.map((_, i) => textOf(row, i));

/** The rows of a result, or of the last of several. */
export function rowsOf(answer: unknown): Rows {
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  const { rows } = (last ?? {}) as { rows?: unknown };
  return Array.isArray(rows) ? (rows as Rows) : [];
}

/** Asks `postgres`. */
export async function runPostgresJs(
  sql: PostgresJs | PostgresJsTransaction,
  text: string,
  timeout: number | undefined,
): Promise<Rows> {
  const query = sql.unsafe(text);
  let answer: unknown;
  try {
    answer = await within(query.values(), timeout);
  } catch (error) {
    if (isLate(error)) abandon(query);
    throw error;
  }
  // A result is an array of rows itself, and several are an array of these; only a result has a command.
  const isOne = "command" in (answer as object);
  const rows = (isOne ? answer : (answer as unknown[]).at(-1)) as Rows;
  // After a statement that gave a row and then failed to commit, `postgres` (3.4) begins the next result with a hole.
  return 0 in rows ? rows : rows.filter(() => true);
}

/**
 * Nobody waits for it any more. What was said to have failed must not be done later: while it waits for a connection, it gets
 * another text. It isn't canceled: `postgres` (3.4) then loses the connection that it waits for, or leaves a rejection
 * unhandled where the server is gone. One that was sent waits no longer for a lock than the server was told.
 */
function abandon(query: object): void {
  const inside = query as { state?: unknown; strings?: unknown };
  if (!inside.state) inside.strings = ["SELECT 1"];
}

/** Asks PGlite. */
export async function runPGlite(
  db: PGliteClient | PGliteTransaction,
  text: string,
  timeout: number | undefined,
): Promise<Rows> {
  return rowsOf(await within(db.exec(text, { rowMode: "array" }), timeout));
}
