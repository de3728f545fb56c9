import { type Realtime, realtime } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import * as v from "valibot";
import { exactly } from "../exactly.js";

type Plain = { message: string; step?: string | undefined; never?: string };
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
const date = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
);
const tree: v.GenericSchema<TreeInput, Tree> = v.object({
  name: v.string(),
  at: date,
  kids: v.array(v.lazy(() => tree)),
});
const def = realtime.channel({
  name: "valibot:{id}",
  topics: {
    object: {
      schema: v.object({
        message: v.string(),
        step: v.optional(v.string()),
        never: v.exactOptional(v.string()),
      }),
    },
    at: { schema: date },
    filled: { schema: v.object({ n: v.optional(v.number(), 1) }) },
    event: {
      schema: v.variant("kind", [
        v.object({ kind: v.literal("moved"), to: date }),
        v.object({ kind: v.literal("gone") }),
      ]),
    },
    nested: {
      schema: v.object({ items: v.array(v.object({ at: date, tags: v.record(v.string(), date) })) }),
    },
    tree: { schema: tree },
    // What valibot has of its own.
    coerced: { schema: v.pipe(v.union([v.string(), v.number()]), v.toNumber()) },
    branded: { schema: v.pipe(v.string(), v.brand("UserId")) },
    members: { schema: v.object({ a: v.undefinedable(v.string()), b: v.nullish(v.string()) }) },
    caught: { schema: v.object({ text: v.fallback(v.string(), "") }) },
    checked: {
      schema: v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
    },
    loose: { schema: v.looseObject({ a: v.string() }) },
    picked: { schema: v.picklist(["a", "b"]) },
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
exactly<In<"filled">, { n?: number | undefined }>();
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

exactly<In<"coerced">, string | number>();
exactly<Out<"coerced">, number>();
app.publish(ch.coerced, "5");
// @ts-expect-error
app.publish(ch.coerced, true);
exactly<In<"branded">, string>();
exactly<Out<"branded">, string & v.Brand<"UserId">>();
app.publish(ch.branded, "u1");
exactly<In<"members">, { a: string | undefined; b?: string | null | undefined }>();
exactly<In<"caught">, { text: string }>();
exactly<Out<"checked">, string>();
exactly<In<"picked">, "a" | "b">();
exactly<Out<"loose">, { a: string } & { [key: string]: unknown }>();
// @ts-expect-error
app.publish(ch.members, {});
// @ts-expect-error
app.publish(ch.object, { message: "Hello", never: undefined });
// @ts-expect-error What has no brand isn't one.
export const unbranded: Out<"branded"> = "u1";
