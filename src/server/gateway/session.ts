/** One socket's side of the protocol (`docs/PROTOCOL.md`), whatever the socket is. */
import { isRealtimeError, RealtimeError } from "../../errors.js";
import { Allowance } from "../allowance.js";
import type { Waiter } from "../revocations.js";
import { revokedError } from "../revoked.js";
import type { Claims } from "../tokens.js";
import type { GatewayContext } from "./context.js";
import { type ClientFrame, printFrame, readClientFrame, type ServerFrame } from "./frames.js";
import { CLOSE } from "./limits.js";
import type { Beating, Heart } from "./roster.js";
import { checkExpiry, chosenTopics } from "./scope.js";
import type { GatewaySocket, OutgoingFrame, Session } from "./socket.js";
import { type Held, type Line, movedPositions, Subscribed } from "./subscribed.js";
import { isRetried, tell } from "./told.js";
import { Turns } from "./turns.js";

export { CLOSE, type GatewayContext, type Session };

/** Frames that a client may send while it doesn't read what it is sent. */
const MAX_UNREAD_REPLIES = 1000;

type Asked<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;

/** Begins a session on a socket that is open. */
export function createSession(context: GatewayContext, socket: GatewaySocket): Session {
  return new SocketSession(context, socket);
}

class SocketSession implements Session, Beating, Line, Waiter {
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
  /** What is done once it is known which tokens were revoked: the latest of each subscription. Most never need it. */
  #waiting: Map<Subscribed, (error?: unknown) => void> | undefined;
  /** Whose turn it is to catch up. Most are never behind. */
  #turns: Turns | undefined;
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
    this.#allowance = new Allowance(
      limits.subscribesPerSecond,
      Math.max(limits.subscribesPerSecond, limits.subscriptions),
    );
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
    else if (this.#allowance.take() > 0) this.#close(CLOSE.TOO_MANY, "Too many subscribe frames per second.");
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
    this.#turns?.close();
    this.#context.revocations.leave(this);
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

  awaitTurn(subscribed: Subscribed): void {
    this.#turns ??= new Turns(this);
    this.#turns.ask(subscribed);
  }

  loaded(error?: unknown): void {
    const waiting = this.#waiting ?? NONE;
    this.#waiting = undefined;
    for (const [subscribed, answer] of waiting) {
      // One answer may end others, or all.
      if (this.#subscriptions.includes(subscribed)) answer(error);
    }
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
    const moved = movedPositions(this.#subscriptions);
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
      if (this.#subscriptions.length >= limits.subscriptions) throw tooMany(limits.subscriptions);
      const claims = tokens.verify(frame.token);
      if (!this.#mayAsk(claims)) return;
      subscribed = new Subscribed(id, claims, chosenTopics(claims, frame), this);
    } catch (error) {
      this.#sendEnded(id, error);
      return;
    }
    this.#subscriptions = [...this.#subscriptions, subscribed];
    const { after } = frame;
    const start = () => this.#start(subscribed, after);
    this.#vet(subscribed, subscribed.claims, start, (error) => this.refuse(subscribed, error));
  }

  #start(subscribed: Subscribed, after: string | undefined): void {
    this.#accepted++;
    clearTimeout(this.#idle);
    this.#idle = undefined;
    subscribed.start(this.#context.hub, this.#context.transport, after);
  }

  #refresh(frame: Asked<"refresh">): void {
    const { id } = frame;
    const subscribed = this.#find(id);
    if (!subscribed?.isAccepted) return;
    const refused = (error: unknown) =>
      this.#send({ type: "refused", id, ...tell(error, this.#context.onError) });
    try {
      const claims = this.#context.tokens.verify(frame.token);
      if (!this.#mayAsk(claims)) return;
      chosenTopics(claims, { channel: subscribed.claims.channel, topics: subscribed.topics.topics });
      const renew = () => {
        subscribed.renew(claims);
        this.#send({ type: "refreshed", id, expires: subscribed.expires });
      };
      this.#vet(subscribed, claims, renew, refused);
    } catch (error) {
      refused(error);
    }
  }

  /** Whether a token is neither revoked nor expired, as soon as that is known. */
  #vet(subscribed: Subscribed, claims: Held, good: () => void, bad: (error: unknown) => void): void {
    const { revocations, subjects, limits } = this.#context;
    if (!revocations.isLoaded(this)) {
      this.#waiting ??= new Map();
      this.#waiting.set(subscribed, (error) => {
        if (error === undefined) this.#vet(subscribed, claims, good, bad);
        else bad(error);
      });
      return;
    }
    try {
      if (revocations.has(claims)) throw revokedError();
      // It may have taken a while until they were loaded.
      checkExpiry(claims);
      this.#subjects = subjects.count(claims.subject, this.#subjects, limits.connectionsPerSubject);
      good();
    } catch (error) {
      bad(error);
    }
  }

  /** A subject that asks too often is turned away, on whichever connection. */
  #mayAsk({ subject }: Claims): boolean {
    const { subjects, limits } = this.#context;
    if (subjects.mayAsk(subject, this.#subscriptions.length === 0, limits)) return true;
    this.#close(CLOSE.TOO_MANY, "Too many subscribe frames per second of the token's subject.");
    return false;
  }

  #find(id: number): Subscribed | undefined {
    return this.#subscriptions.find((subscribed) => subscribed.id === id);
  }

  #drop(subscribed: Subscribed | undefined): void {
    if (!subscribed) return;
    this.#subscriptions = this.#subscriptions.filter((one) => one !== subscribed);
    subscribed.stop();
    this.#waiting?.delete(subscribed);
    this.#turns?.leave(subscribed);
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
const tooMany = (most: number) =>
  new RealtimeError("TOO_MANY_SUBSCRIPTIONS", `A connection carries at most ${most} subscriptions.`);
