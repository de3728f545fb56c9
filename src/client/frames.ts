/** What a gateway sends (`docs/PROTOCOL.md`, section 3). */
import type { RealtimeErrorCode } from "../errors.js";
import type { GapReason } from "../transport.js";
import { isString } from "./options.js";
import type { Pair } from "./pair.js";

/** A frame of one subscription. */
export type SubscriptionFrame =
  | { readonly type: "subscribed"; readonly id: number; readonly position: string | null }
  | { readonly type: "messages"; readonly id: number; readonly messages: readonly Pair[] }
  | {
      readonly type: "gap";
      readonly id: number;
      readonly reason: GapReason;
      readonly after: string | null;
      readonly position: string | null;
    }
  | {
      readonly type: "ended";
      readonly id: number;
      readonly code: RealtimeErrorCode;
      readonly message: string;
      readonly retry: boolean;
    };

/** A frame of the whole connection. */
export type ConnectionFrame =
  | { readonly type: "welcome"; readonly heartbeat: number }
  | { readonly type: "heartbeat"; readonly positions?: Readonly<Record<string, string>> };

/** Reads a frame. Throws where it isn't JSON, or where a position, which we would send back one day, is none. */
export function readFrame(text: string): SubscriptionFrame | ConnectionFrame {
  const frame = JSON.parse(text);
  const { position, positions = {}, messages = [] } = frame;
  const all: unknown[] = [position ?? "", ...Object.values(positions), ...messages.map(([id]: Pair) => id)];
  if (!all.every(isString)) throw new TypeError("a position is no string");
  return frame;
}
