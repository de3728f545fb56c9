import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { available, brokerUrl, runPostgres } from "../brokers.test-support.js";
import { postgres, postgresMigrations } from "./index.js";
import { channelName, listen, openLab, readAll, refused, say } from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("the tables", () => {
  const { url, schema, pool, later } = openLab("migrations");
  const open = (options: object = {}) =>
    later(postgres({ client: pool, schema, ...options }), (it) => it.close());
  const drop = (name: string) => later(name, () => pool.query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`));

  it("are made once, by however many servers that start together", async () => {
    const servers = Array.from({ length: 10 }, () =>
      open({ client: later(new pg.Pool({ connectionString: url, max: 2 }), (it) => it.end()) }),
    );
    const channel = channelName();
    await Promise.all(servers.map((server, i) => say(server, channel, `${i}`)));
    expect((await readAll(open(), channel)).texts.sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `${i}`),
    );
    expect((await pool.query(`SELECT count(*)::int AS epochs FROM "${schema}".meta`)).rows).toEqual([
      { epochs: 1 },
    ]);
  });

  it("are missing, and not made, where migrate is false: what to do is said", async () => {
    const name = drop(`${schema}_none`);
    const transport = open({ schema: name, migrate: false });
    const why = new RegExp(
      `schema "${name}" isn't there, and version 1 is needed\\. Apply postgresMigrations\\("${name}"\\)`,
    );
    await refused(say(transport, "a", "no"), "TRANSPORT_FAILED", why);
    await refused(listen(transport, "a"), "TRANSPORT_FAILED", why);
    const { rows } = await pool.query("SELECT to_regnamespace($1) AS found", [name]);
    expect(rows).toEqual([{ found: null }]);
    // Once somebody has made them, it works, without a restart.
    for (const { sql } of postgresMigrations(name)) await pool.query(sql);
    await say(transport, "a", "yes");
    // They went away again under it.
    await pool.query(`DROP SCHEMA "${name}" CASCADE`);
    await refused(say(transport, "a", "no"), "TRANSPORT_FAILED", why);
  });

  it("can be made with psql, and are found then", async () => {
    const name = drop(`${schema}_psql`);
    const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-sql-"));
    try {
      const file = path.join(folder, "migrations.sql");
      writeFileSync(
        file,
        postgresMigrations(name)
          .map(({ sql }) => `BEGIN;\n${sql}\nCOMMIT;\n`)
          .join("\n"),
      );
      chmodSync(folder, 0o755);
      const at = ["-d", brokerUrl("postgres"), "-q", "-v", "ON_ERROR_STOP=1"];
      await runPostgres("psql", [...at, "-f", file]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await say(open({ schema: name, migrate: false }), "a", "first");
    await say(open({ schema: name }), "a", "second");
    expect((await readAll(open({ schema: name, migrate: false }), "a")).texts).toEqual(["first", "second"]);
  });

  it("are in a schema that is there already, for a role that may not make one", async () => {
    const name = drop(`${schema}_role`);
    const role = `role_${schema}`;
    await pool.query(`CREATE ROLE ${role} LOGIN; CREATE SCHEMA "${name}" AUTHORIZATION ${role}`);
    later(role, () => pool.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`));
    const as = new URL(url);
    as.username = role;
    const client = later(new pg.Pool({ connectionString: as.href }), (it) => it.end());
    await say(open({ client, schema: name }), "a", "first");
    const error = await refused(
      say(open({ client, schema: `${name}_new` }), "a", "no"),
      "TRANSPORT_FAILED",
      /lacks a permission/,
    );
    expect(error.cause).toMatchObject({ code: "42501" });
  });

  it("of two schemas in one database don't hear each other", async () => {
    const name = drop(`${schema}_two`);
    const [here, there] = [open(), open({ schema: name })];
    const sink = await listen(here, "a");
    await say(there, "a", "there");
    const id = await say(here, "a", "here");
    await sink.count(1);
    expect(sink.ids).toEqual([id]);
    expect((await readAll(there, "a")).texts).toEqual(["there"]);
  });
});
