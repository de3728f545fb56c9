/** Declare channels: browser-safe, and without a dependency at run time. */
// What a user's declarations have to name for it: `export const { channel } = realtime`.
export type { Channel, ChannelDef, channel, PatternDef } from "./channel.js";
export { type Issue, isRealtimeError, RealtimeError, type RealtimeErrorCode } from "./errors.js";
export type { Message, MessageOf } from "./message.js";
export { type Realtime, realtime } from "./realtime.js";
export type { Refused } from "./refused.js";
export { type Registry, type RegistryEntries, type RegistryMatch, registry } from "./registry.js";
export { type StaticSchema, staticSchema } from "./schema.js";
export type { TokenOf } from "./token.js";
export type { Topic, TopicRef } from "./topic.js";
