import { type MessageOf, type Realtime, realtime, staticSchema } from "halyard";
import {
  type ConnectionStatus,
  type Gap,
  type PauseReason,
  type RealtimeError,
  type RunStatus,
  webSocket,
} from "halyard/client";
import {
  RealtimeProvider,
  type RealtimeResult,
  type UseRealtimeOptions,
  type UseRealtimeResult,
  type UseStreamResult,
  useRealtime,
  useStream,
  useTopic,
} from "halyard/react";
import { streamOf } from "halyard/stream";
import { expectAssignable, expectNotAssignable } from "tsd";
import { exactly } from "./exactly.js";

const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: staticSchema<{ message: string }>() },
    tokens: { schema: staticSchema<string>() },
  },
});
const chat = realtime.channel({
  name: "chat:{id}",
  topics: { answer: { schema: streamOf(staticSchema<string>()) }, at: { schema: staticSchema<Date>() } },
});
const news = realtime.channel({ name: "news", topics: { status: { schema: staticSchema<number>() } } });
const channel = pipeline({ runId: "1" });

type Name = `pipeline:${string}`;
type StatusMessage = MessageOf<Name, "status", { message: string }>;
type TokensMessage = MessageOf<Name, "tokens", string>;

declare const both: Realtime.Token<typeof pipeline, ["status", "tokens"]>;
declare const status: Realtime.Token<typeof pipeline, ["status"]>;
declare const newsToken: Realtime.Token<typeof news>;
declare const condition: boolean;

/** All that it gives. */
export function All() {
  const result = useRealtime({ channel, token: both });
  exactly<typeof result, RealtimeResult<StatusMessage | TokensMessage>>();
  exactly<typeof result, UseRealtimeResult<typeof pipeline>>();
  exactly<typeof result.connectionStatus, ConnectionStatus>();
  exactly<typeof result.runStatus, RunStatus>();
  exactly<typeof result.pauseReason, PauseReason>();
  exactly<typeof result.isPaused, boolean>();
  exactly<typeof result.error, RealtimeError | null>();
  exactly<typeof result.gap, Gap | null>();
  exactly<typeof result.result, unknown>();
  exactly<typeof result.reset, () => void>();

  const { all, byTopic, last, delta } = result.messages;
  exactly<typeof all, readonly (StatusMessage | TokensMessage)[]>();
  exactly<typeof delta, readonly (StatusMessage | TokensMessage)[]>();
  exactly<typeof last, StatusMessage | TokensMessage | null>();
  exactly<typeof byTopic.status, StatusMessage | undefined>();
  exactly<typeof byTopic.tokens, TokensMessage | undefined>();
  if (last?.topic === "status") exactly<typeof last.data.message, string>();
  // @ts-expect-error A topic that isn't declared.
  byTopic.stauts;
  // @ts-expect-error A snapshot isn't changed.
  all.push(delta[0]);
  return all.map((message) => (
    <li key={message.id}>{message.topic === "status" ? message.data.message : message.data}</li>
  ));
}

/** Topics narrow, and are checked. */
export function Topics() {
  const { messages } = useRealtime({ channel, topics: ["status"], token: status });
  exactly<typeof messages.last, StatusMessage | null>();
  // @ts-expect-error It wasn't asked for.
  messages.byTopic.tokens;
  const topics = ["status"] as const;
  exactly<ReturnType<typeof useStatus>, UseRealtimeResult<typeof pipeline, ["status"]>>();
  function useStatus() {
    return useRealtime({ channel, topics, token: () => "eyJ…" });
  }
  // @ts-expect-error A typo.
  useRealtime({ channel, topics: ["stauts"], token: both });
  // @ts-expect-error A typo in a list of its own.
  useRealtime({ channel, topics: ["status", "typo"] as const, token: both });
  // @ts-expect-error The token doesn't open all that is asked for.
  useRealtime({ channel, token: status });
  // @ts-expect-error Nor this.
  useRealtime({ channel, topics: ["tokens"], token: async () => status });
  // @ts-expect-error A token of another channel.
  useRealtime({ channel, token: newsToken });
  // @ts-expect-error The definition has yet to be called.
  useRealtime({ channel: pipeline, token: both });
  // @ts-expect-error No option of it.
  useRealtime({ channel, token: both, onMesage() {} });
  // @ts-expect-error Milliseconds are a number.
  useRealtime({ channel, token: both, bufferInterval: "1s" });
}

/** Every option, by the names of Inngest's hook, and beyond. */
export function Options() {
  useRealtime({
    channel,
    topics: ["tokens"],
    token: async () => both,
    key: "1",
    enabled: condition,
    bufferInterval: 100,
    validate: true,
    historyLimit: null,
    apiBaseUrl: "https://example.com/api/realtime",
    reconnect: true,
    reconnectMinMs: 250,
    reconnectMaxMs: 5000,
    pauseOnHidden: true,
    autoCloseOnTerminal: true,
    wires: [webSocket()],
    onMessage: (message) => exactly<typeof message, TokensMessage>(),
    onGap: (gap) => exactly<typeof gap, Gap>(),
    onError: (error) => exactly<typeof error, RealtimeError>(),
    getRunStatus: (message) => (message.data === "end" ? "completed" : undefined),
  });
  useRealtime({ channel, onMessage: { status: ({ data }) => data.message, tokens: ({ data }) => data } });
  // @ts-expect-error A handler for a topic that wasn't asked for.
  useRealtime({ channel, topics: ["status"], onMessage: { status() {}, tokens() {} } });
  // What may be left out may be undefined.
  useRealtime({ channel, topics: undefined, token: undefined, key: undefined, select: undefined });
  // @ts-expect-error No such status.
  useRealtime({ channel, getRunStatus: () => "finished" });
}

