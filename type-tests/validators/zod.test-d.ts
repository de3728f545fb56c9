import { type Realtime, realtime } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { z } from "zod";
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
const date = z.string().transform((text) => new Date(text));
// Without a type of its own, a recursive schema is `any[]` in declarations, on every compiler.
const tree: z.ZodType<Tree, TreeInput> = z.object({
  name: z.string(),
  at: date,
  get kids() {
    return z.array(tree);
  },
});
const def = realtime.channel({
  name: "zod:{id}",
  topics: {
    object: {
      schema: z.object({
        message: z.string(),
        step: z.string().optional(),
        never: z.exactOptional(z.string()),
      }),
    },
    at: { schema: date },
    filled: { schema: z.object({ n: z.number().default(1) }) },
    event: {
      schema: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("moved"), to: date }),
        z.object({ kind: z.literal("gone") }),
      ]),
    },
    nested: {
      schema: z.object({ items: z.array(z.object({ at: date, tags: z.record(z.string(), date) })) }),
    },
    tree: { schema: tree },
    // What zod has of its own.
    coerced: { schema: z.object({ n: z.coerce.number(), at: z.coerce.date<string>() }) },
    branded: { schema: z.string().brand("UserId") },
    prefault: { schema: z.object({ text: z.string().prefault("") }) },
    caught: { schema: z.object({ text: z.string().catch("") }) },
    codec: {
      schema: z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (at) => at.toISOString(),
      }),
    },
    loose: { schema: z.looseObject({ a: z.string() }) },
    none: { schema: z.undefined() },
    map: { schema: z.map(z.string(), z.set(z.bigint())) },
    checked: { schema: z.string().refine(async () => true) },
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

// A coerced value is published as whatever can be coerced: `unknown`, or what is said in <…>.
exactly<In<"coerced">, { n: unknown; at: string }>();
exactly<Out<"coerced">, { n: number; at: Date }>();
exactly<Wire<"coerced">, { n: number | null; at: string }>();
app.publish(ch.coerced, { n: "5", at: "2026-01-01" });
// @ts-expect-error A member of type `unknown` is still a member.
app.publish(ch.coerced, { at: "2026-01-01" });
// A brand is on the output alone: one publishes what has none.
exactly<In<"branded">, string>();
exactly<Out<"branded">, string & z.$brand<"UserId">>();
app.publish(ch.branded, "u1");
// prefault fills before the schema runs, catch after it; both take what they fill.
exactly<In<"prefault">, { text?: string | undefined }>();
exactly<Out<"prefault">, { text: string }>();
exactly<In<"caught">, { text: string }>();
exactly<In<"codec">, string>();
exactly<Out<"codec">, Date>();
exactly<Out<"loose">, { [x: string]: unknown; a: string }>();
exactly<In<"none">, undefined>();
exactly<Wire<"map">, [string, string[]][]>();
exactly<Out<"checked">, string>();
app.publish(ch.none, undefined);
// @ts-expect-error
app.publish(ch.none, null);
// An exact optional member is absent, or it is text.
// @ts-expect-error
app.publish(ch.object, { message: "Hello", never: undefined });
// @ts-expect-error What has no brand isn't one.
export const unbranded: Out<"branded"> = "u1";
