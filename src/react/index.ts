"use client";
/** Channels in React 18 and 19. */
export { type ProvidedToken, RealtimeProvider, type RealtimeProviderProps } from "./provider.js";
export type {
  ChannelHookOptions,
  HookOptions,
  NameHookOptions,
  RealtimeResult,
  TokenHookOptions,
  UseRealtimeOptions,
  UseRealtimeResult,
} from "./types.js";
export { useRealtime } from "./use-realtime.js";
export { type UseStreamOptions, type UseStreamResult, useStream } from "./use-stream.js";
export { type TopicHookOptions, type UseTopicOptions, useTopic } from "./use-topic.js";
