import { type MessageOf, type Realtime, realtime, staticSchema } from "halyard";
import {
  type ChannelState,
  type ChannelStore,
  type ConnectionStatus,
  createChannelStore,
  createClient,
  type Gap,
  type PauseReason,
  type RealtimeError,
  type RunStatus,
} from "halyard/client";
import { expectAssignable, expectNotAssignable, expectType } from "tsd";

const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: staticSchema<{ message: string }>() },
    tokens: { schema: staticSchema<string>() },
  },
});
const channel = pipeline({ runId: "1" });

type Name = `pipeline:${string}`;
type StatusMessage = MessageOf<Name, "status", { message: string }>;
type TokensMessage = MessageOf<Name, "tokens", string>;

declare const both: Realtime.Token<typeof pipeline, ["status", "tokens"]>;
declare const status: Realtime.Token<typeof pipeline, ["status"]>;
declare const messages: (StatusMessage | TokensMessage)[];

const store = createChannelStore({ channel, token: both });
expectType<ChannelStore<StatusMessage | TokensMessage>>(store);
const unsubscribe = store.subscribe(() => {});
expectType<() => void>(unsubscribe);

/** A snapshot narrows by topic, and can't be changed. */
const state = store.getSnapshot();
expectType<ChannelState<StatusMessage | TokensMessage>>(state);
expectType<ConnectionStatus>(state.connectionStatus);
expectType<PauseReason>(state.pauseReason);
expectType<RunStatus>(state.runStatus);
expectType<RealtimeError | null>(state.error);
expectType<Gap | null>(state.gap);
expectType<unknown>(state.result);
expectType<readonly (StatusMessage | TokensMessage)[]>(state.messages.all);
expectType<readonly (StatusMessage | TokensMessage)[]>(state.messages.delta);
expectType<StatusMessage | TokensMessage | null>(state.messages.last);
expectType<StatusMessage | undefined>(state.messages.byTopic.status);
expectType<TokensMessage | undefined>(state.messages.byTopic.tokens);
for (const message of state.messages.all) {
  if (message.topic === "status") expectType<string>(message.data.message);
  else expectType<string>(message.data);
}
// @ts-expect-error
state.messages.byTopic.typo;
// @ts-expect-error
state.messages.all.push(messages[0]);
// @ts-expect-error
state.error = null;
// @ts-expect-error: what hooks follow is theirs
store.follow();

// Some of the topics, as a list that is constant or not.
const one = createChannelStore({ channel, token: status, topics: ["status"] });
expectType<ChannelStore<StatusMessage>>(one);
const TOPICS = ["status"] as const;
expectType<ChannelStore<StatusMessage>>(
  createChannelStore({ channel, token: async () => status, topics: TOPICS }),
);
// @ts-expect-error
createChannelStore({ channel, token: both, topics: ["typo"] });
// @ts-expect-error
createChannelStore({ channel, token: status });
// @ts-expect-error
createChannelStore({ channel: pipeline, token: both });
// @ts-expect-error
createChannelStore({ channel });

/** Every option. */
createChannelStore({
  channel,
  token: () => fetch("/api/token").then((response) => response.text()),
  topics: ["status", "tokens"],
  validate: true,
  historyLimit: null,
  bufferInterval: 100,
  reconnect: false,
  pauseOnHidden: false,
  autoCloseOnTerminal: false,
  url: "/api/realtime",
  client: createClient({ reconnectMinMs: 100, reconnectMaxMs: 5_000 }),
  initialMessages: { messages, position: "e.1", gap: { reason: "trimmed", after: undefined } },
  getRunStatus(message) {
    expectType<StatusMessage | TokensMessage>(message);
    return message.topic === "status" ? "completed" : undefined;
  },
  onMessage: {
    status: (message) => expectType<StatusMessage>(message),
    tokens: (message) => expectType<TokensMessage>(message),
  },
  onGap: (gap) => expectType<Gap>(gap),
  onError: (error) => expectType<RealtimeError>(error),
});
createChannelStore({
  channel,
  token: both,
  initialMessages: messages,
  onMessage: (message) => expectType<StatusMessage | TokensMessage>(message),
});
// @ts-expect-error
createChannelStore({ channel, token: both, initialMessages: [{ topic: "status", data: 5 }] });
// @ts-expect-error
createChannelStore({ channel, token: both, getRunStatus: () => "over" });
// @ts-expect-error
createChannelStore({ channel, token: both, historyLimit: "all" });

/** What takes a store of any channel. */
declare function show(store: ChannelStore<unknown>): void;
show(store);
expectAssignable<ChannelState<unknown>>(state);
expectNotAssignable<ChannelState<StatusMessage>>(state);
