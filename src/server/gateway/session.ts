/** One socket's side of the protocol (`docs/PROTOCOL.md`), whatever the socket is. */
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../../errors.js";
import type { Transport } from "../../transport.js";
import { topicFilter } from "../batch.js";
import type { Hub } from "../hub.js";
import type { Claims, Tokens } from "../tokens.js";
import { type Follower, follow } from "./follower.js";
import { type ClientFrame, printFrame, readClientFrame, type ServerFrame } from "./frames.js";
import type { GatewayLimits } from "./limits.js";

/** What a session needs of a socket. */
export interface GatewaySocket {
  /** Sends a text frame. `written` is called when the frame has left this process, or the socket is gone. */
  send(frame: Uint8Array, written: () => void): void;
  /** Sends a protocol-level ping; answers come by {@link Session.alive}. */
  ping(): void;
  close(code: number, reason: string): void;
  /** Cuts the line without a word. */
  terminate(): void;
}

export interface Session {
  /** A frame came: its text, or `undefined` where it wasn't text. */
  receive(text: string | undefined): void;
  /** The other end gave a sign of life. */
  alive(): void;
  /** The socket is gone. */
  closed(): void;
}

/** What sessions share. */
export interface GatewayContext {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly tokens: Tokens;
  readonly limits: GatewayLimits;
  /** Hears of what goes wrong on the server's side; clients are told only that it did. */
  readonly onError: (error: unknown) => void;
}

/** A `subscribe` frame. */
type Asked = Extract<ClientFrame, { type: "subscribe" }>;

interface Subscribed {
  readonly follower: Follower;
  readonly expiry: ReturnType<typeof setTimeout>;
  /** The last position that the client was told. */
  told: string | undefined;
}

export const CLOSE = { BAD_FRAME: 4400, IDLE: 4401, VERSION: 4406, ID_REUSED: 4409, RESTART: 1012 } as const;

/** Codes that a fresh token mends, or that time may. */
const RETRY: ReadonlySet<RealtimeErrorCode> = new Set(["TOKEN_EXPIRED", "TRANSPORT_FAILED", "INTERNAL"]);

/** Frames that a client may send while it doesn't read what it is sent. */
const MAX_UNREAD_REPLIES = 1000;

/** `setTimeout` holds 31 bits; a token's life is shorter. */
const MAX_TIMEOUT = 2_147_483_647;

