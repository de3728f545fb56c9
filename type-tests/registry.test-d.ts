import { type Channel, realtime, registry, staticSchema } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { expectType } from "tsd";

const text = { text: { schema: staticSchema<string>() } };
const count = { count: { schema: staticSchema<number>() } };
const news = realtime.channel({ name: "news", topics: text });
const chat = realtime.channel({ name: "chat:{room}", topics: count });
const run = realtime.channel({ name: ({ id }: { id: string }) => `run:${id}`, topics: text });
const channels = registry({ news, chat });
declare const name: string;
declare const either: "news" | "chat:1";

// A match narrows by its entry.
const match = channels.match(name);
expectType<"news" | "chat" | undefined>(match?.entry);
if (match?.entry === "chat") {
  expectType<{ readonly room: string }>(match.params);
  expectType<`chat:${string}`>(match.channel.name);
  expectType<number>(match.channel.$infer.count);
  expectType<readonly "count"[]>(match.topics);
  // @ts-expect-error That is the other's topic.
  match.channel.text;
} else if (match) {
  expectType<"news">(match.channel.name);
  expectType<readonly "text"[]>(match.topics);
  // @ts-expect-error A literal name has no params.
  match.params.room;
}
// @ts-expect-error It may have found none.
match.entry;

// A channel by its name.
expectType<number>(channels.channel("chat:1").$infer.count);
expectType<"chat:1">(channels.channel("chat:1").name);
expectType<string>(channels.channel("news").$infer.text);
expectType<`chat:${string}`>(channels.channel(`chat:${name}`).name);
// One that isn't known yet is one of them, and told apart by its topics.
expectType<"news" | `chat:${string}`>(channels.channel(name).name);
expectType<"news" | "chat:1">(channels.channel(either).name);
const found = channels.channel(name);
if ("text" in found) expectType<string>(found.$infer.text);
// @ts-expect-error "No channel of this registry has this name."
channels.channel("chats:1");
// @ts-expect-error
channels.channel("new");
// @ts-expect-error A name is text.
channels.channel(5);
// @ts-expect-error It could be the other one.
found.text;

// The channels themselves.
expectType<typeof chat>(channels.channels.chat);
// @ts-expect-error There is no such entry.
channels.channels.chats;
// @ts-expect-error Nothing is added later.
channels.channels.chat = chat;

// What can't be read back isn't taken.
// @ts-expect-error A name function.
registry({ news, run });
// @ts-expect-error A reference.
registry({ text: news.text });
// @ts-expect-error A name.
registry({ news: "news" });
registry({ one: run({ id: "1" }) });
expectType<Channel<"news", unknown>["name"]>(news.name);

// What authorize answers are topics of its channels.
const app = createRealtime();
createHandler(app, { channels, authorize: ({ topics }) => ({ topics, publish: ["count"], subject: "me" }) });
createHandler(app, { channels, authorize: async ({ entry }) => entry === "news" && { topics: ["text"] } });
// @ts-expect-error There is no such topic.
createHandler(app, { channels, authorize: () => ({ topics: ["texts"] }) });
