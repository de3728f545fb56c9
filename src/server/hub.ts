/** One subscription at the transport per channel, however many listen. */
import type { RealtimeError } from "../errors.js";
import type { Gap, Sink, Transport, TransportSubscription } from "../transport.js";
import { Batch, newerThan } from "./batch.js";
import { guard } from "./guard.js";

/** Who listens to a channel. */
export interface Listener {
  /** It is in: everything from `membership.head()` on is delivered. Called once, before anything else. */
  joined(membership: Membership): void;
  deliver(batch: Batch): void;
  gap(gap: Gap): void;
  /** The channel is broken for good; nothing follows. */
  fail(error: RealtimeError): void;
}

/** A listener's place. */
export interface Membership {
  /** Up to where the channel has been delivered to this hub; `undefined` without replay. */
  head(): string | undefined;
  /** A gap came after `head()`: whether the history went on from there, or is another one, only the history can say. */
  isStale(): boolean;
  /** Ends it. The listener isn't called any more. May be called again. */
  leave(): void;
}

export interface Hub {
  /** Resolves when the listener has joined. Rejects with `TRANSPORT_FAILED`, or what the transport said. */
  join(channel: string, listener: Listener): Promise<void>;
  /** Channels that have a listener. */
  readonly size: number;
}

export function createHub(transport: Transport): Hub {
  const rooms = new Map<string, Room>();
  return {
    get size() {
      return rooms.size;
    },
    async join(channel, listener) {
      const room = rooms.get(channel) ?? new Room(channel, transport, rooms);
      const member = new Member(room, listener);
      try {
        await room.opened;
        if (room.failure) throw room.failure;
      } catch (error) {
        member.leave();
        throw error;
      }
      room.listeners.add(listener);
      listener.joined(member);
    },
  };
}

/** A channel that somebody listens to. */
class Room implements Sink {
  readonly listeners = new Set<Listener>();
  /** Those who listen or wait to. The last one to leave closes the room. */
  members = 0;
  head: string | undefined;
  isStale = false;
  failure: RealtimeError | undefined;
  readonly opened: Promise<TransportSubscription>;
  readonly #channel: string;
  readonly #replays: boolean;
  readonly #rooms: Map<string, Room>;

  constructor(channel: string, transport: Transport, rooms: Map<string, Room>) {
    this.#channel = channel;
    this.#replays = transport.supports.replay;
    this.#rooms = rooms;
    rooms.set(channel, this);
    this.opened = this.#open(transport);
    // Who joins hears of a failure.
    this.opened.catch(() => this.#forget());
  }

  async #open(transport: Transport): Promise<TransportSubscription> {
    const subscription = await guard(transport, `subscribe to "${this.#channel}"`, () =>
      transport.subscribe(
        this.#channel,
        {},
        {
          // A transport may take a sink's functions apart, and may call them before it answers.
          deliver: (deliveries) => this.deliver(deliveries),
          gap: (gap) => this.gap(gap),
          fail: (error) => this.fail(error),
        },
      ),
    );
    // A message may have been delivered before this promise settled.
    this.head ??= subscription.position;
    return subscription;
  }

  #forget(): void {
    if (this.#rooms.get(this.#channel) === this) this.#rooms.delete(this.#channel);
  }

  left(): void {
    this.members--;
    if (this.members > 0) return;
    this.#forget();
    this.opened.then(
      (subscription) => subscription.unsubscribe(),
      () => undefined, // it never opened: `join` rejects with the reason
    );
  }

  deliver(deliveries: Parameters<Sink["deliver"]>[0]): void {
    // A broker may deliver a message again after a reconnect.
    const fresh = newerThan(this.head, deliveries);
    if (fresh.length === 0) return;
    const batch = new Batch(this.#channel, fresh, this.head);
    this.head = this.#replays ? batch.last : undefined;
    this.isStale = false;
    // Nobody can join in between, and who leaves is skipped.
    for (const listener of this.listeners) {
      try {
        listener.deliver(batch);
      } catch (error) {
        surface(error);
      }
    }
  }

  gap(gap: Gap): void {
    this.isStale = true;
    for (const listener of this.listeners) {
      try {
        listener.gap(gap);
      } catch (error) {
        surface(error);
      }
    }
  }

  fail(failure: RealtimeError): void {
    this.#forget();
    this.failure = failure;
    for (const listener of this.listeners) {
      try {
        listener.fail(failure);
      } catch (error) {
        surface(error);
      }
    }
  }
}

class Member implements Membership {
  readonly #room: Room;
  readonly #listener: Listener;
  #hasLeft = false;

  constructor(room: Room, listener: Listener) {
    this.#room = room;
    this.#listener = listener;
    room.members++;
  }

  head(): string | undefined {
    return this.#room.head;
  }

  isStale(): boolean {
    return this.#room.isStale;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#room.listeners.delete(this.#listener);
    this.#room.left();
  }
}

/** A listener that throws is a fault of ours. It surfaces as an uncaught error, without harm to the other listeners. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
