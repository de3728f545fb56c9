/** A message as a `messages` frame holds it. */
import { RealtimeError } from "../errors.js";
import { readPayload } from "../frame.js";
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";

/** A message's id and its payload. Nothing of the payload has been checked yet. */
export type Pair = readonly [id: string, payload: { readonly kinds?: unknown }];

/** Decodes a message, and parses it by its topic's schema where there is one. Throws `INVALID_PAYLOAD`, or what the schema throws. */
export function readPair(
  channel: string,
  [id, payload]: Pair,
  schemas: ReadonlyMap<string, AnySchema> | undefined,
): AnyMessage | Promise<AnyMessage> {
  // Decoding changes what it is given, and the encoded stream still needs that as it came.
  const message = readPayload(channel, id, payload?.kinds ? JSON.parse(JSON.stringify(payload)) : payload);
  const schema = schemas?.get(message.topic);
  return schema ? parseAgain(message, schema) : message;
}

async function parseAgain(message: AnyMessage, schema: AnySchema): Promise<AnyMessage> {
  // What it throws, the subscription turns into SCHEMA_FAILED.
  const result = await schema["~standard"].validate(message.data);
  if (!result.issues) return { ...message, data: result.value };
  const issues = result.issues.map(({ message, path = [] }) => ({
    message,
    path: path.map((part) => (typeof part === "object" ? part.key : part)),
  }));
  throw new RealtimeError("INVALID_PAYLOAD", `Topic "${message.topic}" failed its schema; see the issues.`, {
    issues,
  });
}
