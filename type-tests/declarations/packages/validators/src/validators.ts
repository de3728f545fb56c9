/** A channel of every validator. Only a brand may name where it comes from. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import { Effect, Schema } from "effect";
import { realtime } from "halyard";
import * as v from "valibot";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod-3";

export interface Tree {
  name: string;
  kids: readonly Tree[];
}

const zodTree: z.ZodType<Tree, Tree> = z.object({
  name: z.string(),
  get kids() {
    return z.array(zodTree);
  },
});
export const zod = realtime.channel({
  name: "zod:{id}",
  topics: {
    event: {
      schema: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("moved"), to: z.string().transform((text) => new Date(text)) }),
        z.object({ kind: z.literal("gone"), why: z.string().optional() }),
      ]),
    },
    filled: { schema: z.object({ n: z.number().default(1), at: z.coerce.date() }).readonly() },
    deep: { schema: z.object({ items: z.array(z.record(z.string(), z.map(z.string(), z.bigint()))) }) },
    tree: { schema: zodTree },
  },
});
export const zodBrand = realtime.channel({
  name: "brand:{id}",
  topics: { user: { schema: z.object({ id: z.string().brand("UserId") }) } },
});

const miniDate = mini.pipe(
  mini.string(),
  mini.transform((text: string) => new Date(text)),
);
export const zodMini = realtime.channel({
  name: "mini:{id}",
  topics: {
    event: { schema: mini.union([mini.object({ at: miniDate }), mini.null()]) },
    filled: { schema: mini.object({ n: mini._default(mini.number(), 1) }) },
  },
});

export const zod3 = realtime.channel({
  name: "zod3:{id}",
  topics: {
    event: {
      schema: z3.discriminatedUnion("kind", [
        z3.object({ kind: z3.literal("moved"), to: z3.string().transform((text) => new Date(text)) }),
        z3.object({ kind: z3.literal("gone"), why: z3.string().optional() }),
      ]),
    },
    filled: { schema: z3.object({ n: z3.number().default(1), list: z3.array(z3.coerce.number()) }) },
  },
});

const valibotTree: v.GenericSchema<Tree> = v.object({
  name: v.string(),
  kids: v.array(v.lazy(() => valibotTree)),
});
export const valibot = realtime.channel({
  name: "valibot:{id}",
  topics: {
    event: {
      schema: v.variant("kind", [
        v.object({
          kind: v.literal("moved"),
          to: v.pipe(
            v.string(),
            v.transform((text) => new Date(text)),
          ),
        }),
        v.object({ kind: v.literal("gone"), why: v.optional(v.string()) }),
      ]),
    },
    filled: { schema: v.object({ n: v.optional(v.number(), 1) }) },
    tree: { schema: valibotTree },
  },
});

const trees = type.module({ tree: { name: "string", kids: "tree[]" } });
const arkTree: StandardSchemaV1<Tree, Tree> = trees.tree;
export const arktype = realtime.channel({
  name: "arktype:{id}",
  topics: {
    event: { schema: type({ kind: "'moved'", to: "string.date.parse" }).or({ kind: "'gone'" }) },
    filled: { schema: type({ n: "number = 1", "tags?": "string[]" }) },
    tree: { schema: arkTree },
  },
});

const standard = Schema.toStandardSchemaV1;
const effectTree: Schema.Codec<Tree, Tree> = Schema.Struct({
  name: Schema.String,
  kids: Schema.Array(Schema.suspend((): Schema.Codec<Tree, Tree> => effectTree)),
});
export const effect = realtime.channel({
  name: "effect:{id}",
  topics: {
    event: {
      schema: standard(
        Schema.Union([
          Schema.Struct({ kind: Schema.Literal("moved"), to: Schema.DateFromString }),
          Schema.Struct({ kind: Schema.Literal("gone") }),
        ]),
      ),
    },
    filled: {
      schema: standard(
        Schema.Struct({ n: Schema.Number.pipe(Schema.withDecodingDefault(Effect.succeed(1))) }),
      ),
    },
    tree: { schema: standard(effectTree) },
  },
});
