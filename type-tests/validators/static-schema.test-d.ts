import { type Realtime, realtime, staticSchema } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { exactly } from "../exactly.js";

interface Status {
  message: string;
  step?: string;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Tree {
  name: string;
  at: Date;
  kids: Tree[];
}
type Event = { kind: "moved"; to: Date } | { kind: "gone" };
type UserId = string & { readonly __brand: "UserId" };
enum Level {
  Low,
  High = 5,
}
enum Color {
  Red = "red",
  Blue = "blue",
}
class Money {
  constructor(readonly cents: bigint) {}
  toJSON() {
    return { cents: this.cents };
  }
}

const def = realtime.channel({
  name: "static:{id}",
  topics: {
    status: { schema: staticSchema<Status>() },
    page: { schema: staticSchema<Page<Status>>() },
    tree: { schema: staticSchema<Tree>() },
    event: { schema: staticSchema<Event>() },
    list: { schema: staticSchema<readonly string[]>() },
    pair: { schema: staticSchema<[at: Date, n?: number]>() },
    text: { schema: staticSchema<string>() },
    count: { schema: staticSchema<number>() },
    flag: { schema: staticSchema<boolean>() },
    big: { schema: staticSchema<bigint>() },
    nothing: { schema: staticSchema<null>() },
    none: { schema: staticSchema<undefined>() },
    maybe: { schema: staticSchema<string | undefined>() },
    level: { schema: staticSchema<Level>() },
    color: { schema: staticSchema<Color>() },
    record: { schema: staticSchema<Record<string, Date>>() },
    indexed: { schema: staticSchema<{ [key: `x-${string}`]: number }>() },
    branded: { schema: staticSchema<UserId>() },
    map: { schema: staticSchema<ReadonlyMap<string, Set<number>>>() },
    money: { schema: staticSchema<{ price: Money }>() },
    link: { schema: staticSchema<URL>() },
    unknown: { schema: staticSchema<unknown>() },
  },
});
const app = createRealtime();
const ch = def({ id: "1" });
type In<K extends Realtime.Topics<typeof def>> = Realtime.Input<typeof def, K>;
type Out<K extends Realtime.Topics<typeof def>> = Realtime.Output<typeof def, K>;
type Wire<K extends Realtime.Topics<typeof def>> = Realtime.Wire<typeof def, K>;

// One type at both ends: the one that was written.
exactly<In<"status">, Status>();
exactly<Out<"status">, Status>();
exactly<Out<"page">, Page<Status>>();
exactly<Out<"tree">, Tree>();
exactly<Out<"event">, Event>();
exactly<Out<"list">, readonly string[]>();
exactly<Out<"pair">, [at: Date, n?: number]>();
exactly<Out<"flag">, boolean>();
exactly<Out<"nothing">, null>();
exactly<Out<"none">, undefined>();
exactly<In<"maybe">, string | undefined>();
exactly<Out<"level">, Level>();
exactly<Out<"color">, Color>();
exactly<Out<"record">, Record<string, Date>>();
exactly<Out<"branded">, UserId>();
exactly<Out<"map">, ReadonlyMap<string, Set<number>>>();
exactly<Out<"unknown">, unknown>();

// What travels.
exactly<
  Wire<"page">,
  { readonly items: readonly { message: string; step?: string }[]; readonly next: string | null }
>();
exactly<Wire<"event">, { kind: "moved"; to: string } | { kind: "gone" }>();
exactly<Wire<"pair">, [at: string, n?: number | null]>();
exactly<Wire<"count">, number | null>();
exactly<Wire<"big">, string>();
exactly<Wire<"link">, string>();
exactly<Wire<"record">, { [x: string]: string }>();
exactly<Wire<"map">, [string, (number | null)[]][]>();
exactly<Wire<"money">, { price: { cents: string } }>();
exactly<Wire<"tree">["kids"][0]["kids"][0]["at"], string>();

// Publishing.
declare const text: string;
app.publish(ch.status, { message: "Hello" });
app.publish(ch.page, { items: [{ message: "Hello", step: "one" }], next: null });
app.publish(ch.event, { kind: "moved", to: new Date() });
app.publish(ch.list, ["a"]);
app.publish(ch.pair, [new Date()]);
app.publish(ch.level, Level.High);
app.publish(ch.color, Color.Red);
app.publish(ch.none, undefined);
app.publish(ch.indexed, { "x-a": 1 });
app.publish(ch.branded, text as UserId);
app.publish(ch.money, { price: new Money(5n) });
app.publish(ch.link, new URL("https://example.com"));
app.publish(ch.unknown, { anything: [1] });
// @ts-expect-error
app.publish(ch.status, { message: "Hello", step: undefined });
// @ts-expect-error
app.publish(ch.page, { items: [{ message: 1 }], next: null });
// @ts-expect-error
app.publish(ch.event, { kind: "moved" });
// @ts-expect-error
app.publish(ch.list, [1]);
// @ts-expect-error
app.publish(ch.pair, []);
// @ts-expect-error An enum's text isn't its member.
app.publish(ch.color, "red");
// @ts-expect-error
app.publish(ch.level, 7);
// @ts-expect-error
app.publish(ch.none, null);
// @ts-expect-error
app.publish(ch.indexed, { y: 1 });
// @ts-expect-error
app.publish(ch.branded, text);
// @ts-expect-error
app.publish(ch.money, { price: { cents: 5n } });
// @ts-expect-error
app.publish(ch.record, { at: "2026-01-01" });

// Subscribing.
type Token = Realtime.Token<typeof def, ["event", "count", "color"]>;
exactly<Realtime.Message<typeof def, ["page"]>["data"], Page<Status>>();
export async function narrow(token: Token) {
  for await (const m of await subscribe({ token })) {
    if (m.topic === "count") exactly<typeof m.data, number>();
    else if (m.topic === "color") exactly<typeof m.data, Color>();
    else if (m.data.kind === "moved") exactly<typeof m.data.to, Date>();
    else exactly<typeof m.data, { kind: "gone" }>();
  }
}
export const token: Promise<Token> = app.token({ channel: ch, topics: ["count", "color", "event"] });
// @ts-expect-error
export const less: Promise<Token> = app.token({ channel: ch, topics: ["event"] });
subscribe({ token: "…", channel: ch, validate: true });

// A generic helper of one's own.
function listOf<Item>(name: string) {
  return realtime.channel({ name: `${name}:{id}`, topics: { page: { schema: staticSchema<Page<Item>>() } } });
}
exactly<Realtime.Output<ReturnType<typeof listOf<number>>, "page">, Page<number>>();
