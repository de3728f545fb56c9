// @ts-check
/** The brokers that the tests run on: where each is looked for, and what it is called. */

/** @typedef {"redis" | "nats" | "postgres"} Kind */

/**
 * @typedef {object} Facts
 * @property {string} title As its makers write it.
 * @property {string} variable The variable that names its address. `none` says that there is none.
 * @property {string} url Where it is looked for without that.
 * @property {string[]} programs What starts one of our own.
 * @property {string} debian Debian's package.
 */

/** @type {Readonly<Record<Kind, Facts>>} */
export const brokers = {
  redis: {
    title: "Redis",
    variable: "HALYARD_REDIS_URL",
    url: "redis://127.0.0.1:6379",
    programs: ["redis-server"],
    debian: "redis-server",
  },
  nats: {
    title: "NATS with JetStream",
    variable: "HALYARD_NATS_URL",
    url: "nats://127.0.0.1:4222",
    programs: ["nats-server"],
    debian: "nats-server",
  },
  postgres: {
    title: "PostgreSQL",
    variable: "HALYARD_POSTGRES_URL",
    url: "postgres://postgres@127.0.0.1:5432/test",
    programs: ["initdb", "postgres"],
    debian: "postgresql",
  },
};

export const kinds = /** @type {Kind[]} */ (Object.keys(brokers));
