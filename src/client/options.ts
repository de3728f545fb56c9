/** Checks what `subscribe` was given, since not everybody has a compiler. */
import { RealtimeError } from "../errors.js";
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";
import { type PlainToken, readToken } from "../token.js";
import type { SubscribeHandlers } from "./types.js";

/** What `subscribe` was given, checked. */
export interface Plan extends SubscribeHandlers<AnyMessage> {
  readonly token: PlainToken | (() => unknown);
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

const is = (type: string) => (value: unknown) => typeof value === type;
export const isString = is("string") as (value: unknown) => value is string;
const isNames = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isString);
const isChannel = (value: Given["channel"]) => is("object")(value) && isString(value?.name) && isNames(value?.topics);

const CHECKS: readonly (readonly [what: string, check: (value: never) => boolean, names: readonly (keyof Given)[]])[] = [
  ["a function", is("function"), ["onMessage", "onError", "onGap", "onStatus"]],
  ["a string", is("string"), ["url", "after"]],
  ["an object", is("object"), ["signal", "wire"]],
  ["true or false", is("boolean"), ["validate"]],
  ["an array of at least one name", isNames, ["topics"]],
  ["a channel; call its definition with params", isChannel, ["channel"]],
];

/** Throws `INVALID_OPTIONS`, `UNKNOWN_TOPIC` or `TOKEN_MALFORMED`. */
export function checkOptions(input: unknown): Plan {
  // What isn't an object with a token in it is a token.
  const options = (Object(input) === input && "token" in (input as object) ? input : { token: input }) as Given;
  for (const [what, check, names] of CHECKS) {
    const wrong = names.find((name) => options[name] != null && !check(options[name] as never));
    if (wrong) throw new RealtimeError("INVALID_OPTIONS", `subscribe: ${wrong} must be ${what}.`);
  }
  const { token, channel, validate, topics = channel?.topics } = options;
  const unknown = channel && topics?.find((topic) => !channel.topics.includes(topic));
  if (unknown) {
    throw new RealtimeError(
      "UNKNOWN_TOPIC",
      `Channel "${channel.name}" has no topic "${unknown}", only ${channel.topics.join(", ")}.`,
    );
  }
  const schemas = channel?.["~channel"];
  if (validate && !(schemas instanceof Map)) {
    throw new RealtimeError("INVALID_OPTIONS", "subscribe: validate needs a channel that has its schemas.");
  }
  return {
    ...options,
    // Every function is one that fetches a token.
    token: typeof token === "function" ? (token as () => unknown) : readToken(token),
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
