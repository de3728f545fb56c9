/** One socket's side of the protocol (`docs/PROTOCOL.md`), whatever the socket is. */
import { isRealtimeError, RealtimeError } from "../../errors.js";
import { revokedError } from "../revoked.js";
import type { Claims } from "../tokens.js";
import { Allowance } from "./allowance.js";
import type { GatewayContext } from "./context.js";
import { type ClientFrame, printFrame, readClientFrame, type ServerFrame } from "./frames.js";
import { CLOSE } from "./limits.js";
import type { Beating, Heart } from "./roster.js";
import { chosenTopics } from "./scope.js";
import type { GatewaySocket, OutgoingFrame } from "./socket.js";
import { type Line, Subscribed } from "./subscribed.js";
import { isRetried, tell } from "./told.js";

export { CLOSE, type GatewayContext };

export interface Session {
  /** A frame came: its text, or `undefined` where it wasn't text. */
  receive(text: string | undefined): void;
  /** The other end gave a sign of life. */
  alive(): void;
  /** What was queued has left this process. */
  drained(): void;
  /** The socket is gone. */
  closed(): void;
}

/** Frames that a client may send while it doesn't read what it is sent. */
const MAX_UNREAD_REPLIES = 1000;

type Asked<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;

/** Begins a session on a socket that is open. */
export function createSession(context: GatewayContext, socket: GatewaySocket): Session {
  return new SocketSession(context, socket);
}

