/** Checks what `subscribe` was given, since not everybody has a compiler. */
import { RealtimeError } from "../errors.js";
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";
import type { SubscribeHandlers } from "./types.js";

/** How a store steers its feed. */
export interface Steering {
  /** Lets go of the line, and of all that would keep it in memory, until `resume`; what was missed comes then. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** What `subscribe` was given, checked. */
export interface Plan extends SubscribeHandlers<AnyMessage> {
  /** Or what gives one. */
  readonly token: unknown;
  /** Its name. Where no channel is given, the token says. */
  readonly channel: string | undefined;
  /** Where neither topics nor a channel are given, the token says. */
  readonly topics: readonly string[] | undefined;
  /** Of a store: is given what steers the feed, before anything else happens. */
  readonly onSteer?: ((feed: Steering) => void) | undefined;
  /** Of a store: is told that it is open, and where to go on from; again when a fresh token was taken. */
  readonly onStand?: ((position: string | undefined) => void) | undefined;
  /** Of a store: see `createSubscription`. */
  readonly onEnd?: ((failure: RealtimeError | undefined) => void) | undefined;
  /** By topic, where messages are to be parsed again. */
  readonly schemas: ReadonlyMap<string, AnySchema> | undefined;
}

/** The options as they come: each of the type that it has here, or absent, once it was checked. */
interface Given extends SubscribeHandlers<AnyMessage> {
  readonly token: unknown;
  readonly channel?: {
    readonly name: string;
    readonly topics: readonly string[];
    readonly "~channel"?: ReadonlyMap<string, AnySchema>;
  };
  readonly topics?: readonly string[];
  readonly validate?: boolean;
}

const isNames = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string");

export function refuse(what: string): never {
  throw new RealtimeError("INVALID_OPTIONS", `subscribe: ${what}.`);
}

/** Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`. */
export function checkOptions(input: unknown): Plan {
  // What isn't an object with a token in it is a token.
  const options = ("token" in Object(input) ? input : { token: input }) as Given;
  // What would do harm later on, were it no function, or no text.
  for (const [name, value] of Object.entries(options)) {
    const kind = /^on/.test(name) ? "function" : /^(url|after)$/.test(name) ? "string" : typeof value;
    // One for each topic.
    if (name === "onMessage" && typeof value === "object") continue;
    if (value != null && typeof value !== kind) refuse(`${name} must be a ${kind}`);
  }
  const { channel, validate } = options;
  const topics = options.topics ?? channel?.topics;
  if (channel && (typeof channel === "function" || !isNames(channel.topics))) {
    refuse("channel: call its definition with its params");
  }
  if (topics && !isNames(topics)) refuse("topics must list names");
  for (const topic of topics ?? []) {
    if (channel && !channel.topics.includes(topic)) {
      throw new RealtimeError("UNKNOWN_TOPIC", `Channel "${channel.name}" has no topic "${topic}".`);
    }
  }
  const schemas = validate ? channel?.["~channel"] : undefined;
  if (validate && !schemas) refuse("validate needs a channel with schemas");
  return { ...options, channel: channel?.name, topics, schemas };
}
