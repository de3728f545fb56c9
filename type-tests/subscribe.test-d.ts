import { type MessageOf, type Realtime, realtime, staticSchema } from "halyard";
import {
  type ChannelLike,
  type Client,
  type Status,
  type Subscription,
  subscribe,
  webSocket,
} from "halyard/client";
import { expectAssignable, expectNotType, expectType } from "tsd";

const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: staticSchema<{ message: string }>() },
    tokens: { schema: staticSchema<string>() },
  },
});
const news = realtime.channel({ name: "news", topics: { status: { schema: staticSchema<number>() } } });
const channel = pipeline({ runId: "1" });

type Name = `pipeline:${string}`;
type StatusMessage = MessageOf<Name, "status", { message: string }>;
type TokensMessage = MessageOf<Name, "tokens", string>;
type AnyMessage = MessageOf<string, string, unknown>;

declare const both: Realtime.Token<typeof pipeline, ["status", "tokens"]>;
declare const status: Realtime.Token<typeof pipeline, ["status"]>;
declare const newsToken: Realtime.Token<typeof news>;
// biome-ignore lint/suspicious/noExplicitAny: what `await response.json()` gives.
declare const untyped: any;
declare const client: Client;

/** A loop over both topics narrows by `topic`, and needs no cast. */
export async function narrow() {
  for await (const message of await subscribe({ token: both, channel })) {
    expectType<Name>(message.channel);
    expectType<Date>(message.createdAt);
    expectType<"status" | "tokens">(message.topic);
    if (message.topic === "status") expectType<string>(message.data.message);
    else expectType<string>(message.data);
  }
}

// A token alone.
expectType<Promise<Subscription<StatusMessage | TokensMessage>>>(subscribe(both));
expectType<Promise<Subscription<StatusMessage>>>(subscribe(status));
expectType<Promise<Subscription<StatusMessage>>>(client.subscribe(status));
expectType<Promise<Subscription<AnyMessage>>>(subscribe(untyped));
expectType<Promise<Subscription<AnyMessage>>>(subscribe("eyJ…"));
// @ts-expect-error
subscribe(channel);
// @ts-expect-error
subscribe(5);

// A token among the options says what the messages are.
expectType<Promise<Subscription<StatusMessage | TokensMessage>>>(subscribe({ token: both }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: both, topics: ["status"] }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: async () => status }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: () => status }));
expectType<Promise<Subscription<AnyMessage>>>(subscribe({ token: untyped }));
expectType<Promise<Subscription<AnyMessage>>>(subscribe({ token: () => untyped, topics: ["anything"] }));
expectType<Promise<Subscription<AnyMessage>>>(subscribe({ token: () => fetch("/t").then((r) => r.json()) }));
expectType<Promise<Subscription<AnyMessage>>>(subscribe({ token: () => fetch("/t").then((r) => r.text()) }));
// @ts-expect-error
subscribe({ token: both, topics: ["typo"] });
// @ts-expect-error
subscribe({ token: status, topics: ["tokens"] });
// @ts-expect-error
subscribe({ topics: ["status"] });
// @ts-expect-error
subscribe({ token: 5 });

// A channel says what the messages are; the token must open the topics.
const topics = ["status"] as const;
expectType<Promise<Subscription<StatusMessage | TokensMessage>>>(subscribe({ token: both, channel }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: both, channel, topics }));
expectType<Promise<Subscription<TokensMessage>>>(subscribe({ token: both, channel, topics: ["tokens"] }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: status, channel, topics: ["status"] }));
for (const token of [untyped, () => untyped, "eyJ…", () => "eyJ…", async () => "eyJ…"]) {
  expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token, channel, topics }));
}
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: () => "eyJ…", channel, topics }));
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: async () => both, channel, topics }));
expectType<Promise<Subscription<MessageOf<"news", "status", number>>>>(
  subscribe({ token: newsToken, channel: news }),
);
expectType<Promise<Subscription<StatusMessage | TokensMessage>>>(
  subscribe({ token: both, channel, topics: [] as ("status" | "tokens")[] }),
);