class SocketSession implements Session, Beating, Line {
  isCongested = false;
  readonly #context: GatewayContext;
  readonly #socket: GatewaySocket;
  readonly #heart: Heart;
  readonly #slot: number;
  readonly #allowance: Allowance;
  /** Not a Map: most connections have one or two, and an empty Map is larger than those. */
  #subscriptions: readonly Subscribed[] = NONE;
  /** Subjects that this connection counts for; most have one, or none. */
  #subjects: readonly string[] = NONE;
  #accepted = 0;
  /** Subscriptions that were dropped while they waited, and still do. */
  #orphans = 0;
  #lastId = 0;
  #unreadReplies = 0;
  #isQuiet = false;
  #isAlive = true;
  #isPingDue = false;
  #isOver = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(context: GatewayContext, socket: GatewaySocket) {
    const { limits, roster, revocations } = context;
    this.#context = context;
    this.#socket = socket;
    this.#allowance = new Allowance(limits.subscribesPerSecond, limits.subscriptions);
    this.#heart = roster.heart(limits.heartbeat);
    this.#slot = this.#heart.join(this);
    // It may take a moment, and the first token is about to come.
    revocations.start();
    this.#awaitSubscription();
    this.#send({
      type: "welcome",
      heartbeat: limits.heartbeat,
      limits: { frame: limits.frame, subscriptions: limits.subscriptions },
    });
  }

  receive(text: string | undefined): void {
    if (this.#isOver) return;
    // Who sends and doesn't read is no sign of life, and what it is answered would pile up.
    if (!this.isCongested) this.#isAlive = true;
    else if (++this.#unreadReplies > MAX_UNREAD_REPLIES) {
      this.#cut();
      return;
    }
    let frame: ClientFrame;
    try {
      frame = readClientFrame(text);
    } catch (error) {
      this.#close(CLOSE.BAD_FRAME, (error as RealtimeError).message);
      return;
    }
    if (frame.type === "unsubscribe") this.#drop(this.#find(frame.id));
    else if (!this.#allowance.take()) this.#close(CLOSE.TOO_MANY, "Too many subscribe frames per second.");
    else if (frame.type === "refresh") this.#refresh(frame);
    else this.#subscribe(frame);
  }

  alive(): void {
    this.#isAlive = true;
  }

  drained(): void {
    if (!this.isCongested || this.#isOver) return;
    this.isCongested = false;
    // What was held back has been read at the other end: on a slow line, the answer to a ping comes behind it.
    this.#isAlive = true;
    this.#unreadReplies = 0;
    for (const subscribed of this.#subscriptions) subscribed.drained();
  }

  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#idle);
    this.#heart.leave(this, this.#slot);
    for (const subscribed of this.#subscriptions) subscribed.stop();
    this.#subscriptions = NONE;
    for (const subject of this.#subjects) this.#context.subjects.release(subject);
  }

  write(frame: OutgoingFrame): void {
    this.#isQuiet = false;
    this.#socket.send(frame);
    if (this.#socket.unwritten > this.#context.limits.unwritten) this.isCongested = true;
  }

  refuse(subscribed: Subscribed, error: unknown): void {
    if (!this.#subscriptions.includes(subscribed)) return;
    this.#drop(subscribed);
    this.#sendEnded(subscribed.id, error);
    if (isRealtimeError(error) && error.code === "TOO_MANY_CONNECTIONS")
      this.#close(CLOSE.TOO_MANY, error.message);
  }

  settled(subscribed: Subscribed): boolean {
    subscribed.isWaiting = false;
    if (this.#subscriptions.includes(subscribed)) return true;
    this.#orphans--;
    return false;
  }

  recheck(): void {
    for (const subscribed of this.#subscriptions) {
      if (this.#context.revocations.has(subscribed.claims)) this.refuse(subscribed, revokedError());
    }
  }

  beat(): void {
    this.#isPingDue = !this.#isPingDue;
    if (this.#isPingDue) {
      if (!this.#isAlive) {
        this.#cut();
        return;
      }
      this.#isAlive = false;
      this.#socket.ping();
    }
    // To a socket that takes nothing, one more frame would only be queued.
    if (this.isCongested) return;
    const isQuiet = this.#isQuiet;
    this.#isQuiet = true;
    if (!isQuiet && !this.#isPingDue) return;
    let moved: Record<number, string> | undefined;
    for (const subscribed of this.#subscriptions) {
      const { id, position } = subscribed;
      if (position === undefined || position === subscribed.told) continue;
      subscribed.told = position;
      moved ??= {};
      moved[id] = position;
    }
    if (moved || isQuiet) this.#send({ type: "heartbeat", ...(moved && { positions: moved }) });
  }

  #subscribe(frame: Asked<"subscribe">): void {
    const { id } = frame;
    if (id <= this.#lastId) {
      this.#close(CLOSE.ID_REUSED, `Subscription id ${id} was used before.`);
      return;
    }
    this.#lastId = id;
    const { limits, tokens } = this.#context;
    let subscribed: Subscribed;
    try {
      if (this.#subscriptions.length + this.#orphans >= limits.subscriptions) {
        const message = `A connection carries at most ${limits.subscriptions} subscriptions.`;
        throw new RealtimeError("TOO_MANY_SUBSCRIPTIONS", message);
      }
      const claims = tokens.verify(frame.token);
      subscribed = new Subscribed(id, claims, chosenTopics(claims, frame), this);
    } catch (error) {
      this.#sendEnded(id, error);
      return;
    }
    this.#subscriptions = [...this.#subscriptions, subscribed];
    this.#accept(subscribed, frame.after);
  }

  /** Starts a subscription whose token isn't revoked, once that is known. */
  #accept(subscribed: Subscribed, after: string | undefined): void {
    const { hub, transport, revocations } = this.#context;
    try {
      const pending = revocations.check(subscribed.claims);
      if (pending) {
        subscribed.isWaiting = true;
        pending.then(
          () => this.settled(subscribed) && this.#accept(subscribed, after),
          (error) => this.settled(subscribed) && this.refuse(subscribed, error),
        );
        return;
      }
      this.#count(subscribed.claims);
    } catch (error) {
      this.refuse(subscribed, error);
      return;
    }
    this.#accepted++;
    clearTimeout(this.#idle);
    this.#idle = undefined;
    subscribed.start(hub, transport, after);
  }

  #refresh(frame: Asked<"refresh">): void {
    const { id } = frame;
    const subscribed = this.#find(id);
    if (!subscribed?.isAccepted) return;
    const { tokens, revocations } = this.#context;
    const refuse = (error: unknown) => {
      if (this.#subscriptions.includes(subscribed))
        this.#send({ type: "refused", id, ...tell(error, this.#context.onError) });
    };
    try {
      const claims = tokens.verify(frame.token);
      chosenTopics(claims, { channel: subscribed.claims.channel, topics: subscribed.topics.topics });
      const pending = revocations.check(claims);
      if (pending) {
        pending.then(() => this.#refresh(frame), refuse);
        return;
      }
      this.#count(claims);
      subscribed.renew(claims);
      this.#send({ type: "refreshed", id, expires: subscribed.expires });
    } catch (error) {
      refuse(error);
    }
  }

  #find(id: number): Subscribed | undefined {
    return this.#subscriptions.find((subscribed) => subscribed.id === id);
  }

  #count({ subject }: Pick<Claims, "subject">): void {
    const { subjects, limits } = this.#context;
    this.#subjects = subjects.count(subject, this.#subjects, limits.connectionsPerSubject);
  }

  #drop(subscribed: Subscribed | undefined): void {
    if (!subscribed) return;
    this.#subscriptions = this.#subscriptions.filter((one) => one !== subscribed);
    if (subscribed.isWaiting) this.#orphans++;
    subscribed.stop();
    if (subscribed.isAccepted && --this.#accepted === 0) this.#awaitSubscription();
  }

  #awaitSubscription(): void {
    if (this.#isOver) return;
    this.#idle = setTimeout(idle, this.#context.limits.idle, this);
  }

  /** It has had no subscription for too long. */
  giveUp(): void {
    this.#close(CLOSE.IDLE, "No subscription in time.");
  }

  #close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.closed();
    this.#socket.close(code, reason);
  }

  #cut(): void {
    this.closed();
    this.#socket.terminate();
  }

  #send(frame: ServerFrame): void {
    this.write(printFrame(frame));
  }

  #sendEnded(id: number, error: unknown): void {
    const told = tell(error, this.#context.onError);
    this.#send({ type: "ended", id, ...told, retry: isRetried(told.code) });
  }
}

const NONE: readonly never[] = [];
const idle = (session: SocketSession) => session.giveUp();
