/** The server's end: publish, subscribe, tokens, and a handler for `Request → Response`. */
export type { Duration } from "../duration.js";
export { type Issue, isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../errors.js";
// What a user's declarations have to name for a method that is passed on: `export const { publish, token } = app`.
export type { Fixed } from "../message.js";
export type { Subscription } from "../subscription.js";
export type { PayloadFor, PayloadOf } from "../topic-checks.js";
export type { Gap, GapReason } from "../transport.js";
export { createRealtime } from "./app.js";
export type {
  AfterOption,
  App,
  AppSubscribeOptions,
  ChannelOf,
  CloseOptions,
  HistoryOptions,
  HistoryResult,
  NoAfterOption,
  ResumeOptions,
  Revoke,
  TokenLife,
} from "./app-types.js";
export { type Authorization, type AuthorizeRequest, createHandler, type HandlerOptions } from "./handler.js";
export type {
  ConnectedEvent,
  DebugLog,
  DeliveredEvent,
  DisconnectedEvent,
  DroppedEvent,
  DropReason,
  GapEvent,
  PublishedEvent,
  RealtimeEvent,
  RealtimeHooks,
  RefusedEvent,
  SlowEvent,
  SubscribedEvent,
  UnsubscribedEvent,
} from "./observe/events.js";
export type { RealtimeOptions, WireName } from "./options.js";
export type {
  KeyOption,
  NoKeyOption,
  PublishedMessage,
  Publishing,
  PublishOptions,
} from "./publish-types.js";
export type { SecretKey } from "./secrets.js";
export type { PublishedStream, Streaming, StreamOptions, StreamSource } from "./stream-types.js";
