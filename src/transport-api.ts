/** The contract that a custom transport implements, and what helps with it. */
export { type Duration, toMilliseconds } from "./duration.js";
export { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "./errors.js";
export type { Delivery, Frame } from "./frame.js";
export { formatPosition, isNotAfter, type Position, parsePosition } from "./position.js";
export type {
  Gap,
  GapReason,
  HistoryPage,
  HistoryQuery,
  PublishAt,
  Published,
  Sink,
  SubscribeAt,
  Supports,
  Transport,
  TransportSubscription,
} from "./transport.js";
