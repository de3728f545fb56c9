/** One socket's side of the protocol (`docs/PROTOCOL.md`), whatever the socket is. */
import type { RealtimeError, RealtimeErrorCode } from "../../errors.js";
import type { ConnectionObserver, Told } from "../observe/connection.js";
import { revokedError } from "../revoked.js";
import type { Claims } from "../tokens.js";
import type { GatewayContext } from "./context.js";
import { Door } from "./door.js";
import { type ClientFrame, printFrame, readClientFrame, type ServerFrame } from "./frames.js";
import { CLOSE } from "./limits.js";
import type { Beating, Heart } from "./roster.js";
import { chosenTopics, tooMany } from "./scope.js";
import type { GatewaySocket, OutgoingFrame, Session } from "./socket.js";
import { type Line, movedPositions, Subscribed } from "./subscribed.js";
import { isRetried, tell } from "./told.js";
import { Turns } from "./turns.js";

export { CLOSE, type GatewayContext, type Session };

/** Frames that a client may send while it doesn't read what it is sent. */
const MAX_UNREAD_REPLIES = 1000;

type Asking = Asked<"subscribe" | "refresh">;
type Asked<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;

/** Begins a session on a socket that is open. `seen` is told what becomes of it. */
export function createSession(
  context: GatewayContext,
  socket: GatewaySocket,
  seen?: ConnectionObserver,
): Session {
  return new SocketSession(context, socket, seen);
}

class SocketSession implements Session, Beating, Line {
  isCongested = false;
  readonly seen: ConnectionObserver | undefined;
  readonly #context: GatewayContext;
  readonly #socket: GatewaySocket;
  readonly #heart: Heart;
  readonly #slot: number;
  readonly #door: Door;
  /** Not a Map: most connections have one or two, and an empty Map is larger than those. */
  #subscriptions: readonly Subscribed[] = NONE;
  #accepted = 0;
  /** Whose turn it is to catch up. Most are never behind. */
  #turns: Turns | undefined;
  #lastId = 0;
  #unreadReplies = 0;
  #isQuiet = false;
  #isAlive = true;
  #isPingDue = false;
  #isOver = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(context: GatewayContext, socket: GatewaySocket, seen: ConnectionObserver | undefined) {
    const { limits, roster, revocations } = context;
    this.seen = seen;
    this.#context = context;
    this.#socket = socket;
    this.#door = new Door(context);
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
      this.#cut("The client sends, and doesn't read.");
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
    else if (!this.#door.mayKnock()) this.#turnAway(frame, "Too many subscribe frames per second.");
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

  closed(code = 1005, reason = ""): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#idle);
    this.#heart.leave(this, this.#slot);
    for (const subscribed of this.#subscriptions) subscribed.stop();
    this.#subscriptions = NONE;
    this.#turns?.close();
    this.#door.close();
    this.seen?.closed(code, reason);
  }

  write(frame: OutgoingFrame): void {
    this.#isQuiet = false;
    this.#socket.send(frame);
    if (this.isCongested || this.#socket.unwritten <= this.#context.limits.unwritten) return;
    this.isCongested = true;
    this.seen?.slow(this.#socket.unwritten);
  }

  refuse(subscribed: Subscribed, error: unknown): void {
    if (!this.#subscriptions.includes(subscribed)) return;
    const told = this.#tell(error);
    // What it had ends; what it never had was refused.
    if (!subscribed.isSubscribed) this.seen?.refused("subscribe", told, subscribed.claims);
    this.#drop(subscribed, told.code);
    this.#sendEnded(subscribed.id, told);
    if (told.code === "TOO_MANY_CONNECTIONS") this.#close(CLOSE.TOO_MANY, told.message);
  }

  awaitTurn(subscribed: Subscribed): void {
    this.#turns ??= new Turns(this);
    this.#turns.ask(subscribed);
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
        this.#cut("The client gave no sign of life.");
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
    let claims: Claims | undefined;
    try {
      if (this.#subscriptions.length >= limits.subscriptions) throw tooMany(limits.subscriptions);
      claims = tokens.verify(frame.token);
      if (!this.#mayAsk(frame, claims)) return;
      subscribed = new Subscribed(id, claims, chosenTopics(claims, frame), this);
    } catch (error) {
      const told = this.#tell(error);
      this.seen?.refused("subscribe", told, claims);
      this.#sendEnded(id, told);
      return;
    }
    this.#subscriptions = [...this.#subscriptions, subscribed];
    const { after } = frame;
    const start = () => this.#start(subscribed, after);
    this.#door.vet(subscribed, subscribed.claims, start, (error) => this.refuse(subscribed, error));
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
    const refused = (error: unknown) => {
      const told = this.#tell(error);
      this.seen?.refused("refresh", told, subscribed.claims);
      this.#send({ type: "refused", id, ...told });
    };
    try {
      const claims = this.#context.tokens.verify(frame.token);
      if (!this.#mayAsk(frame, claims)) return;
      chosenTopics(claims, { channel: subscribed.claims.channel, topics: subscribed.topics.topics });
      const renew = () => {
        subscribed.renew(claims);
        this.#send({ type: "refreshed", id, expires: subscribed.expires });
      };
      this.#door.vet(subscribed, claims, renew, refused);
    } catch (error) {
      refused(error);
    }
  }

  /** A subject that asks too often is turned away, on whichever connection. */
  #mayAsk(frame: Asking, claims: Claims): boolean {
    if (this.#door.mayAsk(claims, this.#subscriptions.length === 0)) return true;
    this.#turnAway(frame, "Too many subscribe frames per second of the token's subject.", claims);
    return false;
  }

  #turnAway({ type }: Asking, message: string, claims?: Claims): void {
    this.seen?.refused(type, { code: "RATE_LIMITED", message }, claims);
    this.#close(CLOSE.TOO_MANY, message);
  }

  #find(id: number): Subscribed | undefined {
    return this.#subscriptions.find((subscribed) => subscribed.id === id);
  }

  #drop(subscribed: Subscribed | undefined, code?: RealtimeErrorCode): void {
    if (!subscribed) return;
    this.#subscriptions = this.#subscriptions.filter((one) => one !== subscribed);
    subscribed.stop(code);
    this.#door.forget(subscribed);
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
    this.closed(code, reason);
    this.#socket.close(code, reason);
  }

  #cut(reason: string): void {
    this.closed(1006, reason);
    this.#socket.terminate();
  }

  #send(frame: ServerFrame): void {
    this.write(printFrame(frame));
  }

  #tell(error: unknown): Told {
    return tell(error, this.#context.onError);
  }

  #sendEnded(id: number, told: Told): void {
    this.#send({ type: "ended", id, ...told, retry: isRetried(told.code) });
  }
}

const NONE: readonly never[] = [];
const idle = (session: SocketSession) => session.giveUp();
