/** Prints random types: as TypeScript, and as the schemas of validators. */
import { ENUM, type Member, type Payload, type Shape } from "./shape.test-support.js";

/** Where brands and enums stand in a printed type, or what is there when it runs. */
type Mode = "source" | "expected";

/** A module that declares a channel `c<index>` with one topic, and exports what its payload should become. */
export function printModule({ language, root, named }: Payload, index: number): string {
  const channel = (schema: string) =>
    `export const c${index} = realtime.channel({ name: "c${index}", topics: { t: { schema: ${schema} } } });`;
  if (language === "zod")
    return [`import { realtime } from "halyard";`, `import { z } from "zod";`, channel(zod(root)), ""].join(
      "\n",
    );
  if (language === "valibot")
    return [
      `import { realtime } from "halyard";`,
      `import * as v from "valibot";`,
      channel(valibot(root)),
      "",
    ].join("\n");
  const members = Object.entries(ENUM).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [
    `import { realtime, staticSchema } from "halyard";`,
    `declare const mark: unique symbol;`,
    `enum Enum { ${members.join(", ")} }`,
    `interface Box<T> { value: T; more?: Box<T>[] }`,
    `type Pair<A, B = A> = { readonly first: A; second: B | null };`,
    `type Maybe<T> = T | undefined;`,
    ...named.flatMap((members, i) => [
      `interface Named${i} ${object(members, "source")}`,
      `interface Expected${i} ${object(members, "expected")}`,
    ]),
    `export type Expected = ${written(root, "expected")};`,
    channel(`staticSchema<${written(root, "source")}>()`),
    "",
  ].join("\n");
}

/** The type alone, for whoever has to find what is wrong with it. */
export const printPayload = (payload: Payload): string =>
  printModule(payload, 0)
    .split("\n")
    .filter(
      (line) =>
        !/^(import|declare|interface (Box|Expected)|type (Pair|Maybe)|enum|export type)|^$/.test(line),
    )
    .join("\n");

const key = (name: string) => JSON.stringify(name);
const literal = (value: string | number | boolean | bigint) =>
  typeof value === "bigint" ? `${value}n` : JSON.stringify(value);

const object = (members: readonly Member[], mode: Mode): string =>
  `{ ${members
    .map(({ name, of, optional, readonly, doc }) => {
      const start = `${readonly ? "readonly " : ""}${key(name)}${optional ? "?" : ""}`;
      return `${doc ? `\n/** About ${key(name)}. */\n` : ""}${start}: ${written(of, mode)};`;
    })
    .join(" ")} }`;

function written(shape: Shape, mode: Mode): string {
  const inner = (of: Shape) => written(of, mode);
  switch (shape.kind) {
    case "plain":
      return shape.name;
    case "literal":
      return literal(shape.value);
    case "list":
      return `${shape.readonly ? "readonly " : ""}(${inner(shape.of)})[]`;
    case "tuple":
      return `[${shape.items
        .map((item, i) => {
          const isLast = i === shape.items.length - 1;
          if (isLast && shape.last === "rest") return `...(${inner(item)})[]`;
          return `(${inner(item)})${isLast && shape.last === "optional" ? "?" : ""}`;
        })
        .join(", ")}]`;
    case "object":
      return object(shape.members, mode);
    case "record":
      return `Record<string, ${inner(shape.of)}>`;
    case "map":
      return `Map<${inner(shape.key)}, ${inner(shape.of)}>`;
    case "set":
      return `Set<${inner(shape.of)}>`;
    case "union":
      return `(${shape.of.map((of) => `(${inner(of)})`).join(" | ")})`;
    case "template":
      return `\`${shape.parts
        .map((part) => (part.length > 1 ? `\${${part}}` : part.replace(/[`$]/, "\\$&")))
        .join("")}\``;
    case "enum":
      if (mode === "source") return shape.member === undefined ? "Enum" : `Enum.${shape.member}`;
      return Object.entries(ENUM)
        .filter(([name]) => shape.member === undefined || name === shape.member)
        .map(([, value]) => literal(value))
        .join(" | ");
    case "byEnum":
      return `Record<${written({ kind: "enum", member: undefined }, mode)}, ${inner(shape.of)}>`;
    case "brand":
      return mode === "source" && canBeBranded(shape.of)
        ? `((${inner(shape.of)}) & { readonly [mark]: "brand" })`
        : inner(shape.of);
    case "both":
      return mode === "source"
        ? `(${object(shape.members, mode)} & ${object(shape.more, mode)})`
        : object([...shape.members, ...shape.more], mode);
    case "ref": {
      const name = `${mode === "source" ? "Named" : "Expected"}${shape.to}`;
      return shape.utility === undefined ? name : `${shape.utility}<${name}>`;
    }
    case "generic":
      return `${shape.name}<${inner(shape.of)}>`;
    case "default":
    case "transform":
      return "string";
  }
}

