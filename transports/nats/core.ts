/** Core NATS: what is published reaches who is subscribed and connected at that moment, and nothing is kept. */
import type { RealtimeError } from "../../src/errors.js";
import type { Frame } from "../../src/frame.js";
import type { Published, Transport } from "../../src/transport.js";
import { FanOut } from "../log/fan-out.js";
import { bytesOf, randomEpoch } from "../log/limits.js";
import { closed, noKeys, tooLarge } from "../log/refusals.js";
import { CoreRooms, idOf } from "./core-rooms.js";
import { divide, type Part } from "./divide.js";
import { failure } from "./errors.js";
import { Link } from "./link.js";
import { DEFAULT_MAX_PAYLOAD, type NatsCoreOptions, readCore } from "./options.js";
import { toToken } from "./subjects.js";

const NAME = "natsCore";

/** What the transport over core NATS can do. */
export interface NatsCoreSupports {
  readonly replay: false;
  readonly keys: false;
  /** The option `maxBytes`. */
  readonly maxBytes: number;
  readonly shared: true;
}

/** What the client tells, a moment after it was told by the server, is told by then. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await undefined;
}

/** The transport, and how much it holds: tests count that. */
export function createCore(options: NatsCoreOptions) {
  const { prefix, maxBytes, timeout } = readCore(options);
  const { client } = options;
  const fanOut = new FanOut();
  /** What is being published, by subject, with what the server said against it. */
  const underWay = new Map<string, { error: unknown }>();
  const origin = randomEpoch();
  let count = 0;
  let isClosed = false;

  const link: Link = new Link(client, NAME, timeout, {
    down: () => rooms.interrupt(),
    up: () => rooms.resume(),
    closed: (error) => rooms.failAll(error),
    refused(error) {
      const { operation, subject } = error as { operation?: unknown; subject?: unknown };
      const publish = operation === "publish" ? underWay.get(String(subject)) : undefined;
      if (publish) publish.error = error;
    },
  });
  const rooms = new CoreRooms(link, fanOut);

  const subjectOf = (channel: string) => `${prefix}.core.${toToken(channel)}`;
  const stamp = () => `${origin}-${count++}`;
  const checkOpen = () => {
    if (isClosed) throw closed(NAME);
  };

  function refusal(channel: string, frame: Frame): RealtimeError | undefined {
    if (frame.key !== undefined) return noKeys(NAME, channel);
    const bytes = bytesOf(frame, maxBytes);
    return bytes > maxBytes ? tooLarge(NAME, channel, bytes, maxBytes) : undefined;
  }

  /** Resolves when the server has taken them, so that what it refuses is known. */
  async function send(subject: string, parts: readonly Part[]): Promise<void> {
    const publish = underWay.get(subject) ?? { error: undefined };
    underWay.set(subject, publish);
    try {
      await link.call(async () => {
        for (const { data } of parts) client.publish(subject, data);
        await client.flush();
        await settled();
      });
    } finally {
      underWay.delete(subject);
    }
    if (publish.error) throw publish.error;
  }

  const transport: Transport<NatsCoreSupports> = {
    name: NAME,
    supports: { replay: false, keys: false, maxBytes, shared: true },

    async publish(channel, frames) {
      checkOpen();
      const subject = subjectOf(channel);
      const most = client.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
      const refused = frames.map((frame) => refusal(channel, frame));
      const parts = divide(
        frames.filter((_, i) => !refused[i]),
        most,
        stamp,
      );
      const fit = parts.filter(({ data }) => data.length <= most);
      if (fit.length > 0) {
        await send(subject, fit).catch((error) => {
          throw failure(NAME, `can't publish to ${JSON.stringify(channel)}`, error);
        });
      }
      const results = parts.flatMap((part): Published[] => {
        const { length } = part.data;
        if (length > most) return [{ error: tooLarge(NAME, channel, length, most) }];
        return part.frames.map((_, i) => ({ id: idOf(part.stamp, i), duplicate: false }));
      });
      const taken = results.values();
      return refused.map((error) => (error ? { error } : (taken.next().value as Published)));
    },

    async subscribe(channel, { signal }, sink) {
      checkOpen();
      signal?.throwIfAborted();
      const unsubscribe = await rooms.join(channel, subjectOf(channel), sink, signal);
      return { position: undefined, unsubscribe };
    },

    async close() {
      if (isClosed) return;
      isClosed = true;
      rooms.failAll(closed(NAME));
      link.close();
    },
  };
  return { transport, held: () => rooms.held };
}

/**
 * A transport over core NATS: at most once. Nothing is kept, so there is no replay, and there are no idempotency keys.
 * Each time that the connection was lost, subscribers are told of a gap; what is lost while it stands is not seen. For
 * more than that, use `nats()`.
 *
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const connection = await connect({ servers: "nats://localhost:4222", maxReconnectAttempts: -1 });
 * const transport = natsCore({ client: connection });
 * ```
 */
export const natsCore = (options: NatsCoreOptions): Transport<NatsCoreSupports> =>
  createCore(options).transport;
