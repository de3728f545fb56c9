/** A transport that outlives its servers, as a broker does, and that can lose its memory. */
import { type MemoryOptions, type MemoryTransport, memory } from "../../../transports/memory/index.js";
import type { Delivery } from "../../frame.js";
import type { Sink, Transport } from "../../transport.js";

export interface Broker {
  /** What servers are given. Closing it closes nothing. */
  readonly transport: Transport;
  /** Everything is gone, and a new epoch begins. Servers go on, and are told so by a gap. */
  reset(): Promise<void>;
  /** From now until the reset, what is stored reaches no subscriber: what a broker loses that fails over. */
  deafen(): void;
  readonly isDeaf: boolean;
  /** Every subscriber is given the last messages again. */
  redeliver(count: number): void;
  /** Messages that were stored since the last reset. */
  readonly stored: number;
  close(): Promise<void>;
}

interface Room {
  readonly channel: string;
  readonly sink: Sink;
  readonly last: Delivery[];
  leave: () => void;
}

/** `latency` in milliseconds: what each call takes. What it answers is then as old as that. */
export function createBroker(options: MemoryOptions, replays: boolean, latency: number): Broker {
  const wait = () => (latency === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, latency)));
  let current: MemoryTransport = memory(options);
  let stored = 0;
  let isDeaf = false;
  let ids = 0;
  const rooms = new Set<Room>();

  async function enter(room: Room, after?: string): Promise<string | undefined> {
    const { channel, sink, last } = room;
    const { position, unsubscribe } = await current.subscribe(
      channel,
      { after },
      {
        ...sink,
        deliver(deliveries) {
          if (isDeaf) return;
          const given = replays
            ? deliveries
            : // Without a history, ids are no positions.
              deliveries.map(({ frame }) => ({ id: `random-${++ids}-${Date.now()}`, frame }));
          last.push(...given);
          last.splice(0, last.length - 50);
          sink.deliver(given);
        },
      },
    );
    room.leave = unsubscribe;
    return position;
  }

  const transport: Transport = {
    name: "broker",
    supports: { replay: replays, keys: 600_000, maxBytes: 1_048_576, shared: true },
    async publish(channel, frames) {
      await wait();
      stored += frames.length;
      return current.publish(channel, frames);
    },
    async subscribe(channel, { after }, sink) {
      const room: Room = { channel, sink, last: [], leave: () => undefined };
      const position = await enter(room, after);
      rooms.add(room);
      await wait();
      return {
        position: replays ? position : undefined,
        unsubscribe() {
          rooms.delete(room);
          room.leave();
        },
      };
    },
    ...(replays && {
      async history(channel, query) {
        const page = await current.history(channel, query);
        await wait();
        return page;
      },
    }),
    close: async () => undefined,
  };

  return {
    transport,
    deafen() {
      isDeaf = true;
    },
    get isDeaf() {
      return isDeaf;
    },
    async reset() {
      const old = current;
      isDeaf = false;
      current = memory(options);
      stored = 0;
      for (const room of rooms) room.leave();
      await old.close();
      for (const room of rooms) {
        await enter(room);
        room.sink.gap({ reason: replays ? "epoch" : "no-replay", after: undefined });
      }
    },
    redeliver(count) {
      // What keeps no history has nothing to deliver again.
      if (!replays) return;
      for (const { sink, last } of rooms) if (last.length > 0) sink.deliver(last.slice(-count));
    },
    get stored() {
      return stored;
    },
    close: () => current.close(),
  };
}
