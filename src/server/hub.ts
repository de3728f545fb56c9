/** One subscription at the transport per channel, however many listen. */
import type { RealtimeError } from "../errors.js";
import type { Gap, Sink, Transport, TransportSubscription } from "../transport.js";
import { Batch, newerThan } from "./batch.js";
import { guard } from "./guard.js";

/** Who listens to a channel. */
export interface Listener {
  /** It is in: everything from `membership.head()` on is delivered. Called once, before `deliver` and `gap`. */
  joined(membership: Membership): void;
  deliver(batch: Batch): void;
  gap(gap: Gap): void;
  /** The channel couldn't be opened, or is broken for good; nothing follows. */
  fail(error: RealtimeError): void;
}

/** A listener's place. */
export interface Membership {
  /** Up to where the channel has been delivered to this hub; `undefined` without replay. */
  head(): string | undefined;
  /** A gap came after `head()`: whether the history went on from there, or is another one, only the history can say. */
  isStale(): boolean;
  /** Ends it, also before it has joined. The listener isn't called any more, nor held. May be called again. */
  leave(): void;
}

export interface Hub {
  /** Takes a place. The listener is called back, never before this returns: it has `joined`, or it fails. */
  join(channel: string, listener: Listener): Membership;
  /** Channels that have a listener, or are still being opened. */
  readonly size: number;
}

/** `onError` hears of what no listener can be told. */
export function createHub(transport: Transport, onError: (error: unknown) => void): Hub {
  const rooms = new Map<string, Room>();
  return {
    get size() {
      return rooms.size;
    },
    join(channel, listener) {
      const room = rooms.get(channel) ?? new Room(channel, transport, rooms, onError);
      return room.enter(listener);
    },
  };
}

/** A channel that somebody listens to. */
class Room implements Sink {
  head: string | undefined;
  isStale = false;
  readonly #listeners = new Set<Listener>();
  /**
   * Those who haven't joined yet; none where all have. Held here and nowhere else: who leaves is forgotten, however long the
   * broker takes.
   */
  #waiting: Set<Member> | undefined;
  readonly #channel: string;
  readonly #replays: boolean;
  readonly #rooms: Map<string, Room>;
  readonly #onError: (error: unknown) => void;
  #subscription: TransportSubscription | undefined;
  #failure: RealtimeError | undefined;
  #isOver = false;

  constructor(
    channel: string,
    transport: Transport,
    rooms: Map<string, Room>,
    onError: (error: unknown) => void,
  ) {
    this.#channel = channel;
    this.#replays = transport.supports.replay;
    this.#rooms = rooms;
    this.#onError = onError;
    rooms.set(channel, this);
    this.#open(transport).then(
      (subscription) => this.#opened(subscription),
      (error) => this.fail(error),
    );
  }

  #open(transport: Transport): Promise<TransportSubscription> {
    return guard(transport, `subscribe to "${this.#channel}"`, () =>
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
  }

  #opened(subscription: TransportSubscription): void {
    this.#subscription = subscription;
    // A message may have been delivered before this promise settled.
    this.head ??= subscription.position;
    if (this.#isOver) this.#unsubscribe();
    else this.#admit();
  }

  enter(listener: Listener): Member {
    const member = new Member(this, listener);
    if (this.#subscription && !this.#waiting) queueMicrotask(() => this.#admit());
    this.#waiting ??= new Set();
    this.#waiting.add(member);
    const failure = this.#failure;
    // It failed while its transport was being called.
    if (failure) queueMicrotask(() => this.#tellAll(failure));
    return member;
  }

  #admit(): void {
    // One that joins may make others leave, or come.
    for (const member of this.#waiting ?? []) {
      this.#waiting?.delete(member);
      this.#listeners.add(member.listener);
      calling(() => member.listener.joined(member));
    }
    this.#waiting = undefined;
    this.#closeIfEmpty();
  }

  leave(member: Member): void {
    this.#waiting?.delete(member);
    this.#listeners.delete(member.listener);
    // One that is still being opened stays: who comes next joins it, so that a broker that is slow isn't asked again and again.
    if (this.#subscription) this.#closeIfEmpty();
  }

  #closeIfEmpty(): void {
    if (this.#isOver || (this.#waiting?.size ?? 0) + this.#listeners.size > 0) return;
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    if (this.#rooms.get(this.#channel) === this) this.#rooms.delete(this.#channel);
    this.#unsubscribe();
  }

  #unsubscribe(): void {
    try {
      this.#subscription?.unsubscribe();
    } catch (error) {
      this.#onError(error);
    }
  }

  deliver(deliveries: Parameters<Sink["deliver"]>[0]): void {
    // A broker may deliver a message again after a reconnect.
    const fresh = newerThan(this.head, deliveries);
    if (fresh.length === 0) return;
    const batch = new Batch(this.#channel, fresh, this.head);
    this.head = this.#replays ? batch.last : undefined;
    this.isStale = false;
    // Nobody can join in between, and who leaves is skipped.
    for (const listener of this.#listeners) {
      try {
        listener.deliver(batch);
      } catch (error) {
        surface(error);
      }
    }
  }

  gap(gap: Gap): void {
    this.isStale = true;
    for (const listener of this.#listeners) calling(() => listener.gap(gap));
  }

  fail(failure: RealtimeError): void {
    if (this.#isOver) return;
    // First it ends: who is told may join again, which opens the channel anew.
    this.#end();
    this.#failure = failure;
    this.#tellAll(failure);
  }

  #tellAll(failure: RealtimeError): void {
    for (const member of this.#waiting ?? []) {
      this.#waiting?.delete(member);
      calling(() => member.listener.fail(failure));
    }
    for (const listener of this.#listeners) {
      this.#listeners.delete(listener);
      calling(() => listener.fail(failure));
    }
  }
}

class Member implements Membership {
  readonly listener: Listener;
  readonly #room: Room;

  constructor(room: Room, listener: Listener) {
    this.#room = room;
    this.listener = listener;
  }

  head(): string | undefined {
    return this.#room.head;
  }

  isStale(): boolean {
    return this.#room.isStale;
  }

  leave(): void {
    this.#room.leave(this);
  }
}

function calling(call: () => void): void {
  try {
    call();
  } catch (error) {
    surface(error);
  }
}

/** A listener that throws is a fault of ours. It surfaces as an uncaught error, without harm to the other listeners. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
