/** What a gateway sends (`docs/PROTOCOL.md`, section 3). */
import type { RealtimeErrorCode } from "../errors.js";
import type { GapReason } from "../transport.js";
import type { Pair } from "./pair.js";

interface End {
  readonly code: RealtimeErrorCode;
  readonly message: string;
  /** Whether another attempt can mend it. */
  readonly retry: boolean;
}

/** What a subscription is told. Less the id, which its line has read. */
export type SubscriptionFrame =
  | { readonly type: "subscribed"; readonly position: string | null }
  | { readonly type: "messages"; readonly messages: readonly Pair[] }
  | {
      readonly type: "gap";
      readonly reason: GapReason;
      readonly after: string | null;
      readonly position: string | null;
    }
  | ({ readonly type: "ended" } & End)
  // These two a line makes itself: of a heartbeat, and of the end of a connection.
  | { readonly type: "moved"; readonly position: string }
  | ({ readonly type: "lost" } & End);

/** A frame of the whole connection. */
type ConnectionFrame =
  | { readonly type: "welcome"; readonly heartbeat: number }
  | { readonly type: "heartbeat"; readonly positions?: Readonly<Record<number, string>> };

/** Reads a frame. Throws where it isn't JSON, or where a position, which we would send back one day, is none. */
export function readFrame(text: string): ConnectionFrame | (SubscriptionFrame & { readonly id: number }) {
  const frame = JSON.parse(text);
  const { position, positions = {}, messages = [] } = frame;
  for (const text of [position ?? "", ...Object.values(positions), ...messages.map(([id]: Pair) => id)]) {
    if (typeof text !== "string") throw new TypeError("a position is no string");
  }
  return frame;
}
