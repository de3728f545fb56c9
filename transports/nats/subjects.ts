/** Channel names as one token of a NATS subject, and back. */
import { RealtimeError } from "../../src/errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** All that a token may not have, or that this encoding needs itself. */
const ESCAPED = /[^!-~]|[.*>%]/gu;

/**
 * A name as one token: what NATS doesn't allow in one is percent-encoded, byte by byte. Two names never give one token.
 * Throws `INVALID_NAME`.
 *
 * @example
 * ```ts
 * toToken("chat:a.b"); // "chat:a%2Eb"
 * ```
 */
export function toToken(channel: string): string {
  if (channel === "" || /\p{Surrogate}/u.test(channel)) {
    throw new RealtimeError(
      "INVALID_NAME",
      `nats: channel ${JSON.stringify(channel)} can't be a subject: give well-formed text, not empty.`,
    );
  }
  return channel.replace(ESCAPED, (character) =>
    Array.from(
      encoder.encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    ).join(""),
  );
}

/** The name that a token stands for; `undefined` where it is none that `toToken` gives. */
export function fromToken(token: string): string | undefined {
  const bytes = token.match(/%[0-9A-F]{2}|[!-~]/g) ?? [];
  try {
    const name = decoder.decode(
      Uint8Array.from(bytes, (byte) =>
        byte.length === 1 ? byte.charCodeAt(0) : Number.parseInt(byte.slice(1), 16),
      ),
    );
    return toToken(name) === token ? name : undefined;
  } catch {
    return undefined;
  }
}
