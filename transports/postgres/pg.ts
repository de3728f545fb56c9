/** Asking `pg`. */
import { type Rows, rowsOf } from "./answers.js";
import type { PgConnection, PgPool, PgPoolClient } from "./clients.js";
import { isAnswer } from "./failures.js";
import { within } from "./within.js";

const nothing = () => {};

/** Takes a connection out of a pool, in time; one that comes too late goes back. */
export async function checkOut(pool: PgPool, timeout: number): Promise<PgPoolClient> {
  let isLate = false;
  const coming = pool.connect().then((connection) => {
    if (isLate) connection.release();
    // A connection in use that breaks says so; unheard, that would end the process. Who uses it learns of it anyway.
    else connection.on("error", nothing);
    return connection;
  });
  return within(coming, timeout, () => {
    isLate = true;
  });
}

/** Gives a connection back, or ends it. One that ends may still have something to say. */
export function giveBack(connection: PgPoolClient, broken: boolean): void {
  if (!broken) connection.removeListener("error", nothing);
  connection.release(broken);
}

export function runPool(pool: PgPool, text: string, timeout: number): Promise<Rows> {
  let held: PgPoolClient | undefined;
  let isLate = false;
  // Once: a statement that comes to its end too late finds its connection ended.
  const leave = (broken: boolean) => {
    if (held) giveBack(held, broken);
    held = undefined;
  };
  const run = async () => {
    const connection = await pool.connect();
    if (isLate) {
      connection.release();
      return [];
    }
    held = connection;
    connection.on("error", nothing);
    try {
      const rows = await runConnection(connection, text, undefined);
      leave(false);
      return rows;
    } catch (error) {
      leave(!isAnswer(error));
      throw error;
    }
  };
  return within(run(), timeout, () => {
    isLate = true;
    // A statement that is still running, or a line that is dead, must not come back to the pool.
    leave(true);
  });
}

export async function runConnection(
  connection: PgConnection,
  text: string,
  timeout: number | undefined,
): Promise<Rows> {
  return rowsOf(await within(connection.query({ text, rowMode: "array" }), timeout));
}
