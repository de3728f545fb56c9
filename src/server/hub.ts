/** One subscription at the transport per channel, however many listen. */
import type { RealtimeError } from "../errors.js";
import type { Gap, Sink, Transport, TransportSubscription } from "../transport.js";
import { Batch } from "./batch.js";
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
  /** Ends it. The listener isn't called any more. May be called again. */
  leave(): void;
}

export interface Hub {
  /** Resolves when the listener has joined. Rejects with `TRANSPORT_FAILED`, or what the transport said. */
  join(channel: string, listener: Listener): Promise<void>;
  /** Channels that have a listener. */
  readonly size: number;
}

interface Room {
  opened: Promise<TransportSubscription> | undefined;
  readonly listeners: Set<Listener>;
  /** Those who listen or wait to. The last one to leave closes the room. */
  members: number;
  head: string | undefined;
  failure: RealtimeError | undefined;
}

export function createHub(transport: Transport): Hub {
  const rooms = new Map<string, Room>();

  function open(channel: string): Room {
    const listeners = new Set<Listener>();
    const tell = (call: (listener: Listener) => void) => {
      for (const listener of [...listeners]) guarded(() => call(listener));
    };
    const sink: Sink = {
      deliver(deliveries) {
        if (deliveries.length === 0) return;
        // A broker may deliver a message again after a reconnect.
        const batch = new Batch(channel, deliveries).after(room.head);
        if (!batch) return;
        room.head = transport.supports.replay ? batch.last : undefined;
        tell((listener) => listener.deliver(batch));
      },
      gap: (gap) => tell((listener) => listener.gap(gap)),
      fail(error) {
        forget(channel, room);
        room.failure = error;
        tell((listener) => listener.fail(error));
      },
    };
    // First the room, then its subscription: a transport may call the sink before it answers.
    const room: Room = { opened: undefined, listeners, members: 0, head: undefined, failure: undefined };
    const opened = guard(transport, `subscribe to "${channel}"`, () =>
      transport.subscribe(channel, {}, sink),
    );
    room.opened = opened;
    rooms.set(channel, room);
    opened.then(
      (subscription) => {
        // A message may have been delivered before this promise settled.
        room.head ??= subscription.position;
      },
      () => forget(channel, room),
    );
    return room;
  }

  function forget(channel: string, room: Room): void {
    if (rooms.get(channel) === room) rooms.delete(channel);
  }

  return {
    get size() {
      return rooms.size;
    },
    async join(channel, listener) {
      const room = rooms.get(channel) ?? open(channel);
      room.members++;
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        room.listeners.delete(listener);
        room.members--;
        if (room.members > 0) return;
        forget(channel, room);
        room.opened?.then(
          (subscription) => subscription.unsubscribe(),
          () => undefined, // it never opened: `join` rejects with the reason
        );
      };
      try {
        await room.opened;
        if (room.failure) throw room.failure;
      } catch (error) {
        leave();
        throw error;
      }
      room.listeners.add(listener);
      listener.joined({ head: () => room.head, leave });
    },
  };
}

/** A listener that throws is a fault of ours. It surfaces as an uncaught error, without harm to the other listeners. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
