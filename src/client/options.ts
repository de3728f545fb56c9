/** Checks what `subscribe` was given, since not everybody has a compiler. */
import { RealtimeError } from "../errors.js";
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";
import { type PlainToken, readToken } from "../token.js";
import type { SubscribeHandlers } from "./types.js";

/** What `subscribe` was given, checked. */
export interface Plan extends SubscribeHandlers<AnyMessage> {
  readonly token: PlainToken | (() => unknown);
  /** Where the channel isn't given, the token says. */
  readonly channel: string | undefined;
  /** Where neither channel nor topics are given, the token says. */
  readonly topics: readonly string[] | undefined;
  /** Where messages are to be parsed again: by topic. */
  readonly schemas: ReadonlyMap<string, AnySchema> | undefined;
}

interface GivenChannel {
  readonly name: string;
  readonly topics: readonly string[];
  readonly "~channel"?: unknown;
}

const TYPES = {
  onMessage: "function",
  onError: "function",
  onGap: "function",
  onStatus: "function",
  url: "string",
  after: "string",
  signal: "object",
  wire: "object",
  validate: "boolean",
};

const refuse = (why: string) => new RealtimeError("INVALID_OPTIONS", `subscribe: ${why}`);
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");

/** Throws `INVALID_OPTIONS`, `UNKNOWN_TOPIC` or `TOKEN_MALFORMED`. */
export function checkOptions(input: unknown): Plan {
  const isOptions = typeof input === "object" && input !== null && "token" in input;
  const options: Record<string, unknown> = isOptions ? { ...input } : { token: input };
  for (const [name, type] of Object.entries(TYPES)) {
    if (options[name] !== undefined && typeof options[name] !== type) throw refuse(`${name} must be a ${type}.`);
  }
  const { token, channel, topics, validate } = options;
  if (channel !== undefined && !isChannel(channel)) {
    throw refuse("channel is none. A definition with params is to be called: pipeline({ runId }).");
  }
  if (topics !== undefined && !isStrings(topics)) throw refuse("topics must be an array of at least one name.");
  const unknown = channel && topics?.find((topic) => !channel.topics.includes(topic));
  if (unknown !== undefined) {
    throw new RealtimeError(
      "UNKNOWN_TOPIC",
      `Channel "${channel?.name}" has no topic "${unknown}". Its topics: ${channel?.topics.join(", ")}.`,
    );
  }
  const schemas = channel?.["~channel"];
  if (validate && !(schemas instanceof Map)) throw refuse("validate needs channel, with its schemas.");
  return {
    // Checked above, name by name.
    ...(options as SubscribeHandlers<AnyMessage>),
    token: typeof token === "function" ? (token as () => unknown) : readToken(token),
    channel: channel?.name,
    topics: topics ?? channel?.topics,
    schemas: validate ? (schemas as ReadonlyMap<string, AnySchema>) : undefined,
  };
}

function isChannel(value: unknown): value is GivenChannel {
  const { name, topics } = (typeof value === "object" && value ? value : {}) as Partial<GivenChannel>;
  return typeof name === "string" && isStrings(topics);
}

/** Throws `TOKEN_SCOPE` where a token doesn't open what is asked for. */
export function checkScope(token: PlainToken, name: string | undefined, topics: readonly string[] = []): void {
  const refuse = (why: string) => new RealtimeError("TOKEN_SCOPE", `The token for "${token.channel}" ${why}.`);
  if (name !== undefined && token.channel !== name) throw refuse(`doesn't open "${name}"`);
  const missing = topics.find((topic) => !token.topics.includes(topic));
  if (missing !== undefined) throw refuse(`doesn't open topic "${missing}", only ${token.topics.join(", ")}`);
}
