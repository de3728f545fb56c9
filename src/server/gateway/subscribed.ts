/** A subscription of a session: what it follows, and the token that lets it. */
import type { RealtimeErrorCode } from "../../errors.js";
import type { GapReason } from "../../transport.js";
import { type Batch, type Selection, type TopicFilter, topicFilter } from "../batch.js";
import type { ConnectionObserver } from "../observe/connection.js";
import type { Claims } from "../tokens.js";
import { type Followed, Follower, type FollowerEvents } from "./follower.js";
import { printFrame, type ServerFrame } from "./frames.js";
import { expiredError } from "./scope.js";
import type { OutgoingFrame } from "./socket.js";
import type { Reader } from "./turns.js";

/** What a subscription asks of its session. */
export interface Line {
  write(frame: OutgoingFrame): void;
  /** Is told what its subscriptions do, where somebody listens to that. */
  readonly seen: ConnectionObserver | undefined;
  /** Whether the socket has had enough for now. */
  readonly isCongested: boolean;
  /** Has `read` called when its turn has come. */
  awaitTurn(subscribed: Subscribed): void;
  /** Ends it with an error. */
  refuse(subscribed: Subscribed, error: unknown): void;
}

/** What is kept of a token, for as long as there is a subscription: of hundreds of thousands, each byte counts. */
export type Held = Pick<Claims, "channel" | "subject" | "id" | "issuedAt" | "expiresAt">;

export class Subscribed implements FollowerEvents, Reader {
  readonly id: number;
  /** Of the token that it has now. */
  claims: Held;
  /** The last position that the client was told. */
  told: string | undefined;
  /** The topics that it is for. */
  readonly topics: TopicFilter;
  readonly #line: Line;
  #follower: Follower | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(id: number, claims: Claims, topics: readonly string[], line: Line) {
    this.id = id;
    this.claims = hold(claims);
    this.topics = topicFilter(topics);
    this.#line = line;
  }

  /** Whether its token was accepted. */
  get isAccepted(): boolean {
    return this.#follower !== undefined;
  }

  /** Whether the client was told that it is subscribed, and it didn't end since. */
  get isSubscribed(): boolean {
    return this.#follower?.isIn === true;
  }

  /** Up to where the client has everything. */
  get position(): string | undefined {
    return this.#follower?.position;
  }

  /** Milliseconds that its token has left. */
  get expires(): number {
    return Math.max(0, this.claims.expiresAt - Date.now());
  }

  /** Its token was accepted. */
  start(hub: Followed["hub"], transport: Followed["transport"], after: string | undefined): void {
    const { topics, claims } = this;
    this.#watchExpiry();
    this.#follower = new Follower({ hub, transport, channel: claims.channel, topics }, after, this);
  }

  /** Another token takes the place of the one that it has. */
  renew(claims: Claims): void {
    this.claims = hold(claims);
    this.#watchExpiry();
  }

  drained(): void {
    this.#follower?.drained();
  }

  /** Reads a page of history. */
  read(): Promise<void> {
    return this.#follower?.read() ?? Promise.resolve();
  }

  /** Ends it. `code` is why, where that isn't the client's wish. */
  stop(code?: RealtimeErrorCode): void {
    clearTimeout(this.#expiry);
    if (this.isSubscribed) this.#line.seen?.unsubscribed(this, code);
    this.#follower?.stop();
  }

  expire(): void {
    this.#line.refuse(this, expiredError());
  }

  // What its follower tells.

  subscribed(position: string | undefined, after: string | undefined): void {
    const { id, claims, expires } = this;
    this.told = position;
    this.#send({ type: "subscribed", id, channel: claims.channel, position: position ?? null, expires });
    this.#line.seen?.subscribed(this, after);
  }

  deliver(selection: Selection): void {
    const frames = selection.frames(this.id);
    for (const frame of frames) this.#line.write(frame);
    this.told = selection.last;
    this.#line.seen?.delivered(this, selection.count, frames);
  }

  overflowed(batch: Batch): void {
    this.#line.seen?.overflowed(this, () => batch.of(this.topics).count);
  }

  gap(reason: GapReason, lost: string | undefined, position: string | undefined): void {
    this.#send({ type: "gap", id: this.id, reason, after: lost ?? null, position: position ?? null });
    this.#line.seen?.gap(this, reason, lost);
  }

  awaitTurn(): void {
    this.#line.awaitTurn(this);
  }

  failed(error: unknown): void {
    this.#line.refuse(this, error);
  }

  isCongested(): boolean {
    return this.#line.isCongested;
  }

  #send(frame: ServerFrame): void {
    this.#line.write(printFrame(frame));
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    // No token lives longer than a timer lasts.
    this.#expiry = setTimeout(expire, this.expires, this);
  }
}

const hold = ({ channel, subject, id, issuedAt, expiresAt }: Claims): Held => ({
  channel,
  subject,
  id,
  issuedAt,
  expiresAt,
});

const expire = (subscribed: Subscribed) => subscribed.expire();

/** Where those stand that have moved since their clients were told; from now on, they are. */
export function movedPositions(
  subscriptions: readonly Subscribed[],
): Readonly<Record<number, string>> | undefined {
  let moved: Record<number, string> | undefined;
  for (const subscribed of subscriptions) {
    const { id, position } = subscribed;
    if (position === undefined || position === subscribed.told) continue;
    subscribed.told = position;
    moved ??= {};
    moved[id] = position;
  }
  return moved;
}
