/** A message as a `messages` frame holds it. */
import { readPayload } from "../frame.js";
import type { AnyMessage } from "../message.js";
import { type AnySchema, isThenable, parse } from "../schema.js";

/** A message's id and its payload. Nothing of the payload has been checked yet. */
export type Pair = readonly [id: string, payload: unknown];

/** Decodes a message; with schemas, parses it by its topic's. Throws `INVALID_PAYLOAD` or `SCHEMA_FAILED`. */
export function readPair(
  channel: string | undefined,
  [id, payload]: Pair,
  schemas: ReadonlyMap<string, AnySchema> | undefined,
): AnyMessage | PromiseLike<AnyMessage> {
  const message = readPayload(channel as string, id, payload);
  const schema = schemas?.get(message.topic);
  if (!schema) return message;
  const data = parse(schema, message.data, `Topic "${message.topic}" of channel "${channel}"`);
  return isThenable(data) ? data.then((data) => ({ ...message, data })) : { ...message, data };
}

/** The message as JSON text, as it came. */
export const printPair = (channel: string | undefined, [id, payload]: Pair): string =>
  JSON.stringify({ channel, id, ...(payload as object) });
