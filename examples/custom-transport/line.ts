/** A line of a file: one batch, or the mark that ends the file. */
import { createHash } from "node:crypto";
import type { Frame } from "halyard/transport";

/** A message as it stands in a line. */
export interface Entry {
  readonly topic: string;
  readonly payload: string;
  readonly key: string | undefined;
  /** Of what a key stands for, where there is one. */
  readonly hash: string | undefined;
}

export interface Line {
  /** By which a writer knows its own line again. */
  readonly nonce: string;
  readonly entries: readonly Entry[];
}

/** Ends a file: what stands behind it doesn't count. */
export const SEALED = "sealed";

/** Stands between two line ends: the first ends what a process may have left half written when it died. */
const between = (value: unknown) => Buffer.from(`\n${JSON.stringify(value)}\n`);

export const sealLine = between(SEALED);

export const hashOf = (content: string): string => createHash("sha256").update(content).digest("base64url");

export const batchLine = (nonce: string, frames: readonly Frame[]): Buffer =>
  between([
    nonce,
    frames.map(({ topic, payload, key, content }) =>
      key === undefined ? [topic, payload] : [topic, payload, key, hashOf(content)],
    ),
  ]);

/** Reads a line. `undefined` where it is none: half of a line is never JSON, since its last bracket is missing. */
export function parseLine(text: string): Line | typeof SEALED | undefined {
  try {
    const value = JSON.parse(text) as typeof SEALED | [nonce: string, entries: string[][]];
    if (value === SEALED) return SEALED;
    const [nonce, entries] = value;
    return {
      nonce,
      entries: entries.map(([topic = "", payload = "", key, hash]) => ({ topic, payload, key, hash })),
    };
  } catch {
    return undefined;
  }
}

/** Bytes of payload that go into one line, about: core may publish a thousand large messages at once. */
const LINE = 1_048_576;

/** A batch in parts that go into one line each. */
export function* partsOf(frames: readonly Frame[]): Generator<readonly Frame[]> {
  let part: Frame[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (part.length > 0 && bytes + frame.size > LINE) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(frame);
    bytes += frame.size;
  }
  if (part.length > 0) yield part;
}
