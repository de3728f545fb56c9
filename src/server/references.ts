/** What an app is given: references and channels, checked for callers without types. */
import { RealtimeError } from "../errors.js";
import { checkName } from "../name.js";
import type { AnySchema } from "../schema.js";
import type { RefInternals } from "../topic.js";

/** A reference, at run time. */
export interface PlainRef extends RefInternals {
  readonly channel: string;
  readonly topic: string;
}

/** Names a topic in errors. */
export const describeTopic = (channel: string, topic: string): string =>
  `Topic "${topic}" of channel "${channel}"`;

/** What channels of the package's own start with. */
const RESERVED = "~halyard:";

/** Servers tell each other here which tokens were revoked. */
export const REVOCATIONS = `${RESERVED}revocations`;

/** Whether a channel is the package's own: nobody publishes there or gets a token for it. */
export const isReserved = (name: string): boolean => name.startsWith(RESERVED);

function checkFree(name: string): void {
  if (!isReserved(name)) return;
  throw new RealtimeError(
    "INVALID_NAME",
    `Channel "${name}" is reserved: choose a name that doesn't start with "${RESERVED}".`,
  );
}

/** Throws `UNKNOWN_TOPIC` for what isn't a topic's reference, or `INVALID_NAME` for a channel that is reserved. */
export function checkRef(ref: unknown): PlainRef {
  const { channel, topic, "~schema": schema } = (ref ?? {}) as Partial<PlainRef>;
  if (typeof channel === "string" && typeof topic === "string" && schema) {
    checkFree(channel);
    return ref as PlainRef;
  }
  throw new RealtimeError(
    "UNKNOWN_TOPIC",
    "publish needs a reference to a topic, such as channel.status. Is the topic declared, and the definition called with its params?",
  );
}

/** A channel, at run time: its name, and its topics where they are known. */
export interface PlainChannel {
  readonly name: string;
  readonly schemas: ReadonlyMap<string, AnySchema> | undefined;
}

/**
 * Takes a channel or a name. Throws `UNKNOWN_CHANNEL` for a definition that wasn't called, and for anything else;
 * `INVALID_NAME` for a name that is none, or is reserved.
 */
export function checkChannel(channel: unknown): PlainChannel {
  if (typeof channel === "string") {
    checkFree(channel);
    return { name: checkName(channel), schemas: undefined };
  }
  if (typeof channel === "function") {
    throw new RealtimeError(
      "UNKNOWN_CHANNEL",
      "This is a definition, not a channel. Call it with its params.",
    );
  }
  const { name, "~channel": schemas } = (channel ?? {}) as { name?: unknown; "~channel"?: unknown };
  if (typeof name !== "string" || schemas === undefined) {
    throw new RealtimeError(
      "UNKNOWN_CHANNEL",
      "A channel is needed: what realtime.channel gives, or a name.",
    );
  }
  checkFree(name);
  // Two copies of the package may be loaded; what they put there has been the same since the first version.
  return { name, schemas: schemas as ReadonlyMap<string, AnySchema> };
}

/**
 * The topics that are asked for; all where none are named. `least` is how many there must be.
 * Throws `UNKNOWN_TOPIC` or `INVALID_OPTIONS`.
 */
export function checkTopics(
  { name, schemas }: PlainChannel,
  topics: readonly string[] | undefined,
  least = 1,
): readonly string[] {
  const chosen = topics ?? (schemas && [...schemas.keys()]);
  if (!Array.isArray(chosen) || chosen.length < least || chosen.some((topic) => typeof topic !== "string")) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `Channel "${name}": topics must be an array of at least one topic's name.`,
    );
  }
  const unknown = schemas && chosen.find((topic) => !schemas.has(topic));
  if (unknown === undefined) return [...new Set<string>(chosen)];
  throw new RealtimeError(
    "UNKNOWN_TOPIC",
    `Channel "${name}" has no topic "${unknown}". Its topics: ${[...(schemas?.keys() ?? [])].join(", ")}.`,
  );
}
