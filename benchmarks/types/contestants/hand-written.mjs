// @ts-check
/**
 * Without a library: each topic's message is an interface over what its schema infers, and a few generics, written once,
 * publish, make tokens and subscribe. They know one type per topic, the output: what a schema takes is not checked.
 */
import { isParameterized, repeat, schemaOf, topicsOf, typeOf, validators } from "../workload.mjs";

const generics = `${validators}
interface StaticSchema<T> { readonly output: T }
declare function staticSchema<T>(): StaticSchema<T>;
interface Channel<M> {
  readonly name: string;
  readonly topics: readonly (keyof M)[];
  readonly "~messages"?: (messages: M) => M;
}
interface Token<M> {
  readonly channel: string;
  readonly key: string;
  readonly "~messages"?: (messages: M) => M;
}
interface Message<Topic extends string, Data> {
  readonly channel: string;
  readonly topic: Topic;
  readonly data: Data;
  readonly id: string;
  readonly createdAt: Date;
}
type Messages<M> = { readonly [K in keyof M]: { readonly data: unknown } };
declare function channel<M>(name: string, schemas: Record<keyof M, unknown>): Channel<M>;
declare function publish<M extends Messages<M>, K extends keyof M>(
  channel: Channel<M>,
  topic: K,
  data: NoInfer<M[K]["data"]>,
): Promise<{ readonly id: string }>;
declare function token<M>(channel: Channel<M>, topics: readonly (keyof M)[]): Promise<Token<M>>;
declare function subscribe<M, const K extends keyof M>(
  token: Token<NoInfer<M>>,
  channel: Channel<M>,
  topics: readonly K[],
): Promise<AsyncIterable<M[K]>>;`;

/** @param {import("../workload.mjs").Topic} topic */
const schema = ({ library, fields }) =>
  library === "static" ? `staticSchema<${typeOf("static", fields)}>()` : schemaOf(library, fields);

const inferred = { zod: "z.output<", valibot: "v.InferOutput<", static: "" };

/** @param {number} i */
const schemas = (i) =>
  `export const s${i} = {\n${topicsOf(i)
    .map((topic) => `  ${topic.topic}: ${schema(topic)},`)
    .join("\n")}\n};`;

/** @param {number} i */
function declaration(i) {
  const of = (/** @type {import("../workload.mjs").Topic} */ { topic, library }) =>
    library === "static"
      ? `(typeof s${i})["${topic}"]["output"]`
      : `${inferred[library]}(typeof s${i})["${topic}"]>`;
  const interfaces = topicsOf(i).map(
    (topic) => `export interface ${capital(topic.topic)} extends Message<"${topic.topic}", ${of(topic)}> {}`,
  );
  const members = topicsOf(i).map(({ topic }) => `  readonly ${topic}: ${capital(topic)};`);
  const create = isParameterized(i)
    ? `(id: string) => channel<Channel${i}>(\`channel${i}:\${id}\`, s${i})`
    : `channel<Channel${i}>("channel${i}", s${i})`;
  return [
    ...interfaces,
    `export interface Channel${i} {`,
    ...members,
    "}",
    `export const c${i} = ${create};`,
  ].join("\n");
}

const capital = (/** @type {string} */ text) => text.replace(/^./, (letter) => letter.toUpperCase());

/** What is published is an output here: a date where a schema takes text. @param {number} i */
const use = (i) => {
  const [first, second] = topicsOf(i);
  if (!first || !second) throw new Error("A channel needs two topics.");
  const topics = `["${first.topic}", "${second.topic}"]`;
  const value = `{ ${first.fields
    .filter(({ optional }) => !optional)
    .map(({ name, value }) => `${name}: ${value}`)
    .join(", ")} }`;
  return `export async function use${i}() {
  const ch = ${isParameterized(i) ? `c${i}("42")` : `c${i}`};
  await publish(ch, "${first.topic}", ${value});
  const opened = await token(ch, ${topics});
  for await (const m of await subscribe(opened, ch, ${topics})) {
    if (m.topic === "${first.topic}") m.data.message${i}.trim();
  }
  return ch.name;
}`;
};

/** @param {number} count */
export const handWritten = (count) =>
  [generics, repeat(count, schemas), repeat(count, declaration), repeat(count, use)].join("\n");

/** @param {number} count */
export const handWrittenSchemas = (count) => [generics, repeat(count, schemas)].join("\n");
