/** The channels that somebody listens to over core NATS: one subscription each, however many listen. */
import type { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import type { Gap, Sink } from "../../src/transport.js";
import { type FanOut, guarded } from "../log/fan-out.js";
import { Member } from "../log/member.js";
import type { NatsSubscription } from "./clients.js";
import { decodeEnvelope } from "./envelope.js";
import { failure } from "./errors.js";
import type { Link } from "./link.js";

/** There are no positions, so there is none before the gap. */
const GAP: Gap = { reason: "no-replay", after: undefined };

export class CoreRooms {
  readonly #rooms = new Map<string, CoreRoom>();
  readonly #link: Link;
  readonly #fanOut: FanOut;

  constructor(link: Link, fanOut: FanOut) {
    this.#link = link;
    this.#fanOut = fanOut;
  }

  /** How much is held, for tests. */
  get held(): { rooms: number; members: number } {
    let members = 0;
    for (const room of this.#rooms.values()) members += room.members.size;
    return { rooms: this.#rooms.size, members };
  }

  /** Resolves when the server knows of the subscription, with what ends it. */
  async join(
    channel: string,
    subject: string,
    sink: Sink,
    signal: AbortSignal | undefined,
  ): Promise<() => void> {
    const room = this.#rooms.get(channel) ?? new CoreRoom(channel, subject, this.#link, this.#fanOut);
    this.#rooms.set(channel, room);
    const member = new Member(sink, signal, this.#fanOut, () => {
      room.members.delete(member);
      if (room.members.size === 0) this.#end(channel, room);
    });
    room.members.add(member);
    try {
      await member.begin(() => room.opened);
    } catch (error) {
      member.end();
      throw error;
    }
    return member.end;
  }

  /** What is published from now on may be missed. */
  interrupt(): void {
    for (const room of this.#rooms.values()) room.isInterrupted = true;
  }

  /** The connection is back. */
  resume(): void {
    for (const room of [...this.#rooms.values()]) room.tellGap();
  }

  failAll(error: RealtimeError): void {
    for (const [channel, room] of [...this.#rooms]) {
      const members = [...room.members];
      this.#end(channel, room);
      for (const member of members) {
        if (!member.endWith(error)) guarded(() => member.sink.fail(error));
      }
    }
  }

  #end(channel: string, room: CoreRoom): void {
    room.end();
    if (this.#rooms.get(channel) === room) this.#rooms.delete(channel);
  }
}

class CoreRoom {
  readonly members = new Set<Member>();
  readonly opened: Promise<void>;
  isInterrupted = false;
  readonly #fanOut: FanOut;
  #subscription: NatsSubscription | undefined;
  #isOver = false;

  constructor(channel: string, subject: string, link: Link, fanOut: FanOut) {
    this.#fanOut = fanOut;
    this.opened = this.#open(subject, link).catch((error) => {
      throw failure("natsCore", `can't subscribe to ${JSON.stringify(channel)}`, error);
    });
    // Told to who waits for it; if nobody does any more, it is no unhandled rejection.
    this.opened.catch(() => {});
  }

  async #open(subject: string, link: Link): Promise<void> {
    let refusal: Error | undefined;
    await link.call(
      async () => {
        if (this.#isOver) return;
        this.#subscription ??= link.connection.subscribe(subject, {
          callback: (error, { data }) => {
            if (error) {
              refusal = error;
              this.#refused(error);
            } else this.#heard(data);
          },
        });
        await link.connection.flush();
      },
      { again: true },
    );
    if (refusal) throw refusal;
  }

  end(): void {
    this.#isOver = true;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  tellGap(): void {
    if (!this.isInterrupted) return;
    this.isInterrupted = false;
    this.#fanOut.tell([...this.members], [], GAP);
  }

  #heard(data: Uint8Array): void {
    // It may come before it is told that the connection is back.
    this.tellGap();
    const envelope = decodeEnvelope(data);
    if (!envelope) return;
    const deliveries: Delivery[] = envelope.frames.map(({ topic, payload }, i) => ({
      id: idOf(envelope.stamp, i),
      frame: { topic, payload },
    }));
    if (deliveries.length > 0) this.#fanOut.tell([...this.members], deliveries);
  }

  /** The server took the permission away, or never gave it. */
  #refused(cause: Error): void {
    const error = failure("natsCore", "the subscription was ended", cause);
    this.#subscription = undefined;
    for (const member of [...this.members]) {
      if (!member.endWith(error)) guarded(() => member.sink.fail(error));
    }
  }
}

/** The id of a frame of a message: no position, since nothing can be resumed from it. */
export const idOf = (stamp: string, index: number): string => `${stamp}-${index}`;
