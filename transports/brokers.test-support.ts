/** Real brokers for the tests of transports: `brokerUrl("redis")` of the run, `startRedis()` for one's own. */
export type { Kind, Server, StartOptions } from "../test-support/brokers/index.mjs";
export {
  available,
  brokerUrl,
  freePort,
  runPostgres,
  startNats,
  startPostgres,
  startRedis,
} from "../test-support/brokers/index.mjs";
