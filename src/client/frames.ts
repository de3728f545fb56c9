/** What a gateway sends (`docs/PROTOCOL.md`, section 3). */
import type { RealtimeError, RealtimeErrorCode } from "../errors.js";
import type { GapReason } from "../transport.js";
import type { Pair } from "./pair.js";

/** What a subscription is told. Less the id, which its line has read, and positions, which its line keeps. */
export type SubscriptionFrame =
  | { readonly type: "subscribed"; readonly channel: string }
  | { readonly type: "refreshed" }
  | { readonly type: "messages" }
  | { readonly type: "gap"; readonly reason: GapReason; readonly after: string | null }
  | { readonly type: "refused"; readonly code: RealtimeErrorCode; readonly message: string }
  | {
      readonly type: "ended";
      readonly code: RealtimeErrorCode;
      readonly message: string;
      /** Whether another attempt can mend it. */
      readonly retry: boolean;
    }
  // This one a line makes itself, of the end of a connection.
  | { readonly type: "lost"; readonly error: RealtimeError; readonly retry: boolean };

/** A frame. Nothing of it has been checked: what is wrong with it throws where it is used, or does no harm. */
export type ServerFrame =
  | { readonly type: "welcome"; readonly heartbeat: number; readonly id?: never }
  | { readonly type: "close"; readonly code: number; readonly reason: string; readonly id?: never }
  | {
      readonly type: "heartbeat";
      readonly positions?: Readonly<Record<number, string>>;
      readonly id?: never;
    }
  | ({ readonly id: number } & (
      | {
          readonly type: "subscribed";
          readonly channel: string;
          readonly position: string | null;
          readonly expires: number;
        }
      | { readonly type: "refreshed"; readonly expires: number }
      | { readonly type: "messages"; readonly messages: readonly Pair[] }
      | (Extract<SubscriptionFrame, { type: "gap" }> & { readonly position: string | null })
      | Extract<SubscriptionFrame, { type: "refused" | "ended" }>
    ));
