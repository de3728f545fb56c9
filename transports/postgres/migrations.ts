/** The migrations: what a database needs, for people to read, and to apply. */
import { RealtimeError } from "../../src/errors.js";
import { epochs, publishing, reading } from "./functions.js";
import { keeping } from "./keeping.js";
import { tables, VERSION } from "./schema.js";
import { literal } from "./sql.js";

/** One step. */
export interface PostgresMigration {
  /** From 1 on. Apply those above what `SELECT <schema>.migration()` gives, in order. */
  readonly version: number;
  /** Several statements, to be run in one transaction. */
  readonly sql: string;
}

/** A schema's name, quoted. Throws `INVALID_OPTIONS`. */
export function quoted(schema: string): string {
  if (/^[A-Za-z_]\w{0,47}$/.test(schema)) return `"${schema}"`;
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `postgres: schema is ${JSON.stringify(schema)}: give 1 to 48 of the characters A–Z, a–z, 0–9 and _, no digit first.`,
  );
}

const numbered = (s: string, version: number) => `-- The version of what is here.
CREATE OR REPLACE FUNCTION ${s}.migration() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ${version}';`;

/**
 * The SQL that the transport applies at first use, for those who apply it themselves (and say `migrate: false`).
 * `schema` as the transport's option; default `"halyard"`. Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * for (const { sql } of postgresMigrations()) console.log(`BEGIN;\n${sql}\nCOMMIT;`);
 * ```
 */
export function postgresMigrations(schema = "halyard"): readonly PostgresMigration[] {
  const s = quoted(schema);
  const parts = [tables(s), epochs(s), publishing(s), reading(s), keeping(s), numbered(s, VERSION)];
  return [{ version: VERSION, sql: [`CREATE SCHEMA IF NOT EXISTS ${s};`, ...parts].join("\n\n") }];
}

/** Whether there is a version. Asked of the catalog itself: what a function such as to_regprocedure knows may be old. */
export const isMigrated = (
  schema: string,
) => `EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = '${schema}' AND p.proname = 'migration')`;

/** One statement that applies what is missing. Servers that start together wait for each other. */
export function migrating(schema: string): string {
  const s = quoted(schema);
  const steps = postgresMigrations(schema).map(({ version, sql }) => {
    // It may be there, for a role that may not create one.
    const [create = "", ...rest] = sql.split("\n\n");
    const first =
      version === 1
        ? `IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = '${schema}') THEN ${create} END IF;`
        : create;
    return `IF at < ${version} THEN ${first} EXECUTE ${literal(rest.join("\n\n"))}; END IF;`;
  });
  return `DO ${literal(`DECLARE at integer := 0; BEGIN
PERFORM pg_advisory_xact_lock(hashtextextended('halyard ${s}', 0));
IF ${isMigrated(schema)} THEN EXECUTE 'SELECT ${s}.migration()' INTO at; END IF;
${steps.join("\n")}
END`)}`;
}
