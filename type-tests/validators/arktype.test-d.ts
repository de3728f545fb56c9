import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import { type Realtime, realtime } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { exactly } from "../exactly.js";

type Plain = { message: string; step?: string };
interface Tree {
  name: string;
  at: Date;
  kids: Tree[];
}
interface TreeInput {
  name: string;
  at: string;
  kids: TreeInput[];
}
const date = type("string").pipe((text) => new Date(text));
const trees = type.module({ tree: { name: "string", at: "string.date.parse", kids: "tree[]" } });
// Without a type of its own, a recursive schema is right in its types, but `any[]` in declarations.
const tree: StandardSchemaV1<TreeInput, Tree> = trees.tree;
const userId = type("string#UserId");
const def = realtime.channel({
  name: "arktype:{id}",
  topics: {
    object: { schema: type({ message: "string", "step?": "string" }) },
    at: { schema: date },
    filled: { schema: type({ n: "number = 1" }) },
    event: { schema: type({ kind: "'moved'", to: date }).or({ kind: "'gone'" }) },
    nested: { schema: type({ items: type({ at: date, tags: { "[string]": date } }).array() }) },
    tree: { schema: tree },
    // What arktype has of its own.
    coerced: { schema: type("string.numeric.parse") },
    parsed: { schema: type({ at: "string.date.parse", big: "bigint" }) },
    branded: { schema: type({ id: userId }) },
    inferred: { schema: trees.tree },
    range: { schema: type("1 <= number < 5") },
    picked: { schema: type("'a' | 'b'") },
  },
});
const app = createRealtime();
const ch = def({ id: "1" });
type In<K extends Realtime.Topics<typeof def>> = Realtime.Input<typeof def, K>;
type Out<K extends Realtime.Topics<typeof def>> = Realtime.Output<typeof def, K>;
type Wire<K extends Realtime.Topics<typeof def>> = Realtime.Wire<typeof def, K>;

// What is published, what is received, and what travels.
exactly<In<"object">, Plain>();
exactly<Out<"object">, Plain>();
exactly<In<"at">, string>();
exactly<Out<"at">, Date>();
exactly<Wire<"at">, string>();
exactly<In<"filled">, { n?: number }>();
exactly<Out<"filled">, { n: number }>();
exactly<Wire<"filled">, { n: number | null }>();
exactly<In<"event">, { kind: "moved"; to: string } | { kind: "gone" }>();
exactly<Out<"event">, { kind: "moved"; to: Date } | { kind: "gone" }>();
exactly<In<"nested">, { items: { at: string; tags: Record<string, string> }[] }>();
exactly<Out<"nested">, { items: { at: Date; tags: Record<string, Date> }[] }>();
exactly<Wire<"nested">, { items: { at: string; tags: Record<string, string> }[] }>();
exactly<In<"tree">, TreeInput>();
exactly<Out<"tree">, Tree>();

// Publishing takes the input.
app.publish(ch.object, { message: "Hello" });
app.publish(ch.at, "2026-01-01");
app.publish(ch.filled, {});
app.publish(ch.event, { kind: "gone" });
app.publish(ch.nested, { items: [{ at: "2026-01-01", tags: { first: "2026-01-01" } }] });
app.publish(ch.tree, { name: "a", at: "2026-01-01", kids: [{ name: "b", at: "2026-01-01", kids: [] }] });
// @ts-expect-error The output isn't what one publishes.
app.publish(ch.at, new Date());
// @ts-expect-error
app.publish(ch.filled, { n: "1" });
// @ts-expect-error That kind needs a place.
app.publish(ch.event, { kind: "moved" });
// @ts-expect-error No such kind.
app.publish(ch.event, { kind: "lost" });
// @ts-expect-error
app.publish(ch.nested, { items: [{ at: new Date(), tags: {} }] });
// @ts-expect-error
app.publish(ch.tree, { name: "a", at: "2026-01-01", kids: [{ name: "b", at: new Date(), kids: [] }] });

// Subscribing gives the output, narrowed by its topic.
type Token = Realtime.Token<typeof def, ["at", "filled", "event"]>;
exactly<Realtime.Message<typeof def, ["at"]>["data"], Date>();
export async function narrow(token: Token) {
  for await (const m of await subscribe({ token, channel: ch, topics: ["at", "filled", "event"] })) {
    if (m.topic === "at") exactly<typeof m.data, Date>();
    else if (m.topic === "filled") exactly<typeof m.data.n, number>();
    else if (m.data.kind === "moved") exactly<typeof m.data.to, Date>();
    else {
      exactly<typeof m.data.kind, "gone">();
      // @ts-expect-error That kind has no place.
      m.data.to;
    }
  }
}
export const token: Promise<Token> = app.token({ channel: ch, topics: ["at", "event", "filled"] });
// @ts-expect-error A topic less.
export const less: Promise<Token> = app.token({ channel: ch, topics: ["at", "event"] });

// Parsing again at the subscriber compiles where the output is a legal input.
subscribe({ token: "…", channel: ch, topics: ["object", "filled"], validate: true });
// @ts-expect-error A Date is no text.
subscribe({ token: "…", channel: ch, topics: ["object", "at"], validate: true });

exactly<In<"coerced">, string>();
exactly<Out<"coerced">, number>();
exactly<In<"parsed">, { at: string; big: bigint }>();
exactly<Out<"parsed">, { at: Date; big: bigint }>();
exactly<Wire<"parsed">, { at: string; big: string }>();
exactly<In<"branded">, { id: string }>();
exactly<Out<"branded">, { id: typeof userId.infer }>();
exactly<typeof userId.infer extends string ? true : false, true>();
app.publish(ch.branded, { id: "u1" });
// @ts-expect-error What has no brand isn't one.
export const unbranded: Out<"branded"> = { id: "u1" };
exactly<In<"inferred">["kids"][0]["kids"][0]["at"], string>();
exactly<Out<"inferred">["kids"][0]["kids"][0]["at"], Date>();
exactly<Out<"range">, number>();
exactly<Out<"picked">, "a" | "b">();
// An optional member is absent, or it is text.
// @ts-expect-error
app.publish(ch.object, { message: "Hello", step: undefined });
