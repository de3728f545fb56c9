/** Whether the tables are there; they are made at first use. */
import { RealtimeError } from "../../src/errors.js";
import { textOf } from "./answers.js";
import type { Run } from "./database.js";
import { isMigrated, migrating, quoted } from "./migrations.js";
import { VERSION } from "./schema.js";

/** `gen_random_uuid` is built in since then. */
const OLDEST_SERVER = 130_000;

/** Before a statement: whatever the default is, who has waited for another must see what that one did. */
export const READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";

/** Whether the tables are there, of this version or a later one. */
export async function hasTables(run: Run, schema: string): Promise<boolean> {
  // By name, a session would remember that they weren't there, until its transaction ends.
  const [found] = await run(`SELECT ${isMigrated(schema)}::text`);
  return (await versionOf(run, schema, textOf(found, 0))) >= VERSION;
}

const versionOf = async (run: Run, schema: string, isThere: string): Promise<number> =>
  isThere === "true" ? Number(textOf((await run(`SELECT ${quoted(schema)}.migration()::text`))[0], 0)) : 0;

/** Makes sure of the tables, or says what is to be done. */
export async function checkTables(run: Run, schema: string, migrate: boolean): Promise<void> {
  const s = quoted(schema);
  const [facts] = await run(
    `SELECT current_setting('server_version_num'), current_setting('server_encoding'), (to_regprocedure('${s}.migration()') IS NOT NULL)::text`,
  );
  const version = Number(textOf(facts, 0));
  if (version < OLDEST_SERVER) {
    throw refused(`the server is PostgreSQL ${Math.floor(version / 10_000)}: 13 or later is needed`);
  }
  if (textOf(facts, 1) !== "UTF8") {
    throw refused(`the database's encoding is ${textOf(facts, 1)}: make it with ENCODING 'UTF8'`);
  }
  const has = await versionOf(run, schema, textOf(facts, 2));
  // A later version knows what this code needs.
  if (has >= VERSION) return;
  if (migrate) await run(READ_COMMITTED + migrating(schema));
  else {
    const state = has === 0 ? "isn't there" : `is at version ${has}`;
    throw refused(
      `schema "${schema}" ${state}, and version ${VERSION} is needed. Apply postgresMigrations("${schema}"), or leave migrate out`,
    );
  }
}

const refused = (why: string) => new RealtimeError("TRANSPORT_FAILED", `postgres: ${why}.`);
