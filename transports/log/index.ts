/** Makes a transport of a log that a broker keeps: it only appends, reads and watches. */
export { lasting, randomEpoch, whole } from "./limits.js";
export type { Log, Watcher } from "./log.js";
export { closed, conflict } from "./refusals.js";
export { type LogTransport, type LogTransportOptions, logTransport } from "./transport.js";
