/**
 * What a stored message holds: a line of JSON, `["h1", stamp, content, topic, length, topic, length, …]`, and then the
 * payloads one after the other, as they are. Lengths are in UTF-16 units.
 */
import type { Frame } from "../../src/frame.js";

const VERSION = "h1";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as it was stored. */
export interface Stored {
  readonly topic: string;
  readonly payload: string;
  /** Of the payload. */
  readonly bytes: number;
}

/** A message that was taken apart. */
export interface Envelope {
  /** Different for every message. */
  readonly stamp: string;
  /** A digest of the frame's `content`, where it has a key. */
  readonly content: string | undefined;
  readonly frames: readonly Stored[];
}

export function encodeEnvelope(
  frames: readonly Pick<Frame, "topic" | "payload">[],
  stamp: string,
  content?: string,
): Uint8Array {
  const head: unknown[] = [VERSION, stamp, content ?? 0];
  let body = "";
  for (const { topic, payload } of frames) {
    head.push(topic, payload.length);
    body += payload;
  }
  return encoder.encode(`${JSON.stringify(head)}\n${body}`);
}

/** `undefined` where somebody else stored something in this place. */
export function decodeEnvelope(data: Uint8Array): Envelope | undefined {
  const text = decoder.decode(data);
  const bodyStart = text.indexOf("\n") + 1;
  const head = readHead(text.slice(0, bodyStart));
  if (!head) return undefined;
  const [, stamp, content, ...parts] = head;
  // Where each character is one byte, which is usual, nothing has to be counted.
  const isAscii = text.length === data.length;
  const frames: Stored[] = [];
  let at = bodyStart;
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [topic, length] = [parts[i], parts[i + 1]];
    if (typeof topic !== "string" || typeof length !== "number") return undefined;
    const payload = text.slice(at, at + length);
    frames.push({ topic, payload, bytes: isAscii ? length : encoder.encode(payload).length });
    at += length;
  }
  if (at !== text.length || typeof stamp !== "string") return undefined;
  return { stamp, content: typeof content === "string" ? content : undefined, frames };
}

function readHead(line: string): unknown[] | undefined {
  if (!line.startsWith(`["${VERSION}",`)) return undefined;
  try {
    return JSON.parse(line) as unknown[];
  } catch {
    return undefined;
  }
}

/** A digest of a text: 43 characters, `A–Z a–z 0–9 _ -`. */
export async function digest(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  return btoa(String.fromCharCode(...hash))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");
}
