/** Mistakes in publishing, subscribing and tokens. Above each stands the sentence that the compiler says. */
import { type Realtime, realtime, staticSchema } from "halyard";
import { publish, subscribe } from "halyard/client";
import { createHandler, createRealtime } from "halyard/server";
import { readStream } from "halyard/stream";
import type { Transport } from "halyard/transport";
import { z } from "zod";

const chat = realtime.channel({
  name: "chat:{room}",
  topics: {
    text: { schema: z.object({ text: z.string(), by: z.string().optional() }) },
    at: { schema: z.string().transform((text) => new Date(text)) },
    hook: { schema: staticSchema<{ done: () => void }>() },
    mark: { schema: staticSchema<symbol>() },
  },
});
const news = realtime.channel({ name: "news", topics: { text: { schema: z.string() } } });
const ch = chat({ room: "1" });
const app = createRealtime();
declare const plain: Transport<{ replay: false; keys: false; maxBytes: 1024; shared: true }>;
const forgetful = createRealtime({ transport: plain });
declare const token: Realtime.Token<typeof chat>;
declare const textToken: Realtime.Token<typeof chat, ["text"]>;
declare const newsToken: Realtime.Token<typeof news>;
declare const messages: ReadableStream<Realtime.Message<typeof chat>>;

// says: This definition has yet to be called: pass channel({ … }), with its params.
app.token({ channel: chat, topics: ["text"] });

// says: This definition has yet to be called: pass channel({ … }), with its params.
app.subscribe({ channel: chat });

// says: This definition has yet to be called: pass channel({ … }), with its params.
app.history({ channel: chat });

// says: This definition has yet to be called: pass channel({ … }), with its params.
subscribe({ token, channel: chat });

// says: Publish to a topic: channel.status, not the channel.
app.publish(ch, { text: "Hello" });

// says: Publish to a topic: channel.status, not the channel.
app.publish(chat, { text: "Hello" });

// says: Name topics that the channel declares.
app.token({ channel: ch, topics: ["texts"] });

// says: Name topics that the channel declares.
app.token({ channel: ch, publish: ["texts"] });

// says: Name topics that the channel declares.
app.subscribe({ channel: ch, topics: ["texts"] });

// says: Name topics that the channel declares.
subscribe({ token, channel: ch, topics: ["texts"] });

// says: A name alone doesn't say its topics: name them, or pass the channel.
app.token({ channel: "chat:1" });

// says: This token opens another channel, or not all of these topics: make one that does, or ask for fewer.
subscribe({ token: newsToken, channel: ch });

// says: This token opens another channel, or not all of these topics: make one that does, or ask for fewer.
subscribe({ token: textToken, channel: ch, topics: ["text", "at"] });

// says: This token opens another channel, or not all of these topics: make one that does, or ask for fewer.
subscribe({ token: async () => newsToken, channel: ch });

// says: The output of "at" is no legal input of its schema: it can't be parsed again.
subscribe({ token, channel: ch, topics: ["at"], validate: true });

// says: This topic's payload has a function or a symbol, which can't travel: leave it out of the schema.
app.publish(ch.hook, { done() {} });

// says: This topic's payload has a function or a symbol, which can't travel: leave it out of the schema.
app.publish(ch.mark, Symbol());

// says: This topic's payload has a function or a symbol, which can't travel: leave it out of the schema.
publish(ch.hook, { done() {} }, { token });

// says: This topic's payload has a function or a symbol, which can't travel: leave it out of the schema.
app.publishMany([[ch.hook, { done() {} }]]);

// says: This transport keeps no history to resume from: leave after out, or choose one that does.
forgetful.subscribe({ channel: ch, after: "e.1" });

// says: This transport keeps no history: choose one that does.
forgetful.history({ channel: ch });

// says: This transport keeps no idempotency keys: leave key out, or choose one that does.
forgetful.publish(ch.at, "2026-01-01", { key: "k" });

// says: This transport keeps no idempotency keys: leave key out, or choose one that does.
forgetful.publishMany([[ch.at, "2026-01-01", { key: "k" }]]);

// says: This transport can't be part of a transaction: leave tx out, or choose one that can.
app.publish(ch.at, "2026-01-01", { tx: {} });

// says: authorize needs channels: pass a registry({ … }) beside it.
createHandler(app, { authorize: () => true });

// says: This topic carries no streams: declare it with streamOf(…), and pass channel.topic.
app.stream(ch.text, [{ text: "Hello" }]);

// says: This topic carries no streams: declare it with streamOf(…), and pass channel.topic.
app.stream(ch, ["Hello"]);

// says: Name a topic that was declared with streamOf(…).
readStream(messages, { topic: "text" });