/** What is selected is what it gives. */
export function Selected() {
  const count = useRealtime({ channel, token: both, select: ({ messages }) => messages.all.length });
  exactly<typeof count, number>();
  const text = useRealtime({
    channel,
    topics: ["status"],
    token: both,
    select: ({ messages, reset }) => ({ text: messages.last?.data.message, reset }),
  });
  exactly<typeof text, { text: string | undefined; reset: () => void }>();
  // @ts-expect-error What was selected has no messages.
  text.messages;
}

/** There may be no channel yet. */
export function Later({ runId }: { readonly runId: string | undefined }) {
  const { messages } = useRealtime({
    channel: runId === undefined ? undefined : pipeline({ runId }),
    topics: ["status"],
    token: () => fetch("/token").then((response) => response.text()),
  });
  exactly<typeof messages.last, StatusMessage | null>();
  useRealtime({ channel: condition ? channel : null, token: both });
}

/** Of a name, nothing but the topics is known. */
export function Named({ name }: { readonly name: string }) {
  const { messages } = useRealtime({ channel: name, topics: ["status", "tokens"], token: () => "eyJ…" });
  exactly<typeof messages.byTopic.status, MessageOf<string, "status", unknown> | undefined>();
  useRealtime({ channel: name, topics: ["status"], token: status });
  // @ts-expect-error
  useRealtime({ channel: name, token: () => "eyJ…" });
}

/** A token that is at hand says what it opens. */
export function ByToken() {
  const { messages } = useRealtime({ token: status });
  exactly<typeof messages.last, StatusMessage | null>();
  // @ts-expect-error Of a function it isn't known beforehand.
  useRealtime({ token: () => status });
}

/** What a server rendered. */
export function Rendered({ history }: { readonly history: readonly StatusMessage[] }) {
  useRealtime({ channel, topics: ["status"], token: status, initialMessages: history });
  useRealtime({ channel, topics: ["status"], initialMessages: { messages: history, position: "e.1" } });
  // @ts-expect-error Messages of another topic.
  useRealtime({ channel, topics: ["tokens"], token: both, initialMessages: history });
}

/** A hook of one's own takes what it takes, and gives what it gives. */
export function usePipeline(
  runId: string,
  options: Omit<UseRealtimeOptions<typeof pipeline, ["status"]>, "channel" | "topics"> = {},
): UseRealtimeResult<typeof pipeline, ["status"]> {
  return useRealtime({ ...options, channel: pipeline({ runId }), topics: ["status"] });
}
exactly<ReturnType<typeof usePipeline>["messages"]["last"], StatusMessage | null>();

/** The last value of a topic. */
export function Last() {
  const last = useTopic(channel.status, { token: status });
  exactly<typeof last, { message: string } | undefined>();
  const always = useTopic(channel.tokens, { initialValue: "…" });
  exactly<typeof always, string>();
  exactly<Date | undefined, ReturnType<typeof useAt>>();
  function useAt() {
    return useTopic(condition ? chat({ id: "1" }).at : undefined, { enabled: true, token: () => "eyJ…" });
  }
  // @ts-expect-error Another type.
  useTopic(channel.tokens, { initialValue: 5 });
  // @ts-expect-error The token opens another topic.
  useTopic(channel.tokens, { token: status });
  // @ts-expect-error A channel is no reference.
  useTopic(channel);
}

/** A stream, as far as it has come. */
export function Streamed() {
  const answer = useStream(chat({ id: "1" }).answer);
  exactly<typeof answer, UseStreamResult<string>>();
  exactly<typeof answer.status, "idle" | "streaming" | "done" | "error">();
  exactly<typeof answer.chunks, readonly string[]>();
  exactly<typeof answer.text, string>();
  exactly<typeof answer.error, RealtimeError | undefined>();
  useStream(condition ? chat({ id: "1" }).answer : null, { token: () => "eyJ…", enabled: condition });
  // @ts-expect-error A topic that carries no streams.
  useStream(channel.status);
}

/** What the hooks below it have in common. */
export const page = (
  <RealtimeProvider
    url="https://example.com/api/realtime"
    historyLimit={50}
    token={({ channel, topics }) =>
      fetch(`/t?${channel}&${topics.join()}`).then((response) => response.text())
    }
  >
    <All />
  </RealtimeProvider>
);
<RealtimeProvider token={() => status} />;
<RealtimeProvider token={async () => both} />;
// @ts-expect-error A token is made for what is asked for: it can't be one.
<RealtimeProvider token="eyJ…" />;

// A state of fewer topics is one of more.
expectAssignable<RealtimeResult<StatusMessage | TokensMessage>["messages"]["all"]>([] as StatusMessage[]);
expectNotAssignable<RealtimeResult<StatusMessage>["messages"]["all"]>([] as TokensMessage[]);
