/** What the frames of a connection say, for people. */
import { countOf, gapText, timeText } from "../log-text.js";
import type { ServerFrame } from "./frames.js";

export interface Words {
  /** What a frame, or a request of a one-way wire, asks for. */
  sent(text: string): readonly string[];
  /** What a frame tells, where that is worth a line. `sized` adds to messages how large they are. */
  received(text: string, sized: (count: string) => string): string | undefined;
}

/** What a client asks for, as far as it is told. */
interface Asked {
  readonly type?: "subscribe" | "unsubscribe" | "refresh";
  readonly id: number;
  readonly channel?: string;
  readonly topics?: readonly string[];
  readonly after?: string;
}

/** The words of one connection: it remembers which channel an id stands for. */
export function createWords(): Words {
  const channels = new Map<number, string>();
  const channelOf = (id: number) => channels.get(id) ?? `subscription ${id}`;
  /** An id is never used again. */
  function forget(id: number): string {
    const channel = channelOf(id);
    channels.delete(id);
    return channel;
  }

  function asks({ type = "subscribe", id, channel, topics, after }: Asked): string {
    if (type === "unsubscribe") return `leaves ${forget(id)}`;
    if (type === "refresh") return `sends a fresh token for ${channelOf(id)}`;
    if (channel !== undefined) channels.set(id, channel);
    const what = channel ?? "the channel that its token opens";
    const where = after === undefined ? "from now on" : `resuming after ${after}`;
    return `asks for ${what}${topics ? ` (${topics.join(", ")})` : ""}, ${where}`;
  }

  function tells(frame: ServerFrame, sized: (count: string) => string): string | undefined {
    switch (frame.type) {
      case "welcome":
        return `the gateway answers, and promises a sign of life every ${timeText(frame.heartbeat)}`;
      case "close":
        return `the gateway takes its leave: ${frame.code} ${frame.reason}`;
      case "heartbeat":
        return undefined;
      case "subscribed": {
        channels.set(frame.id, frame.channel);
        const from = frame.position === null ? "" : ` after ${frame.position}`;
        return `subscribed to ${frame.channel}${from}; the token holds for ${timeText(frame.expires)}`;
      }
      case "refreshed":
        return `${channelOf(frame.id)}: the fresh token holds for ${timeText(frame.expires)}`;
      case "messages": {
        const topics = new Map<string, number>();
        for (const [, payload] of frame.messages) {
          const { topic } = payload as { topic?: unknown };
          topics.set(String(topic), (topics.get(String(topic)) ?? 0) + 1);
        }
        const by = Array.from(topics, ([topic, count]) => (topics.size > 1 ? `${topic} ${count}` : topic));
        return `${channelOf(frame.id)}: ${sized(`${countOf(frame.messages.length, "message")} (${by.join(", ")})`)}`;
      }
      case "gap":
        return `${channelOf(frame.id)}: messages may be missing${gapText(frame.reason, frame.after)}`;
      case "refused":
        return `${channelOf(frame.id)}: the fresh token is refused, ${frame.code}: ${frame.message}`;
      case "ended":
        return `${forget(frame.id)}: ended, ${frame.code}: ${frame.message}${frame.retry ? " (may be tried again)" : " (for good)"}`;
    }
  }

  return {
    sent(text) {
      const frame = JSON.parse(text) as Asked & { readonly subscriptions?: readonly Asked[] };
      return (frame.subscriptions ?? [frame]).map(asks);
    },
    received(text, sized) {
      try {
        return tells(JSON.parse(text), sized);
      } catch {
        return "a frame that is none of the protocol's";
      }
    },
  };
}
