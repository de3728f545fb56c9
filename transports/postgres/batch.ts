/** Batches as statements, and what the database answers to them. */
import type { Frame } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Published } from "../../src/transport.js";
import { conflict } from "../log/refusals.js";
import { call, escapeText, joined, separatorOf } from "./sql.js";

/** The channel of a batch, as its calls name it. */
export interface Place {
  /** The schema, quoted. */
  readonly schema: string;
  readonly channel: string;
  readonly slot: number;
  readonly notify: string;
  readonly keyWindow: number;
}

/** A batch that is ready to be stored. */
export interface Batch {
  readonly channel: string;
  /** How many columns its calls are. */
  readonly columns: number;
  /** Characters of payload. */
  readonly length: number;
  /** Its calls. `wait`: milliseconds to wait for the channel; 0 for as long as the caller's transaction does. */
  calls(wait: number): string;
  /** What the columns' answers say of each frame. */
  results(answers: readonly string[]): Published[];
}

/** Bytes of a notification's messages: 7,999 less the position and the longest name. */
const NOTIFIED = 7_400;

/** A batch in so many parts, each notified with its messages, or else as a whole, to be read. */
const MAX_PARTS = 8;

/** A batch of frames. */
export async function batchOf(place: Place, frames: readonly Frame[]): Promise<Batch> {
  return frames.some(({ key }) => key !== undefined) ? await keyed(place, frames) : plain(place, frames);
}

const lengthOf = (frames: readonly Frame[]) => frames.reduce((sum, { payload }) => sum + payload.length, 0);

/** Frames without keys. Each part's answer is the position that it follows on. */
function plain(place: Place, frames: readonly Frame[]): Batch {
  const parts = split(frames);
  const calls = parts.map((part) => {
    const topics = part.map(({ topic }) => escapeText(topic));
    const payloads = part.map(({ payload }) => payload);
    const separator = separatorOf(payloads);
    const texts = [joined(topics, separator), joined(payloads, separator), separator];
    return [escapeText(place.channel), place.slot, ...texts, part.length, place.notify];
  });
  return {
    channel: place.channel,
    columns: parts.length,
    length: lengthOf(frames),
    calls: (wait) => calls.map((args) => call(`${place.schema}.publish`, [...args, wait])).join(", "),
    results: (answers) =>
      parts.flatMap((part, i) => {
        const { epoch, offset } = parsePosition(answers[i] ?? "") ?? fault(answers);
        return part.map((_, n) => ({ id: formatPosition(epoch, offset + n + 1), duplicate: false }));
      }),
  };
}

/** Frames of which some have keys. The answer has a word for each. */
async function keyed(place: Place, frames: readonly Frame[]): Promise<Batch> {
  const topics = frames.map(({ topic }) => escapeText(topic));
  const payloads = frames.map(({ payload }) => payload);
  const separator = separatorOf(payloads);
  const keys = frames.map(({ key }) => (key === undefined ? "" : escapeText(key)));
  const digests = await Promise.all(frames.map((frame) => (frame.key === undefined ? "" : digest(frame))));
  const args = [
    ...[escapeText(place.channel), place.slot],
    ...[joined(topics, separator), joined(payloads, separator), separator],
    ...[joined(keys, separator), joined(digests, separator), place.keyWindow, place.notify],
  ];
  return {
    channel: place.channel,
    columns: 1,
    length: lengthOf(frames),
    calls: (wait) => call(`${place.schema}.publish_once`, [...args, wait]),
    results: (answers) => {
      const words = answers[0]?.split(" ") ?? [];
      return frames.map(({ key = "" }, i) => {
        const word = words[i] ?? fault(answers);
        if (word === "c") return { error: conflict("postgres", place.channel, key) };
        return { id: word.slice(1), duplicate: word.startsWith("d") };
      });
    },
  };
}

const encoder = new TextEncoder();

/** Parts that fit into a notification; one where these were too many, or a message alone is too large. */
function split(frames: readonly Frame[]): (readonly Frame[])[] {
  const parts: Frame[][] = [];
  let room = 0;
  for (const frame of frames) {
    // UTF-8 has at least as many bytes as the text has characters.
    if (frame.payload.length > NOTIFIED) return [frames];
    const bytes = encoder.encode(frame.payload).length + 3 * frame.topic.length + 2;
    if (bytes > room) {
      if (parts.length === MAX_PARTS) return [frames];
      parts.push([]);
      room = NOTIFIED;
    }
    parts.at(-1)?.push(frame);
    room -= bytes;
  }
  return parts;
}

/** Content is compared by its SHA-256. */
async function digest({ content }: Frame): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(content)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fault(answers: readonly string[]): never {
  const answer = JSON.stringify(answers);
  throw new TypeError(`The database answered ${answer}: its functions are not this version's.`);
}
