/** What every transport refuses, in the same words. `transport` is its name. */
import { RealtimeError } from "../../src/errors.js";

export const closed = (transport: string) =>
  new RealtimeError("CLOSED", `${transport}: the transport is closed.`);

export const tooLarge = (transport: string, channel: string, bytes: number, maxBytes: number) =>
  new RealtimeError(
    "PAYLOAD_TOO_LARGE",
    `${transport}: a message for channel "${channel}" has ${bytes} bytes; at most ${maxBytes} are allowed (maxBytes).`,
  );

export const conflict = (transport: string, channel: string, key: string) =>
  new RealtimeError(
    "IDEMPOTENCY_CONFLICT",
    `${transport}: channel "${channel}" took another message under the key ${JSON.stringify(key)}. Use a new key.`,
  );

export const noKeys = (transport: string, channel: string) =>
  new RealtimeError(
    "UNSUPPORTED",
    `${transport}: channel "${channel}" takes no idempotency keys. Leave key out, or choose a transport that keeps them.`,
  );
