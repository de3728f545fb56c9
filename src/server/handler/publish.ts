/** `POST …/publish`: a client publishes what its token lets it, through the app like anybody else. */

import { decode, type Kinds } from "../../codec.js";
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../../errors.js";
import type { AnyRegistry } from "../../registry.js";
import type { TopicRef } from "../../topic.js";
import { Allowances } from "../allowance.js";
import type { AppInternals } from "../app.js";
import type { App } from "../app-types.js";
import { checkExpiry } from "../gateway/scope.js";
import type { Told } from "../observe/connection.js";
import type { Claims } from "../tokens.js";
import { CLOSED, Refusal, refusing, success } from "./answers.js";
import { readBody } from "./body.js";
import type { PublishLimits } from "./options.js";
import { type Asked, type AskedMessage, readAsked } from "./publish-body.js";

/** Characters of an idempotency key, as `app.publish` takes it. */
const MAX_KEY = 255;
/** Characters of a topic that are told: what a client says may be longer. */
const MAX_TOPIC = 255;
/** Issues of one message that are sent. */
const MAX_ISSUES = 100;

/** What a client is told in place of what a transport said, which may name hosts. */
const PLAIN: Partial<Record<RealtimeErrorCode, string>> = {
  PAYLOAD_TOO_LARGE: "The message is over the limit. Send a reference to the data, or split it.",
  IDEMPOTENCY_CONFLICT:
    "The channel took another message under this key. Use another key for another message.",
  OVERLOADED: "Too much waits to be published. Try again later.",
  CLOSED,
  UNSUPPORTED: "The server's transport keeps no idempotency keys.",
};
/** What core says of the message itself, and may be passed on. */
const TOLD: ReadonlySet<RealtimeErrorCode> = new Set([
  "INVALID_PAYLOAD",
  "UNSUPPORTED_VALUE",
  "UNKNOWN_TOPIC",
  "INVALID_OPTIONS",
]);

type Result = { readonly id: string } | { readonly error: Told };

/** What answers the endpoint. */
export function createPublishEndpoint(
  app: App,
  { gateway, observer }: AppInternals,
  channels: AnyRegistry,
  limits: PublishLimits,
): (request: Request) => Promise<Response> {
  const allowances = new Allowances();

  /** Throws where it doesn't let its holder do all of it. */
  async function checkToken({ token, channel, messages }: Asked): Promise<Claims> {
    const claims = gateway.tokens.verify(token);
    await gateway.revocations.check(claims);
    checkExpiry(claims);
    const isIn = (topic: string) => claims.publish.includes(topic);
    const refused = claims.channel === channel ? messages.find(({ topic }) => !isIn(topic))?.topic : channel;
    if (refused === undefined) return claims;
    const scope = claims.publish.length > 0 ? claims.publish.join(", ") : "no topic";
    throw new Refusal(
      "TOKEN_SCOPE",
      `The token lets publish to ${scope} of "${claims.channel}", not to "${refused.slice(0, 100)}".`,
      { channel },
    );
  }

  /** Decoded here; what publishes it parses it, once. */
  async function publishOne(
    refs: ReadonlyMap<string, TopicRef>,
    claims: Claims,
    message: AskedMessage,
  ): Promise<Result> {
    try {
      const { topic } = message;
      const ref = refs.get(topic);
      if (!ref) throw new RealtimeError("UNKNOWN_TOPIC", "The channel has no such topic.");
      if (message.size() > limits.maxBytes) {
        throw new RealtimeError("PAYLOAD_TOO_LARGE", `Over ${limits.maxBytes} bytes.`);
      }
      const data: unknown = decode(message.data, message.kinds as Kinds | undefined);
      const key = message.key === undefined ? undefined : keyOf(claims, message.key);
      // Whether the transport keeps keys, it says itself.
      const { id } = await app.publish(ref, data, { key } as { key?: never });
      return { id };
    } catch (error) {
      return { error: describe(error, gateway.onError) };
    }
  }

  function tellRefused({ channel, subject }: Claims, topic: string, { code, message }: Told): void {
    observer?.refused?.({
      type: "refused",
      what: "publish",
      code,
      message,
      channel,
      topic: topic.slice(0, MAX_TOPIC),
      ...(subject !== undefined && { subject }),
    });
  }

  return async (request) => {
    const body = await readBody(request, limits.maxBodyBytes);
    const asked = readAsked(body);
    const { channel: name, messages } = asked;
    const claims = await refusing(
      ["TOKEN_MALFORMED", "TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_REVOKED", "CLOSED"],
      () => checkToken(asked),
    );
    const match = channels.match(name);
    if (!match) throw new Refusal("UNKNOWN_CHANNEL", "No channel has that name.", { channel: name });
    const { subject, id } = claims;
    const key = subject === undefined ? `jti ${id}` : `sub ${subject}`;
    const wait = allowances.of(key, limits.perSecond, limits.burst).take(messages.length);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new Refusal("RATE_LIMITED", `Too many messages. Try again in ${seconds} s.`, {
        headers: { "retry-after": String(seconds) },
        channel: name,
      });
    }
    const channel = match.channel as unknown as Readonly<Record<string, TopicRef>>;
    const refs = new Map(match.topics.map((topic) => [topic, channel[topic] as TopicRef]));
    // All of one turn: in this order, and as one batch.
    const results = await Promise.all(messages.map((message) => publishOne(refs, claims, message)));
    for (const code of ["CLOSED", "OVERLOADED"] as const) {
      // Nothing of it was published, and another server, or a later time, may take it.
      if (results.every((result) => "error" in result && result.error.code === code)) {
        throw new Refusal(code, PLAIN[code] as string, { channel: name });
      }
    }
    messages.forEach(({ topic }, i) => {
      const result = results[i];
      if (result && "error" in result) tellRefused(claims, topic, result.error);
    });
    return success({ results });
  };
}

/**
 * The key under which the channel takes it: apart from the keys of other subjects, or of other tokens where there is no
 * subject, and from the server's own, which nobody can so take before them.
 */
function keyOf({ subject, id }: Claims, key: string): string {
  const scoped = `client:${JSON.stringify(subject === undefined ? [null, id, key] : [subject, key])}`;
  if (key !== "" && scoped.length <= MAX_KEY) return scoped;
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `An idempotency key must have 1 to about ${MAX_KEY - 20} characters, less those of the token's subject, or else of its id.`,
  );
}

/** What the client is told; the server hears whole what it isn't. */
function describe(error: unknown, onError: (error: unknown) => void): Told {
  if (isRealtimeError(error)) {
    const { code, issues } = error;
    const message = TOLD.has(code) ? error.message : PLAIN[code];
    if (message !== undefined) {
      const told = issues.slice(0, MAX_ISSUES).map(({ message, path }) => ({
        message,
        path: path.map((key) => (typeof key === "symbol" ? String(key) : key)),
      }));
      return { code, message, ...(told.length > 0 && { issues: told }) };
    }
  }
  onError(error);
  const code = isRealtimeError(error) ? error.code : "INTERNAL";
  return { code, message: "Something went wrong on the server." };
}
