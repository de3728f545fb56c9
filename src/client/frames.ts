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
  | { readonly type: "subscribed"; readonly channel: string; readonly position: string | null }
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

/** A frame. Nothing of it has been checked: what is wrong with it throws where it is used, or does no harm. */
export type ServerFrame = ConnectionFrame | (SubscriptionFrame & { readonly id: number });
