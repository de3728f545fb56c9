/** Subscribe to channels: in browsers, in workers, in Node. */
export { type SseOptions, sse } from "../../transports/sse/index.js";
export {
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketOptions,
  webSocket,
} from "../../transports/websocket/index.js";
export { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../errors.js";
export type { MessageOf } from "../message.js";
export type { Subscription } from "../subscription.js";
export type { Gap, GapReason } from "../transport.js";
export type { Wire, WireConnection, WireEvents } from "../wire.js";
export { type Client, type ClientOptions, createClient, subscribe } from "./client.js";
export { logged, type WireLog } from "./logged.js";
export { type PublishOptions, type PublishToken, publish } from "./publish.js";
export { createChannelStore } from "./store/index.js";
export type {
  ChannelMessages,
  ChannelState,
  ChannelStore,
  ChannelStoreOptions,
  ConnectionStatus,
  InitialMessages,
  LatestByTopic,
  PauseReason,
  RunStatus,
  StoreHandlers,
  StoreSettings,
} from "./store/types.js";
export type { ChannelLike, ChannelOptions, Status, Subscribe, TokenOptions, TokenSource } from "./types.js";
