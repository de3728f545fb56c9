/** The body of a request to publish. */
import { Refusal } from "./answers.js";

/** Messages of one request. */
const MAX_MESSAGES = 100;

export interface AskedMessage {
  readonly topic: string;
  readonly data: unknown;
  readonly kinds: unknown;
  readonly key: string | undefined;
  /** Bytes of its data and kinds, as JSON in UTF-8. */
  size(): number;
}

export interface Asked {
  readonly token: string;
  readonly channel: string;
  readonly messages: readonly AskedMessage[];
}

const encoder = new TextEncoder();

/** Throws `INVALID_REQUEST`. What a message holds isn't looked at. */
export function readAsked({ token, channel, messages }: Record<string, unknown>): Asked {
  if (typeof token !== "string") throw bad('"token" must be a string: the key of a token.');
  if (typeof channel !== "string") throw bad('"channel" must be the name of a channel.');
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MAX_MESSAGES) {
    throw bad(`"messages" must be an array of 1 to ${MAX_MESSAGES} messages.`);
  }
  return { token, channel, messages: messages.map(readMessage) };
}

function readMessage(given: unknown): AskedMessage {
  const { topic, data, kinds, key } = Object(given) as Record<string, unknown>;
  if (typeof topic !== "string") throw bad('A message\'s "topic" must be a string.');
  if (key !== undefined && typeof key !== "string") throw bad('A message\'s "key" must be a string.');
  return { topic, data, kinds, key, size: () => sizeOf(data) + sizeOf(kinds) };
}

function sizeOf(json: unknown): number {
  if (json === undefined) return 0;
  try {
    return encoder.encode(JSON.stringify(json)).length;
  } catch {
    // So deep that it can't be written; it could be read.
    return Number.POSITIVE_INFINITY;
  }
}

const bad = (message: string) => new Refusal("INVALID_REQUEST", message);
