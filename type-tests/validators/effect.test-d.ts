import { type Brand, Effect, Schema } from "effect";
import { type Realtime, realtime } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { exactly } from "../exactly.js";

type Plain = { readonly message: string; readonly step?: string | undefined; readonly never?: string };
interface Tree {
  readonly name: string;
  readonly at: Date;
  readonly kids: readonly Tree[];
}
interface TreeInput {
  readonly name: string;
  readonly at: string;
  readonly kids: readonly TreeInput[];
}
// An effect schema becomes a Standard Schema by this.
const standard = Schema.toStandardSchemaV1;
const date = Schema.DateFromString;
const tree: Schema.Codec<Tree, TreeInput> = Schema.Struct({
  name: Schema.String,
  at: date,
  kids: Schema.Array(Schema.suspend((): Schema.Codec<Tree, TreeInput> => tree)),
});
class Person extends Schema.Class<Person>("Person")({ name: Schema.String }) {}
const def = realtime.channel({
  name: "effect:{id}",
  topics: {
    object: {
      schema: standard(
        Schema.Struct({
          message: Schema.String,
          step: Schema.optional(Schema.String),
          never: Schema.optionalKey(Schema.String),
        }),
      ),
    },
    at: { schema: standard(date) },
    filled: {
      schema: standard(
        Schema.Struct({ n: Schema.Number.pipe(Schema.withDecodingDefault(Effect.succeed(1))) }),
      ),
    },
    event: {
      schema: standard(
        Schema.Union([
          Schema.Struct({ kind: Schema.Literal("moved"), to: date }),
          Schema.Struct({ kind: Schema.Literal("gone") }),
        ]),
      ),
    },
    nested: {
      schema: standard(
        Schema.Struct({
          items: Schema.Array(Schema.Struct({ at: date, tags: Schema.Record(Schema.String, date) })),
        }),
      ),
    },
    tree: { schema: standard(tree) },
    // What effect has of its own.
    coerced: { schema: standard(Schema.NumberFromString) },
    branded: { schema: standard(Schema.String.pipe(Schema.brand("UserId"))) },
    person: { schema: standard(Person) },
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
exactly<In<"filled">, { readonly n?: number | undefined }>();
exactly<Out<"filled">, { readonly n: number }>();
exactly<Wire<"filled">, { readonly n: number | null }>();
exactly<In<"event">, { readonly kind: "moved"; readonly to: string } | { readonly kind: "gone" }>();
exactly<Out<"event">, { readonly kind: "moved"; readonly to: Date } | { readonly kind: "gone" }>();
exactly<
  In<"nested">,
  { readonly items: readonly { readonly at: string; readonly tags: { readonly [x: string]: string } }[] }
>();
exactly<
  Out<"nested">,
  { readonly items: readonly { readonly at: Date; readonly tags: { readonly [x: string]: Date } }[] }
>();
exactly<
  Wire<"nested">,
  { readonly items: readonly { readonly at: string; readonly tags: { readonly [x: string]: string } }[] }
>();
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
// @ts-expect-error
app.publish(ch.coerced, 5);
exactly<In<"branded">, string>();
exactly<Out<"branded">, string & Brand.Brand<"UserId">>();
app.publish(ch.branded, "u1");
// A class gives instances, which are refused at run time unless they have a toJSON(): a Struct gives what travels.
exactly<In<"person">, { readonly name: string }>();
exactly<Out<"person">, Person>();
// @ts-expect-error
app.publish(ch.object, { message: "Hello", never: undefined });
// @ts-expect-error As it is, an effect schema is no Standard Schema.
realtime.channel({ name: "bare", topics: { text: { schema: Schema.String } } });