/** What is nothing with a key beside it, and what would be everything. */
const canBeBranded = (shape: Shape) =>
  shape.kind !== "plain" || !["null", "undefined", "unknown"].includes(shape.name);

function zod(shape: Shape): string {
  switch (shape.kind) {
    case "plain":
      if (shape.name === "URL") return "z.instanceof(URL)";
      return `z.${shape.name === "Date" ? "date" : shape.name}()`;
    case "literal":
      return `z.literal(${literal(shape.value)})`;
    case "list":
      return `z.array(${zod(shape.of)})${shape.readonly ? ".readonly()" : ""}`;
    case "tuple": {
      const items = shape.items.map(zod);
      if (shape.last === "optional" && items.length > 0) items.push(`${items.pop()}.optional()`);
      const rest = shape.last === "rest" ? items.pop() : undefined;
      // Zod has no tuple that is nothing but a rest.
      return `z.tuple([${items.join(", ") || (rest ?? "")}]${rest ? `, ${rest}` : ""})`;
    }
    case "object": {
      const members = shape.members.map(
        ({ name, of, optional }) => `${key(name)}: ${zod(of)}${optional ? ".optional()" : ""}`,
      );
      return `z.object({ ${members.join(", ")} })`;
    }
    case "record":
      return `z.record(z.string(), ${zod(shape.of)})`;
    case "map":
      return `z.map(${zod(shape.key)}, ${zod(shape.of)})`;
    case "set":
      return `z.set(${zod(shape.of)})`;
    case "union":
      return `z.union([${shape.of.map(zod).join(", ")}])`;
    case "default":
      return `z.string().default("none")`;
    case "transform":
      return "z.string().transform((text) => ({ text, size: text.length }))";
    default:
      throw new Error(`zod knows no ${shape.kind}`);
  }
}

function valibot(shape: Shape): string {
  switch (shape.kind) {
    case "plain":
      if (shape.name === "URL") return "v.instance(URL)";
      return `v.${shape.name === "Date" ? "date" : shape.name}()`;
    case "literal":
      return `v.literal(${literal(shape.value)})`;
    case "list": {
      const list = `v.array(${valibot(shape.of)})`;
      return shape.readonly ? `v.pipe(${list}, v.readonly())` : list;
    }
    case "tuple": {
      const items = shape.items.map(valibot);
      const rest = shape.last === "rest" ? items.pop() : undefined;
      return rest ? `v.tupleWithRest([${items.join(", ")}], ${rest})` : `v.tuple([${items.join(", ")}])`;
    }
    case "object": {
      const members = shape.members.map(({ name, of, optional, readonly }) => {
        const optionalBy = readonly ? "exactOptional" : "optional";
        return `${key(name)}: ${optional ? `v.${optionalBy}(${valibot(of)})` : valibot(of)}`;
      });
      return `v.object({ ${members.join(", ")} })`;
    }
    case "record":
      return `v.record(v.string(), ${valibot(shape.of)})`;
    case "map":
      return `v.map(${valibot(shape.key)}, ${valibot(shape.of)})`;
    case "set":
      return `v.set(${valibot(shape.of)})`;
    case "union":
      return `v.union([${shape.of.map(valibot).join(", ")}])`;
    case "default":
      return `v.optional(v.string(), "none")`;
    case "transform":
      return "v.pipe(v.string(), v.transform((text) => ({ text, size: text.length })))";
    default:
      throw new Error(`valibot knows no ${shape.kind}`);
  }
}
