/** Both clients, opened alike. */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { frame } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { type RedisOptions, type RedisTransport, redis } from "./index.js";

/** Milliseconds that a test waits for anything. Own servers start and end meanwhile. */
export const PATIENCE = 20_000;

/** A transport with a client of its own. */
export interface Opened {
  readonly client: RedisOptions["client"];
  readonly transport: RedisTransport;
  /** Publishes numbers, as a batch, that must be stored; gives their ids. */
  send(...numbers: number[]): Promise<string[]>;
  /** The same, to another channel. */
  sendTo(channel: string, ...numbers: number[]): Promise<string[]>;
  /** Subscribes; what it gets can be waited for. */
  listen(after?: string, channel?: string): Promise<Recorder>;
  /** What a history after a position has: the reason of its gap, and its numbers. */
  missed(after: string | undefined): Promise<[string | undefined, ...unknown[]]>;
  close(): Promise<void>;
}

type More = Omit<RedisOptions, "client">;

export interface Kind {
  readonly name: string;
  client(url: string): Promise<{ client: RedisOptions["client"]; end(): void }>;
}

/** Milliseconds until a client connects again. */
const quick = 20;

export const kinds: readonly Kind[] = [
  {
    name: "ioredis",
    async client(url) {
      const client = new Redis(url, { retryStrategy: () => quick, maxRetriesPerRequest: null });
      client.on("error", () => {});
      return { client, end: () => client.disconnect() };
    },
  },
  {
    name: "node-redis",
    async client(url) {
      const client = createClient({ url, socket: { reconnectStrategy: () => quick } });
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => client.destroy() };
    },
  },
];

/** The number that a message was made of. */
const numberOf = (payload: string) => (JSON.parse(payload) as { data: unknown }).data;

export const numbersOf = (sink: Recorder) => sink.payloads.map(numberOf);

export async function open(kind: Kind, url: string, more: More = {}, channel = "c"): Promise<Opened> {
  const { client, end } = await kind.client(url);
  const transport = redis({ client, timeout: PATIENCE, ...more });
  const sendTo = async (name: string, ...numbers: number[]) => {
    const results = await transport.publish(
      name,
      numbers.map((number) => frame(number)),
    );
    return results.map((result) => {
      if ("error" in result) throw result.error;
      return result.id;
    });
  };
  return {
    client,
    transport,
    send: (...numbers) => sendTo(channel, ...numbers),
    sendTo,
    async listen(after, name = channel) {
      const sink = new Recorder(PATIENCE);
      await transport.subscribe(name, { after }, sink);
      return sink;
    },
    async missed(after) {
      const { deliveries, gap } = await transport.history(channel, { after, limit: 1_000 });
      return [gap?.reason, ...deliveries.map(({ frame }) => numberOf(frame.payload))];
    },
    async close() {
      await transport.close();
      end();
    },
  };
}

/** Asks again and again until something holds. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
