import { type MessageOf, realtime, staticSchema } from "halyard";
import { type App, createRealtime, type HistoryResult, type Subscription } from "halyard/server";
import type { Transport } from "halyard/transport";
import { memory } from "halyard/transports/memory";
import { expectType } from "tsd";

const chat = realtime.channel({
  name: "chat:{room}",
  topics: { text: { schema: staticSchema<string>() }, count: { schema: staticSchema<number>() } },
});
const ch = chat({ room: "1" });
type Text = MessageOf<`chat:${string}`, "text", string>;
type Count = MessageOf<`chat:${string}`, "count", number>;

declare const fireAndForget: Transport<{ replay: false; keys: false; maxBytes: 1024; shared: true }>;
const app = createRealtime();
const plain = createRealtime({ transport: fireAndForget });

// Messages narrow by topic.
expectType<Promise<Subscription<Text | Count>>>(app.subscribe({ channel: ch }));
expectType<Promise<Subscription<Text>>>(app.subscribe({ channel: ch, topics: ["text"] }));
expectType<Promise<HistoryResult<Count>>>(app.history({ channel: ch, topics: ["count"], limit: 5 }));
app.subscribe({
  channel: ch,
  onMessage(message) {
    if (message.topic === "text") expectType<string>(message.data);
    else expectType<number>(message.data);
  },
});
app.subscribe({
  channel: ch,
  onMessage: {
    text: (message) => expectType<Text>(message),
    count: async ({ data }) => expectType<number>(data),
  },
});
app.subscribe({ channel: ch, topics: ["text"], onMessage: { text: ({ data }) => expectType<string>(data) } });
// @ts-expect-error Each topic that is subscribed to has its function.
app.subscribe({ channel: ch, onMessage: { text: () => {} } });
// @ts-expect-error It isn't subscribed to.
app.subscribe({ channel: ch, topics: ["text"], onMessage: { text: () => {}, count: () => {} } });
// @ts-expect-error There is no such topic.
app.subscribe({ channel: ch, onMessage: { text: () => {}, counts: () => {} } });
// @ts-expect-error Its message is another.
app.subscribe({ channel: ch, onMessage: { text: () => {}, count: (message: Text) => message } });
// @ts-expect-error There is no such topic.
app.subscribe({ channel: ch, topics: ["texts"] });
// @ts-expect-error A definition must be called.
app.subscribe({ channel: chat });
// @ts-expect-error There is no such topic.
app.history({ channel: ch, topics: ["texts"] });
// @ts-expect-error A definition must be called.
app.history({ channel: chat });
// What is done with the messages doesn't choose the topics.
// @ts-expect-error
export const narrow: Promise<Subscription<Text>> = app.subscribe({ channel: ch });
// @ts-expect-error
export const narrowPage: Promise<HistoryResult<Text>> = app.history({ channel: ch });
// @ts-expect-error
app.subscribe({ channel: ch, onMessage: (message: Text) => message.data });

// What a transport can do, decides what compiles.
app.subscribe({ channel: ch, after: "e.1" });
app.history({ channel: ch, after: "e.1" });
app.publish(ch.text, "a", { key: "k" });
createRealtime({ transport: memory() }).history({ channel: ch });
plain.subscribe({ channel: ch });
plain.publish(ch.text, "a");
// @ts-expect-error It doesn't replay.
plain.subscribe({ channel: ch, after: "e.1" });
// @ts-expect-error It keeps no history.
plain.history({ channel: ch });
// @ts-expect-error It keeps no keys.
plain.publish(ch.text, "a", { key: "k" });
// @ts-expect-error Nor here.
plain.publishMany([[ch.text, "a", { key: "k" }]]);

// A transport that is chosen at run time can what all choices can.
declare const chosen: typeof fireAndForget | ReturnType<typeof memory>;
const either = createRealtime({ transport: chosen });
either.subscribe({ channel: ch });
// @ts-expect-error One of them doesn't replay.
either.subscribe({ channel: ch, after: "e.1" });
// @ts-expect-error One of them keeps no history.
either.history({ channel: ch });
// @ts-expect-error One of them keeps no keys.
either.publish(ch.text, "a", { key: "k" });

// An app of whatever transport takes any, and can what all can.
declare function takesAny(app: App): void;
takesAny(app);
takesAny(plain);
takesAny(either);
