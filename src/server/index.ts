/** The server's end: publish, subscribe, tokens, and a handler for `Request → Response`. */
export type { Duration } from "../duration.js";
export { type Issue, isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../errors.js";
export type { Subscription } from "../subscription.js";
export type { Gap, GapReason } from "../transport.js";
export { createRealtime } from "./app.js";
export type { App, CloseOptions, HistoryResult, PublishedMessage, Revoke } from "./app-types.js";
export { type Authorization, type AuthorizeRequest, createHandler, type HandlerOptions } from "./handler.js";
export type { RealtimeOptions, WireName } from "./options.js";
export type { SecretKey } from "./secrets.js";
