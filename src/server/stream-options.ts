/** Options of `app.stream`, checked for callers without types. */
import { type Duration, toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";
import { HEARTBEAT, LONGEST_HEARTBEAT as LONGEST } from "../stream/ending.js";
import type { StreamOptions } from "./stream-types.js";

/** What they come to; times in milliseconds. */
export interface StreamSettings {
  readonly interval: number;
  readonly heartbeat: number;
  readonly maxBytes: number;
  readonly maxChunks: number;
}

const INTERVAL = 50;
const SHORTEST_HEARTBEAT = 100;
const MAX_BYTES = 16_384;
const MAX_CHUNKS = 1_000;

/** Sizes are of characters, and a character is up to three bytes, up to six where it is escaped. */
const BYTES_OF_CHARACTER = 6;

/** Throws `INVALID_OPTIONS`. `limit`: the transport's, for a message. */
export function readStreamOptions(given: StreamOptions, limit: number, where: string): StreamSettings {
  const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `${where}: ${what}.`);
  const between = (name: string, value: Duration, least: number) => {
    const time = Math.ceil(toMilliseconds(value, `${where}: ${name}`));
    if (time >= least && time <= LONGEST) return time;
    throw refuse(`${name} must be from ${least} to ${LONGEST} ms; got ${value}`);
  };
  const count = (name: string, value: number) => {
    if (Number.isInteger(value) && value > 0) return value;
    throw refuse(`${name} must be an integer, 1 or more; got ${String(value)}`);
  };
  const { id, interval = INTERVAL, heartbeat = HEARTBEAT, describeError } = given;
  if (id !== undefined && (typeof id !== "string" || id === "" || id.length > 200)) {
    throw refuse("id must be a string of 1 to 200 characters");
  }
  if (describeError !== undefined && typeof describeError !== "function") {
    throw refuse("describeError must be a function");
  }
  return {
    interval: between("interval", interval, 0),
    heartbeat: between("heartbeat", heartbeat, SHORTEST_HEARTBEAT),
    maxBytes: Math.min(
      count("maxBytes", given.maxBytes ?? MAX_BYTES),
      Math.max(1, Math.floor(limit / BYTES_OF_CHARACTER)),
    ),
    maxChunks: count("maxChunks", given.maxChunks ?? MAX_CHUNKS),
  };
}
