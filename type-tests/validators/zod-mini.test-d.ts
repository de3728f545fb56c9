import { type Realtime, realtime } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import * as z from "zod/mini";
import { exactly } from "../exactly.js";

type Plain = { message: string; step?: string | undefined };
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
const date = z.pipe(
  z.string(),
  z.transform((text: string) => new Date(text)),
);
const tree: z.ZodMiniType<Tree, TreeInput> = z.object({
  name: z.string(),
  at: date,
  get kids() {
    return z.array(tree);
  },
});
const def = realtime.channel({
  name: "mini:{id}",
  topics: {
    object: { schema: z.object({ message: z.string(), step: z.optional(z.string()) }) },
    at: { schema: date },
    filled: { schema: z.object({ n: z._default(z.number(), 1) }) },
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
    coerced: { schema: z.coerce.number() },
    branded: { schema: z.string().brand("UserId") },
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

exactly<In<"coerced">, unknown>();
exactly<Out<"coerced">, number>();
app.publish(ch.coerced, "5");
exactly<In<"branded">, string>();
exactly<Out<"branded">, string & z.core.$brand<"UserId">>();
app.publish(ch.branded, "u1");
// @ts-expect-error What has no brand isn't one.
export const unbranded: Out<"branded"> = "u1";
