/** The gateway's side of the wire protocol (`docs/PROTOCOL.md`): prints its own frames, reads the client's. */
import { RealtimeError, type RealtimeErrorCode } from "../../errors.js";
import type { Delivery } from "../../frame.js";
import type { GapReason } from "../../transport.js";
import { OutgoingFrame } from "./socket.js";

/** What a client can send. */
export type ClientFrame =
  | {
      readonly type: "subscribe";
      readonly id: number;
      readonly token: string;
      readonly channel: string | undefined;
      readonly topics: readonly string[] | undefined;
      readonly after: string | undefined;
    }
  | { readonly type: "unsubscribe"; readonly id: number }
  | { readonly type: "refresh"; readonly id: number; readonly token: string };

/** What a gateway sends, `messages` excepted: those are put together from text (see {@link printMessages}). */
export type ServerFrame =
  | {
      readonly type: "welcome";
      readonly heartbeat: number;
      readonly limits: { readonly frame: number; readonly subscriptions: number };
    }
  | {
      readonly type: "subscribed";
      readonly id: number;
      readonly channel: string;
      readonly position: string | null;
      /** Milliseconds until the token expires. */
      readonly expires: number;
    }
  | { readonly type: "refreshed"; readonly id: number; readonly expires: number }
  | {
      readonly type: "refused";
      readonly id: number;
      readonly code: RealtimeErrorCode;
      readonly message: string;
    }
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
    }
  | { readonly type: "heartbeat"; readonly positions?: Readonly<Record<number, string>> };

/** A frame of messages is closed when it has so many characters; a single message may be larger. */
const MESSAGES_FRAME = 65_536;
const MAX_ID = 2_147_483_647;

const encoder = new TextEncoder();

/** A frame as bytes. */
export const printFrame = (frame: ServerFrame): OutgoingFrame =>
  new OutgoingFrame(encoder.encode(JSON.stringify(frame)));

/** `messages` frames. The payloads were encoded by their publisher and go in as they are. */
export function printMessages(id: number, deliveries: readonly Delivery[]): readonly OutgoingFrame[] {
  const frames: OutgoingFrame[] = [];
  let list = "";
  const close = () => {
    if (list)
      frames.push(new OutgoingFrame(encoder.encode(`{"type":"messages","id":${id},"messages":[${list}]}`)));
    list = "";
  };
  for (const { id: position, frame } of deliveries) {
    if (list.length + frame.payload.length > MESSAGES_FRAME) close();
    list += `${list && ","}[${JSON.stringify(position)},${frame.payload}]`;
  }
  close();
  return frames;
}

/** Reads a client's frame. Throws `BAD_FRAME` with what is wrong with it, never with what it says. */
export function readClientFrame(text: string | undefined): ClientFrame {
  if (text === undefined) throw bad("The frame isn't text.");
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    throw bad("The frame isn't JSON.");
  }
  const { type, id, token, channel, topics, after } = (frame ?? {}) as Record<string, unknown>;
  if (type !== "subscribe" && type !== "unsubscribe" && type !== "refresh")
    throw bad('"type" must be "subscribe", "unsubscribe" or "refresh".');
  if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > MAX_ID) {
    throw bad(`${type}: "id" must be an integer from 1 to ${MAX_ID}.`);
  }
  if (type === "unsubscribe") return { type, id };
  if (typeof token !== "string") throw bad(`${type}: "token" must be a string.`);
  if (type === "refresh") return { type, id, token };
  if (channel !== undefined && typeof channel !== "string")
    throw bad('subscribe: "channel" must be a string.');
  if (after !== undefined && typeof after !== "string") throw bad('subscribe: "after" must be a string.');
  if (topics === undefined) return { type, id, token, channel, topics, after };
  if (!Array.isArray(topics) || topics.length === 0 || topics.some((topic) => typeof topic !== "string")) {
    throw bad('subscribe: "topics" must be an array of at least one string.');
  }
  return { type, id, token, channel, topics, after };
}

const bad = (message: string) => new RealtimeError("BAD_FRAME", message);
