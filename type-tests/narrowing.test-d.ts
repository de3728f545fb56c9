import { type Realtime, realtime, registry, staticSchema } from "halyard";
import { createClient, subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import type { Equal, Expect } from "halyard/testing";

interface Status {
  message: string;
}
const scan = realtime.channel({
  name: "scan:{id}",
  topics: {
    status: { schema: staticSchema<Status>() },
    token: { schema: staticSchema<string>() },
    done: { schema: staticSchema<null>() },
  },
});
const news = realtime.channel({ name: "news", topics: { text: { schema: staticSchema<number>() } } });
type Message = Realtime.Message<typeof scan>;
type Of<K extends Realtime.Topics<typeof scan>> = Realtime.Message<typeof scan, [K]>;
declare const isExactly: <T>() => <V>(value: Equal<V, T> extends true ? V : never) => void;
declare const token: Realtime.Token<typeof scan>;
const channel = scan({ id: "1" });

// By `if`, on the message or on what it was taken apart into.
export function byIf(message: Message): void {
  if (message.topic === "status") isExactly<Status>()(message.data);
  else if (message.topic === "token") isExactly<string>()(message.data);
  else isExactly<null>()(message.data);
  if (message.topic !== "done") isExactly<Status | string>()(message.data);
  const { topic, data } = message;
  if (topic === "token") isExactly<string>()(data);
  // @ts-expect-error Not before it was narrowed.
  message.data.message;
  // @ts-expect-error There is no such topic.
  if (message.topic === "stauts") return;
}

// By `switch`: one that forgets a topic doesn't compile.
export function bySwitch(message: Message): string {
  switch (message.topic) {
    case "status":
      return message.data.message;
    case "token":
      return message.data;
    case "done":
      return "";
    default:
      return message satisfies never;
  }
}
export function forgetful(message: Message): string {
  switch (message.topic) {
    case "status":
    case "token":
      return "";
    default:
      // @ts-expect-error
      return message satisfies never;
  }
}
export function withoutDefault({ topic }: Message): string {
  switch (topic) {
    case "status":
      return "";
    case "token":
      return "";
    case "done":
      return "";
  }
}

// By a map of functions, a user's own or the subscription's.
type Handlers = { [K in Realtime.Topics<typeof scan>]: (message: Of<K>) => string };
const handlers: Handlers = {
  status: ({ data }) => data.message,
  token: ({ data }) => data,
  done: () => "",
};
// @ts-expect-error
export const incomplete: Handlers = { status: ({ data }) => data.message, token: ({ data }) => data };
export const dispatch = <K extends Realtime.Topics<typeof scan>>(topic: K, message: Of<K>): string =>
  handlers[topic](message);
subscribe({ token, channel, onMessage: handlers });
createClient().subscribe({ token, channel, onMessage: handlers });
createRealtime().subscribe({ channel, onMessage: handlers });
createClient().subscribe({
  token,
  channel,
  topics: ["status"],
  onMessage: { status: (message) => isExactly<Of<"status">>()(message) },
});
// @ts-expect-error
createClient().subscribe({ token, channel, onMessage: { status: () => {} } });
// @ts-expect-error
subscribe({ token, channel, onMessage: { ...handlers, done: "no function" } });
// @ts-expect-error
subscribe({ token, channel, onMessage: { ...handlers, status: (message: Of<"token">) => message } });

// In a loop, with one topic, and of two channels at once.
for await (const message of await subscribe({ token, channel })) {
  isExactly<Message>()(message);
  if (message.topic === "status") isExactly<Of<"status">>()(message);
}
for await (const message of await subscribe({ token, channel, topics: ["token"] })) {
  isExactly<string>()(message.data);
}
export function ofTwo(message: Message | Realtime.Message<typeof news>): void {
  if (message.topic === "text") {
    isExactly<number>()(message.data);
    isExactly<"news">()(message.channel);
  } else isExactly<`scan:${string}`>()(message.channel);
}
const channels = registry({ scan, news });
export function ofRegistry(message: Realtime.Registry.Message<typeof channels, "news" | "scan:1">): void {
  if (message.topic === "text") isExactly<number>()(message.data);
  else isExactly<Status | string | null>()(message.data);
}
export type Ids = [Expect<Equal<Message["id"], string>>, Expect<Equal<Message["createdAt"], Date>>];
