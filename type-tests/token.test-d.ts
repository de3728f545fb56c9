import { type Realtime, realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { expectAssignable, expectType } from "tsd";

const app = createRealtime();
const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: staticSchema<{ message: string }>() },
    tokens: { schema: staticSchema<{ token: string }>() },
  },
});
const other = realtime.channel({
  name: "other:{runId}",
  topics: { status: { schema: staticSchema<{ message: string }>() } },
});
const same = realtime.channel({
  name: "pipeline:{runId}",
  topics: { status: { schema: staticSchema<{ message: number }>() } },
});
const narrow = realtime.channel({
  name: "pipeline:{runId}",
  topics: { status: { schema: staticSchema<{ message: "Done" }>() } },
});
const ch = pipeline({ runId: "42" });
declare const runId: string;

type Status = Realtime.Token<typeof pipeline, ["status"]>;
type Tokens = Realtime.Token<typeof pipeline, ["tokens"]>;
type Both = Realtime.Token<typeof pipeline, ["status", "tokens"]>;

// A definition and a channel of it give one type; so do all topics and none named. Order and repeats don't matter.
expectType<Both>(null as unknown as Realtime.Token<typeof ch, ["status", "tokens"]>);
expectType<Both>(null as unknown as Realtime.Token<typeof pipeline>);
expectType<Both>(null as unknown as Realtime.Token<typeof ch>);
expectType<Both>(null as unknown as Realtime.Token<typeof pipeline, ["tokens", "status"]>);
expectType<Both>(null as unknown as Realtime.Token<typeof pipeline, readonly ["tokens", "status", "tokens"]>);
expectType<Both>(null as unknown as Realtime.Token<typeof pipeline, ("status" | "tokens")[]>);

// Other topics, another type: neither way.
// @ts-expect-error
expectAssignable<Status>(null as unknown as Tokens);
// @ts-expect-error
expectAssignable<Tokens>(null as unknown as Status);
// @ts-expect-error
expectAssignable<Status>(null as unknown as Both);
// @ts-expect-error
expectAssignable<Both>(null as unknown as Status);
// Nor another name, nor other payloads under the same names.
// @ts-expect-error
expectAssignable<Status>(null as unknown as Realtime.Token<typeof other>);
// @ts-expect-error
expectAssignable<Realtime.Token<typeof other>>(null as unknown as Status);
// @ts-expect-error
expectAssignable<Status>(null as unknown as Realtime.Token<typeof same>);
// @ts-expect-error
expectAssignable<Realtime.Token<typeof same>>(null as unknown as Status);
// @ts-expect-error
expectAssignable<Status>(null as unknown as Realtime.Token<typeof narrow>);
// @ts-expect-error
expectAssignable<Realtime.Token<typeof narrow>>(null as unknown as Status);

// @ts-expect-error There is no such topic.
export type Unknown = Realtime.Token<typeof pipeline, ["stauts"]>;
// @ts-expect-error A reference is no channel.
export type OfReference = Realtime.Token<typeof ch.status>;
// @ts-expect-error Nor is a name.
export type OfName = Realtime.Token<"pipeline:42">;

// What a token holds: JSON, and the name in it.
expectType<`pipeline:${string}`>((null as unknown as Both).channel);
expectType<readonly ("status" | "tokens")[]>((null as unknown as Both).topics);
expectType<string>((null as unknown as Both).key);
expectType<string | undefined>((null as unknown as Both).url);
expectAssignable<Status>({ channel: "pipeline:42", topics: ["status"], key: "eyJ…" });
// @ts-expect-error
expectAssignable<Status>({ channel: "news", topics: ["status"], key: "eyJ…" });
// @ts-expect-error
expectAssignable<Status>({ channel: "pipeline:42", topics: ["tokens"], key: "eyJ…" });

// app.token gives the same types.
expectType<Promise<Status>>(app.token({ channel: ch, topics: ["status"] }));
expectType<Promise<Both>>(
  app.token({ channel: ch, topics: ["tokens", "status"], expiresIn: "5m", subject: "me" }),
);
expectType<Promise<Both>>(app.token({ channel: ch }));
const list = ["status"] as const;
expectType<Promise<Status>>(app.token({ channel: ch, topics: list }));
// @ts-expect-error There is no such topic.
app.token({ channel: ch, topics: ["stauts"] });
// @ts-expect-error A definition must be called.
app.token({ channel: pipeline, topics: ["status"] });
// @ts-expect-error No such unit.
app.token({ channel: ch, topics: ["status"], expiresIn: "5 minutes" });
// @ts-expect-error A name alone doesn't say its topics.
app.token({ channel: "pipeline:42" });

// For a plain name: the template stays, and the token fits whoever declares that name and those topics.
export const named: Promise<Status> = app.token({ channel: `pipeline:${runId}`, topics: ["status"] });
export const both: Promise<Both> = app.token({ channel: `pipeline:${runId}`, topics: ["tokens", "status"] });
// @ts-expect-error It opens one topic less.
export const less: Promise<Both> = app.token({ channel: `pipeline:${runId}`, topics: ["status"] });
// @ts-expect-error It opens one more.
export const more: Promise<Status> = app.token({
  channel: `pipeline:${runId}`,
  topics: ["status", "tokens"],
});
// @ts-expect-error Another name.
export const elsewhere: Promise<Status> = app.token({ channel: `other:${runId}`, topics: ["status"] });
// @ts-expect-error Any name at all.
export const anywhere: Promise<Status> = app.token({ channel: runId, topics: ["status"] });
// @ts-expect-error Without topics, it opens all.
export const all: Promise<Status> = app.token({ channel: ch });