export function createSession(
  { hub, transport, tokens, limits, onError }: GatewayContext,
  socket: GatewaySocket,
): Session {
  const subscriptions = new Map<number, Subscribed>();
  let lastId = 0;
  let unwritten = 0;
  let congested = false;
  let unreadReplies = 0;
  let sentSinceBeat = false;
  let isAlive = true;
  let over = false;

  function write(frame: Uint8Array): void {
    unwritten += frame.byteLength;
    congested ||= unwritten > limits.unwritten;
    sentSinceBeat = true;
    socket.send(frame, () => {
      unwritten -= frame.byteLength;
      if (!congested || unwritten > limits.unwritten / 4 || over) return;
      congested = false;
      unreadReplies = 0;
      for (const { follower } of subscriptions.values()) follower.drained();
    });
  }
  const send = (frame: ServerFrame) => write(printFrame(frame));

  function close(code: number, reason: string): void {
    if (over) return;
    end();
    socket.close(code, reason);
  }

  function end(): void {
    over = true;
    clearInterval(heart);
    clearTimeout(idle);
    for (const { follower, expiry } of subscriptions.values()) {
      clearTimeout(expiry);
      follower.stop();
    }
    subscriptions.clear();
  }

  function cut(): void {
    end();
    socket.terminate();
  }

  function drop(id: number): void {
    const subscribed = subscriptions.get(id);
    if (!subscribed) return;
    subscriptions.delete(id);
    clearTimeout(subscribed.expiry);
    subscribed.follower.stop();
    if (subscriptions.size === 0) awaitSubscription();
  }

  function refuse(id: number, error: unknown): void {
    drop(id);
    const known = isRealtimeError(error) ? error : undefined;
    // A transport's failure may name hosts, and a bug may name anything: the server hears it whole, the client only of it.
    const isInternal = known === undefined || known.code === "TRANSPORT_FAILED";
    if (isInternal) onError(error);
    const code = known?.code ?? "INTERNAL";
    const message = isInternal ? "Something went wrong on the server." : known.message;
    send({ type: "ended", id, code, message, retry: RETRY.has(code) });
  }

  function subscribe(frame: Asked): void {
    const { id, after } = frame;
    if (subscriptions.size >= limits.subscriptions) {
      const message = `A connection carries at most ${limits.subscriptions} subscriptions.`;
      throw new RealtimeError("TOO_MANY_SUBSCRIPTIONS", message);
    }
    const claims = tokens.verify(frame.token);
    const topics = topicFilter(chosenTopics(claims, frame));
    clearTimeout(idle);

    const subscribed: Subscribed = {
      told: undefined,
      expiry: setTimeout(
        () => refuse(id, new RealtimeError("TOKEN_EXPIRED", "The token expired. Get a fresh one.")),
        Math.min(claims.expiresAt - Date.now(), MAX_TIMEOUT),
      ),
      follower: follow(hub, transport, claims.channel, topics, after, {
        congested: () => congested,
        subscribed(position) {
          subscribed.told = position;
          send({ type: "subscribed", id, channel: claims.channel, position: position ?? null });
        },
        deliver(batch, last) {
          for (const prepared of batch.frames(id, topics)) write(prepared);
          subscribed.told = last;
        },
        gap(reason, lost, position) {
          send({ type: "gap", id, reason, after: lost ?? null, position: position ?? null });
        },
        failed: (error) => refuse(id, error),
      }),
    };
    subscriptions.set(id, subscribed);
  }

  function beat(): void {
    if (!isAlive) {
      cut();
      return;
    }
    isAlive = false;
    socket.ping();
    const moved: Record<number, string> = {};
    for (const [id, subscribed] of subscriptions) {
      const position = subscribed.follower.position();
      if (position === undefined || position === subscribed.told) continue;
      subscribed.told = position;
      moved[id] = position;
    }
    const hasMoved = Object.keys(moved).length > 0;
    // To a socket that takes nothing, one more frame would only be queued.
    if (!congested && (hasMoved || !sentSinceBeat))
      send({ type: "heartbeat", ...(hasMoved && { positions: moved }) });
    sentSinceBeat = false;
  }

  let idle: ReturnType<typeof setTimeout> | undefined;
  function awaitSubscription(): void {
    if (over) return;
    clearTimeout(idle);
    idle = setTimeout(() => close(CLOSE.IDLE, "No subscription in time."), limits.idle);
  }
  const heart = setInterval(beat, limits.heartbeat);
  awaitSubscription();
  send({
    type: "welcome",
    heartbeat: limits.heartbeat,
    limits: { frame: limits.frame, subscriptions: limits.subscriptions },
  });

  return {
    alive() {
      isAlive = true;
    },
    receive(text) {
      if (over) return;
      // Who sends and doesn't read is no sign of life, and what it is answered would pile up.
      if (!congested) isAlive = true;
      else if (++unreadReplies > MAX_UNREAD_REPLIES) return cut();
      let frame: ClientFrame;
      try {
        frame = readClientFrame(text);
      } catch (error) {
        return close(CLOSE.BAD_FRAME, (error as RealtimeError).message);
      }
      if (frame.type === "unsubscribe") return drop(frame.id);
      if (frame.id <= lastId) return close(CLOSE.ID_REUSED, `Subscription id ${frame.id} was used before.`);
      lastId = frame.id;
      try {
        subscribe(frame);
      } catch (error) {
        refuse(frame.id, error);
      }
    },
    closed: end,
  };
}

function chosenTopics(
  claims: Claims,
  { channel = claims.channel, topics = claims.topics }: Asked,
): readonly string[] {
  const refused =
    channel === claims.channel ? topics.find((topic) => !claims.topics.includes(topic)) : channel;
  if (refused === undefined) return topics;
  throw new RealtimeError(
    "TOKEN_SCOPE",
    `The token opens ${claims.topics.join(", ")} of "${claims.channel}", not "${refused.slice(0, 100)}".`,
  );
}
