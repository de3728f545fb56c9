/** Checks what `subscribe` was given, since not everybody has a compiler. */
import { RealtimeError } from "../errors.js";
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";
import type { PlainToken } from "../token.js";
import type { SubscribeHandlers } from "./types.js";

/** What `subscribe` was given, checked. */
export interface Plan extends SubscribeHandlers<AnyMessage> {
  /** Or what gives one. */
  readonly token: unknown;
  /** Its name. Where no channel is given, the token says. */
  readonly channel: string | undefined;
  /** Where neither topics nor a channel are given, the token says. */
  readonly topics: readonly string[] | undefined;
  /** By topic, where messages are to be parsed again. */
  readonly schemas: ReadonlyMap<string, AnySchema> | undefined;
}

/** The options as they come: each of the type that it has here, or absent, once it has passed `CHECKS`. */
interface Given extends SubscribeHandlers<AnyMessage> {
  readonly token: unknown;
  readonly channel?: {
    readonly name: string;
    readonly topics: readonly string[];
    readonly "~channel"?: unknown;
  };
  readonly topics?: readonly string[];
  readonly validate?: boolean;
}

const isString = (value: unknown) => typeof value === "string";
const isNames = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isString);

/** What an option must be: in the words of `typeof`, or of the checks below. */
const KINDS = {
  onMessage: "function",
  onError: "function",
  onGap: "function",
  onStatus: "function",
  url: "string",
  after: "string",
  signal: "object",
  wire: "object",
  validate: "boolean",
  channel: "channel, its definition called",
  topics: "list of topics",
};

/** Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`. */
export function checkOptions(input: unknown): Plan {
  // What isn't an object with a token in it is a token.
  const options = (Object(input) === input && "token" in (input as object) ? input : { token: input }) as Given;
  const { channel, validate, topics = channel?.topics } = options;
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = options[name as keyof Given];
    const isFine = name === "topics" ? isNames(topics) : name === "channel" ? isString(channel?.name) && isNames(channel.topics) : typeof value === kind;
    if (value != null && !isFine) throw new RealtimeError("INVALID_OPTIONS", `subscribe: ${name} must be a ${kind}.`);
  }
  const unknown = channel && topics?.find((topic) => !channel.topics.includes(topic));
  if (unknown) {
    throw new RealtimeError(
      "UNKNOWN_TOPIC",
      `Channel "${channel.name}" has no topic "${unknown}", only ${channel.topics.join(", ")}.`,
    );
  }
  const schemas = channel?.["~channel"];
  if (validate && !(schemas instanceof Map)) {
    throw new RealtimeError("INVALID_OPTIONS", "subscribe: validate needs a channel with schemas.");
  }
  return {
    ...options,
    channel: channel?.name,
    topics,
    schemas: validate ? (schemas as Map<string, AnySchema>) : undefined,
  };
}

/** Throws `TOKEN_SCOPE` where a token doesn't open what is asked for. */
export function checkScope({ channel, topics }: PlainToken, name = channel, asked: readonly string[] = []): void {
  const closed = channel === name ? asked.find((topic) => !topics.includes(topic)) : name;
  if (closed === undefined) return;
  throw new RealtimeError(
    "TOKEN_SCOPE",
    `The token doesn't open "${closed}". It is for channel "${channel}", topics ${topics.join(", ")}.`,
  );
}
