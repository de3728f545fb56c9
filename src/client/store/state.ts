/** Snapshots of a store: the first one, and each of the one before. What didn't change is the very same. */
import { guard } from "../../handlers.js";
import type { AnyMessage } from "../../message.js";
import type { StoreOptions } from "./options.js";
import type { ChannelMessages, ChannelState, InitialMessages, LatestByTopic, RunStatus } from "./types.js";

/** No messages. */
export const EMPTY: readonly never[] = Object.freeze([]);

const NOTHING: ChannelMessages<never> = Object.freeze({
  all: EMPTY,
  byTopic: Object.freeze({}),
  last: null,
  delta: EMPTY,
});

/** What is left of what came when all is forgotten. */
export const BLANK = {
  messages: NOTHING,
  gap: null,
  error: null,
  runStatus: "unknown",
  result: undefined,
} as const;

/** How a run stands. */
export type Run = Pick<ChannelState<unknown>, "runStatus" | "result">;

/** What a run's end is called. */
export const isTerminal = (status: RunStatus): boolean => /^(completed|failed|cancelled)$/.test(status);

/** What to begin with, whichever way it was given. */
export const readInitial = <Msg>(initial: InitialMessages<Msg> | undefined) =>
  "messages" in Object(initial)
    ? // It isn't the array, which has no such member.
      (initial as Exclude<InitialMessages<Msg>, readonly Msg[]>)
    : // And so it is.
      { messages: (initial ?? EMPTY) as readonly Msg[], position: undefined, gap: undefined };

/** What a first snapshot depends on. */
export type InitialOptions = Pick<
  StoreOptions,
  "initialMessages" | "limit" | "getRunStatus" | "autoCloseOnTerminal" | "onError"
>;

/** The first snapshot: of what there is to begin with. */
export function firstState({
  initialMessages,
  limit,
  getRunStatus,
  autoCloseOnTerminal,
  onError,
}: InitialOptions): ChannelState<AnyMessage> {
  const { messages, gap } = readInitial(initialMessages);
  let run: Run = BLANK;
  for (const message of messages) run = runAfter(run, message, getRunStatus, onError);
  const isOver = autoCloseOnTerminal && isTerminal(run.runStatus);
  return Object.freeze({
    connectionStatus: isOver ? "closed" : "idle",
    isPaused: false,
    pauseReason: null,
    messages: withMessages(withMessages(NOTHING, messages, limit), EMPTY, limit),
    gap: gap ?? null,
    error: null,
    runStatus: run.runStatus,
    result: run.result,
  });
}

/** How a run stands after a message. */
export function runAfter(
  run: Run,
  message: AnyMessage,
  getRunStatus: StoreOptions["getRunStatus"],
  onError: StoreOptions["onError"],
): Run {
  // By its type, it gives no promise.
  const runStatus = guard(getRunStatus, message, onError) as RunStatus | undefined;
  return runStatus ? { runStatus, result: isTerminal(runStatus) ? message.data : undefined } : run;
}

/** A snapshot's messages, and those that came since. */
export function withMessages<Msg extends AnyMessage>(
  before: ChannelMessages<Msg>,
  fresh: readonly Msg[],
  limit: number,
): ChannelMessages<Msg> {
  if (!fresh.length) return before.delta.length ? Object.freeze({ ...before, delta: EMPTY }) : before;
  const latest: Record<string, Msg> = {};
  for (const message of fresh) latest[message.topic] = message;
  const room = Math.max(0, limit - fresh.length);
  const all = before.all
    .slice(Math.max(0, before.all.length - room))
    .concat(fresh.slice(Math.max(0, fresh.length - limit)));
  return Object.freeze({
    all: all.length ? Object.freeze(all) : EMPTY,
    // By topic, each of the topic's own messages.
    byTopic: Object.freeze({ ...before.byTopic, ...latest }) as LatestByTopic<Msg>,
    // There is one.
    last: fresh[fresh.length - 1] as Msg,
    delta: fresh,
  });
}

/** Gives the snapshot itself where the changes are none. */
export function withChanges<Msg>(
  before: ChannelState<Msg>,
  changes: Partial<ChannelState<Msg>>,
): ChannelState<Msg> {
  const names = Object.keys(changes) as (keyof ChannelState<Msg>)[];
  return names.every((name) => Object.is(before[name], changes[name]))
    ? before
    : Object.freeze({ ...before, ...changes });
}
