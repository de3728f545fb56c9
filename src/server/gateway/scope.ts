/** Whether a token opens what a client asks for, and still does. */
import { RealtimeError } from "../../errors.js";
import type { Claims } from "../tokens.js";

interface Asked {
  readonly channel?: string | undefined;
  readonly topics?: readonly string[] | undefined;
}

/** The topics that are asked for; all that the token opens where none are named. Throws `TOKEN_SCOPE`. */
export function chosenTopics(
  claims: Claims,
  { channel = claims.channel, topics = claims.topics }: Asked,
): readonly string[] {
  const refused =
    channel === claims.channel ? topics.find((topic) => !claims.topics.includes(topic)) : channel;
  if (refused !== undefined) throw outOfScope(claims, `not "${refused.slice(0, 100)}"`);
  if (topics.length === 0) throw outOfScope(claims, "and none was asked for");
  return topics;
}

function outOfScope({ channel, topics }: Claims, what: string): RealtimeError {
  const opened = topics.length > 0 ? topics.join(", ") : "no topic to receive";
  return new RealtimeError("TOKEN_SCOPE", `The token opens ${opened} of "${channel}", ${what}.`);
}

/** For a token that was checked a while ago. Throws `TOKEN_EXPIRED`. */
export function checkExpiry({ expiresAt }: Pick<Claims, "expiresAt">): void {
  if (expiresAt <= Date.now()) throw expiredError();
}

export const tooMany = (most: number): RealtimeError =>
  new RealtimeError("TOO_MANY_SUBSCRIPTIONS", `A connection carries at most ${most} subscriptions.`);

export const expiredError = (): RealtimeError =>
  new RealtimeError("TOKEN_EXPIRED", "The token expired. Get a fresh one.");
