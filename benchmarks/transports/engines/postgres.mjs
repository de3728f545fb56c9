// @ts-check
/** PostgreSQL: INSERT and NOTIFY in one statement per message, and one LISTEN, as one would write it with pg. */
import { postgres as transportOf } from "halyard/transports/postgres";
import pg from "pg";
import postgresJs from "postgres";
import { startPostgres } from "../../../test-support/brokers/index.mjs";
import { halyard, transportAlone } from "../halyard.mjs";
import { sameCommand } from "../same-command.mjs";

/** @typedef {import("../contestant.mjs").Message} Message */

/** The same for all, and more than a subscriber ever falls behind. */
const HISTORY = 100_000;

const TABLE = `CREATE TABLE IF NOT EXISTS stock (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, channel text NOT NULL, data text NOT NULL,
  at timestamptz NOT NULL DEFAULT now())`;
const PUBLISH = `WITH stored AS (INSERT INTO stock (channel, data) VALUES ($1, $2) RETURNING id)
SELECT id, pg_notify($3, id || ' ' || $2) FROM stored`;

/** @param {string} name @param {string} url */
const stock = (name, url) => ({
  name,
  async open(/** @type {string} */ channel) {
    const clients = [url, url].map((connectionString) => new pg.Client({ connectionString }));
    const [writer, reader] = /** @type {[pg.Client, pg.Client]} */ (clients);
    await Promise.all([writer.connect(), reader.connect()]);
    await writer.query(TABLE);
    // One after the other, as they would be on one connection anyway; pg asks its users to see to that.
    let last = Promise.resolve(/** @type {unknown} */ (undefined));
    const wire = `stock_${channel.replace(/\W/g, "_")}`;
    return {
      publish(/** @type {Message} */ message) {
        const values = [channel, JSON.stringify(message), wire];
        last = last.then(() => writer.query({ name: "publish", text: PUBLISH, values }));
        return last;
      },
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        reader.on("notification", ({ payload = "" }) =>
          onMessage(JSON.parse(payload.slice(payload.indexOf(" ") + 1))),
        );
        await reader.query(`LISTEN ${wire}`);
      },
      async stop() {
        await Promise.all([writer.end(), reader.end()]);
      },
    };
  },
});

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  // It waits for the disk at each commit, as it does unless somebody says otherwise.
  const args = ["-c", `fsync=${process.env.BENCH_FSYNC ?? "on"}`];
  const [server, second] = [await startPostgres({ args }), await startPostgres({ args })];
  const { url } = server;
  const options = { history: { count: HISTORY } };
  const onPg = async () => {
    const client = new pg.Pool({ connectionString: url });
    client.on("error", () => {});
    return { transport: transportOf({ client, ...options }), stop: () => client.end() };
  };
  const onPostgresJs = async () => {
    const client = postgresJs(url, { onnotice: () => {} });
    return { transport: transportOf({ client, ...options }), stop: () => client.end({ timeout: 1 }) };
  };
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const { rows } = await admin.query("SHOW server_version");
  return {
    name: "postgres",
    about: `PostgreSQL ${rows[0].server_version}, fsync ${process.env.BENCH_FSYNC ?? "on"}; pg and postgres.js`,
    pid: server.pid,
    messages: 25_000,
    awaited: [
      sameCommand("pg: the transport's own statement", {
        ...{ method: "query", from: url, to: second.url },
        async connect(url) {
          const client = new pg.Client({ connectionString: url });
          await client.connect();
          return { client, stop: () => client.end() };
        },
        transportOf: (client) => transportOf({ client, ...options, retention: false }),
      }),
      stock("pg: INSERT … RETURNING and NOTIFY", url),
      transportAlone("Halyard's transport on pg", onPg),
      halyard("Halyard on pg", onPg),
      halyard("Halyard on postgres.js", onPostgresJs),
    ],
    bursts: [
      { ...stock("pg: INSERT and NOTIFY, LISTEN", url), pace: 0.08 },
      transportAlone("Halyard's transport on pg", onPg, { batch: true }),
      halyard("Halyard on pg", onPg),
      halyard("Halyard on postgres.js", onPostgresJs),
    ],
    transport: onPg,
    async connections() {
      const { rows } = await admin.query(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE backend_type = 'client backend'",
      );
      return rows[0].count - 1;
    },
    async stored() {
      const { rows } = await admin.query("SELECT pg_database_size(current_database())::int AS bytes");
      return rows[0].bytes;
    },
    async stop() {
      await admin.end();
      await server.stop();
      await second.stop();
    },
  };
}
