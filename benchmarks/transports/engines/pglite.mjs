// @ts-check
/** PGlite, PostgreSQL within this process: INSERT and NOTIFY, beside Halyard on it. Both ends share one instance. */
import { PGlite } from "@electric-sql/pglite";
import { postgres as transportOf } from "halyard/transports/postgres";
import { halyard, transportAlone } from "../halyard.mjs";

/** @typedef {import("../contestant.mjs").Message} Message */

const TABLE = `CREATE TABLE IF NOT EXISTS stock (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, channel text NOT NULL, data text NOT NULL)`;
const PUBLISH = `WITH stored AS (INSERT INTO stock (channel, data) VALUES ($1, $2) RETURNING id)
SELECT id, pg_notify($3, id || ' ' || $2) FROM stored`;

/** @param {PGlite} client */
const stock = (client) => ({
  name: "PGlite: INSERT and NOTIFY, LISTEN",
  async open(/** @type {string} */ channel) {
    await client.exec(TABLE);
    const wire = `stock_${channel.replace(/\W/g, "_")}`;
    /** @type {() => Promise<void>} */
    let stop = async () => {};
    return {
      publish: (/** @type {Message} */ message) =>
        client.query(PUBLISH, [channel, JSON.stringify(message), wire]),
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        stop = await client.listen(wire, (payload) =>
          onMessage(JSON.parse(payload.slice(payload.indexOf(" ") + 1))),
        );
      },
      stop: () => stop(),
    };
  },
});

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  const client = await PGlite.create();
  const options = { history: { count: 100_000 } };
  const open = async () => ({ transport: transportOf({ client, ...options }), stop: async () => {} });
  return {
    name: "pglite",
    about: "PGlite in memory, in this process",
    pid: undefined,
    messages: 10_000,
    awaited: [stock(client), transportAlone("Halyard's transport", open), halyard("Halyard", open)],
    bursts: [
      { ...stock(client), pace: 0.2 },
      transportAlone("Halyard's transport", open, { batch: true }),
      halyard("Halyard", open),
    ],
    transport: open,
    connections: undefined,
    stored: async () => {
      const { rows } = await client.query("SELECT pg_database_size(current_database())::int AS bytes");
      return /** @type {{ bytes: number }} */ (rows[0]).bytes;
    },
    stop: () => client.close(),
  };
}