// A topic too few, another channel, a typo, a definition that has yet to be called.
// @ts-expect-error
subscribe({ token: status, channel });
// @ts-expect-error
subscribe({ token: async () => status, channel });
// @ts-expect-error
subscribe({ token: () => status, channel, topics: ["tokens"] });
// @ts-expect-error
subscribe({ token: newsToken, channel });
// @ts-expect-error
subscribe({ token: both, channel: news });
// @ts-expect-error
subscribe({ token: both, channel, topics: ["typo"] });
// @ts-expect-error
subscribe({ token: both, channel, topics: ["status", "typo"] as const });
// @ts-expect-error
subscribe({ token: both, channel: pipeline });
// @ts-expect-error
subscribe({ token: both, channel: "pipeline:1" });
// @ts-expect-error
subscribe({ token: undefined, channel });
// @ts-expect-error
subscribe({ channel, topics });

// A channel of another copy of the package.
declare const foreign: ChannelLike<
  Name,
  { status: { input: { message: string }; output: { message: string } } }
>;
expectType<Promise<Subscription<StatusMessage>>>(subscribe({ token: status, channel: foreign }));

// Handlers are typed, and fix nothing.
subscribe({
  token: both,
  channel,
  topics: ["tokens"],
  onMessage: (message) => expectType<TokensMessage>(message),
  onGap: ({ reason, after }) => {
    expectAssignable<string>(reason);
    expectType<string | undefined>(after);
  },
  onError: ({ code }) => expectNotType<never>(code),
  onStatus: (now) => expectType<Status>(now),
});
subscribe({ token: status, onMessage: async (message) => expectType<StatusMessage>(message) });
subscribe({ token: untyped, onMessage: (message) => expectType<AnyMessage>(message) });
// @ts-expect-error
subscribe({ token: both, channel, onMessage: (message: TokensMessage) => message });
// A function for each topic.
subscribe({
  token: both,
  channel,
  onMessage: {
    status: (message) => expectType<StatusMessage>(message),
    tokens: async ({ data }) => expectType<string>(data),
  },
});
subscribe({ token: status, onMessage: { status: (message) => expectType<StatusMessage>(message) } });
subscribe({ token: untyped, onMessage: { status: (message) => expectType<AnyMessage>(message) } });
// @ts-expect-error
subscribe({ token: both, channel, onMessage: { status() {} } });
// @ts-expect-error
subscribe({ token: both, channel, topics: ["status"], onMessage: { status() {}, tokens() {} } });
// @ts-expect-error
subscribe({ token: status, onMessage: { stauts() {} } });
// @ts-expect-error
subscribe({ token: both, channel, onMesage() {} });

// Whatever may be left out may be undefined.
subscribe({
  token: both,
  channel,
  topics: undefined,
  url: undefined,
  after: undefined,
  signal: undefined,
  wires: undefined,
  validate: undefined,
  onMessage: undefined,
});
subscribe({ token: both, channel: undefined });
subscribe({ token: both, wires: [webSocket()], url: "/api/realtime", after: "e.1" });
// @ts-expect-error
subscribe({ token: both, after: 5 });

// `validate: true` needs a channel, and topics whose output can be parsed again.
type Schema<In, Out> = {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "test";
    readonly validate: (value: unknown) => { readonly value: Out };
    readonly types?: { readonly input: In; readonly output: Out };
  };
};
declare const twoWay: Schema<{ at?: Date }, { at: Date }>;
declare const oneWay: Schema<string, number>;
const mixed = realtime.channel({
  name: "mixed",
  topics: { twoWay: { schema: twoWay }, oneWay: { schema: oneWay } },
});
declare const mixedToken: Realtime.Token<typeof mixed>;
expectType<Promise<Subscription<MessageOf<"mixed", "twoWay", { at: Date }>>>>(
  subscribe({ token: mixedToken, channel: mixed, topics: ["twoWay"], validate: true }),
);
subscribe({ token: mixedToken, channel: mixed, validate: false });
subscribe({ token: both, channel, validate: true as boolean });
// @ts-expect-error
subscribe({ token: mixedToken, channel: mixed, validate: true });
// @ts-expect-error
subscribe({ token: mixedToken, channel: mixed, topics: ["oneWay"], validate: true });
// @ts-expect-error
subscribe({ token: mixedToken, validate: true });

// A subscription can be passed on.
declare const subscription: Subscription<StatusMessage>;
expectAssignable<AsyncIterable<AnyMessage>>(subscription);
expectType<ReadableStream<StatusMessage>>(subscription.getJsonStream());
expectType<ReadableStream<Uint8Array>>(subscription.getEncodedStream());
new Response(subscription.getEncodedStream());
expectType<void>(subscription.close());
