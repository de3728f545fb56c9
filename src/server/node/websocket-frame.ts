/** Text frames from a server to a client, as bytes (RFC 6455, section 5.2): whole, unmasked, without extensions. */
import type { Envelope } from "../gateway/socket.js";

/** FIN and an opcode. */
const TEXT = 0x81;
const PING = 0x89;
const PONG = 0x8a;

/** Lengths up to this stand in the second byte itself. */
const MAX_SHORT = 125;
/** What stands there instead, where two or eight bytes of length follow. */
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** A WebSocket header before the text. A server's frames have no mask, so one copy does for every socket. */
export const textFrame: Envelope = {
  wrap(text) {
    const { length } = text;
    const header = length <= MAX_SHORT ? 2 : length <= 0xffff ? 4 : 10;
    // Not from Node's pool: a socket that doesn't read may hold it for long, and would hold 8 kB of others' bytes.
    const frame = Buffer.allocUnsafeSlow(header + length);
    frame[0] = TEXT;
    if (header === 2) frame[1] = length;
    else if (header === 4) {
      frame[1] = TWO_BYTES;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = EIGHT_BYTES;
      frame.writeBigUInt64BE(BigInt(length), 2);
    }
    frame.set(text, header);
    return frame;
  },
};

/** A ping without a payload. */
export const PING_FRAME: Uint8Array = Buffer.from([PING, 0]);

/** The answer to a ping: with its payload, of at most 125 bytes (section 5.5.3). */
export function pongFrame(payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafeSlow(2 + payload.length);
  frame[0] = PONG;
  frame[1] = payload.length;
  frame.set(payload, 2);
  return frame;
}
