/** Frames: a message as a transport moves it. Encoded once, by the publisher, and only when somebody needs the text. */
import { decode, encode, freezeParsed, type Kinds, type Snapshot, snapshot } from "./codec.js";
import { RealtimeError } from "./errors.js";
import type { AnyMessage } from "./message.js";

/**
 * One message on its way through a transport, which stores and moves it without reading it.
 * A transport that keeps everything in this process may keep the frame itself; then nothing is ever encoded.
 */
export interface Frame {
  readonly topic: string;
  /** The message as JSON text: `topic`, `data`, `kinds`, `createdAt`. Made when first read. */
  readonly payload: string;
  /** `payload` less the time: equal for equal content. Compared where an idempotency key comes a second time. */
  readonly content: string;
  /** Idempotency key: within the transport's window, a channel takes one message per key. */
  readonly key: string | undefined;
  /** Roughly the bytes of `payload`, known without encoding. */
  readonly size: number;
}

/** A frame with the place that it got in its channel. */
export interface Delivery {
  /** The message's id: its position, or random where the transport doesn't replay. */
  readonly id: string;
  readonly frame: Pick<Frame, "topic" | "payload">;
}

/** Characters that a frame has beside its payload's data. */
const ENVELOPE = 48;

/** A frame that was made in this process: the payload as it was published, and its text only once somebody asks. */
class LocalFrame implements Frame {
  readonly topic: string;
  readonly key: string | undefined;
  readonly size: number;
  /** Not recognized by its class: two copies of the package may be loaded. */
  readonly "~local": Snapshot;
  readonly createdAt: number;
  #payload: string | undefined;

  constructor(topic: string, snapshot: Snapshot, createdAt: number, key: string | undefined) {
    this.topic = topic;
    this.key = key;
    this.size = snapshot.size + topic.length + ENVELOPE;
    this.createdAt = createdAt;
    this["~local"] = snapshot;
  }

  get payload(): string {
    if (this.#payload === undefined) {
      const { data, kinds } = encode(this["~local"]);
      this.#payload = JSON.stringify({
        topic: this.topic,
        data,
        kinds,
        createdAt: this.createdAt,
      });
    }
    return this.#payload;
  }

  get content(): string {
    // The time stands last in the payload, so what comes before it is the content.
    return this.payload.slice(0, this.payload.lastIndexOf(","));
  }
}

/** Makes a frame of a payload that was parsed. `createdAt` in milliseconds since the Unix epoch. */
export function createFrame(topic: string, payload: Snapshot, createdAt: number, key?: string): Frame {
  return new LocalFrame(topic, payload, createdAt, key);
}

/** A delivery that was opened: what everybody's message is made of. */
export interface Opened {
  readonly channel: string;
  readonly topic: string;
  readonly id: string;
  readonly payload: Snapshot;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** Opens a delivery: as it was published in this process, else decoded. Throws `INVALID_PAYLOAD`. */
export function openDelivery(channel: string, { id, frame }: Delivery): Opened {
  const { "~local": local, createdAt } = frame as Partial<LocalFrame>;
  if (local) return { channel, topic: frame.topic, id, payload: local, createdAt: createdAt as number };
  const parsed = readJson(frame.payload);
  const message = readPayload(channel, id, parsed);
  const isPlain = (parsed as { kinds?: Kinds }).kinds === undefined;
  const frozen = isPlain ? freezeParsed(message.data, frame.payload.length) : undefined;
  const payload = frozen ?? snapshot(message.data, channel);
  return { channel, topic: message.topic, id, payload, createdAt: message.createdAt.getTime() };
}

/** A message for one reader. What can't be frozen, such as a Date, is the reader's own. */
export function messageOf({ channel, topic, id, payload, createdAt }: Opened): AnyMessage {
  const data = payload.mutable ? snapshot(payload.data, channel).data : payload.data;
  return { channel, topic, data, id, createdAt: new Date(createdAt) };
}

/** The message of a delivery. Throws `INVALID_PAYLOAD`. */
export const readDelivery = (channel: string, delivery: Delivery): AnyMessage =>
  messageOf(openDelivery(channel, delivery));

/** A parsed payload, as a message. Throws `INVALID_PAYLOAD`. */
export function readPayload(channel: string, id: string, payload: unknown): AnyMessage {
  const { topic, data, kinds, createdAt } = (payload ?? {}) as {
    topic?: unknown;
    data?: unknown;
    kinds?: Kinds;
    createdAt?: unknown;
  };
  const date = new Date(createdAt as number);
  if (typeof topic !== "string" || typeof createdAt !== "number" || Number.isNaN(+date)) {
    throw new RealtimeError("INVALID_PAYLOAD", `Message ${id} of "${channel}" has no topic or createdAt.`);
  }
  return { channel, topic, data: decode(data, kinds), id, createdAt: date };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RealtimeError("INVALID_PAYLOAD", "A stored message isn't JSON.", { cause });
  }
}
