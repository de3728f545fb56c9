/** A subscription of a connection, and all who share it. */
import type { SubscriptionFrame } from "./frames.js";
import type { Pair } from "./pair.js";

/** Takes frames, and what a frame `messages` has one after the other, each with its size. */
export type Subscriber = (frame: SubscriptionFrame, pair?: Pair, size?: number) => void;

/** What a `subscribe` frame says, beside its type and its id. */
export interface Request {
  readonly token: string;
  /** The channel that is meant, where that is known. */
  readonly channel: string | undefined;
  readonly topics: readonly string[] | undefined;
  /** The position to resume after. Once the gateway has answered, `undefined` where it has no history. */
  readonly after: string | undefined;
  /** What it gives: of two with the same, one is enough. Not said. */
  readonly key: string;
}

export interface Entry extends Request {
  readonly id: number;
  token: string;
  after: string | undefined;
  readonly subscribers: Set<Subscriber>;
  /** The gateway's answer, once it has come. */
  opened?: SubscriptionFrame;
  /** When its token expires, by this machine's clock. */
  until?: number;
}

/** What to ask a gateway for, as things stand. */
export const requestOf = ({ id, token, channel, topics, after }: Entry) => ({
  id,
  token,
  channel,
  topics,
  after,
});

/** Moves it on. The gateway gets the position back one day, and would refuse the whole connection for a wrong one. */
export function keep(entry: Entry, position: string | null | undefined): void {
  if (position != null && typeof position !== "string") throw new TypeError();
  entry.after = position ?? undefined;
}

export function tell(entry: Entry, frame: SubscriptionFrame, pair?: Pair, size?: number): void {
  // What one does with it may make another leave; and who comes meanwhile starts after it.
  for (const subscriber of [...entry.subscribers]) {
    if (entry.subscribers.has(subscriber)) subscriber(frame, pair, size);
  }
}
