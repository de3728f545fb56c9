// @ts-check
/** Plain types, written by hand, without schemas: interfaces and functions for each channel. The least that there can be. */
import { isParameterized, payloadOf, repeat, topicsOf, typeOf } from "../workload.mjs";

const capital = (/** @type {string} */ text) => text.replace(/^./, (letter) => letter.toUpperCase());

/** @param {number} i */
function declaration(i) {
  const topics = topicsOf(i);
  const params = isParameterized(i) ? "id: string, " : "";
  const names = topics.map(({ topic }) => `"${topic}"`).join(" | ");
  return [
    ...topics.flatMap(({ topic, library, fields }) => [
      `export interface ${capital(topic)} ${typeOf(library, fields)}`,
      `export interface ${capital(topic)}Message {`,
      `  readonly channel: string; readonly topic: "${topic}"; readonly data: ${capital(topic)};`,
      "  readonly id: string; readonly createdAt: Date;",
      "}",
      `export declare function publish${capital(topic)}(${params}data: ${typeOf("static", fields)}): Promise<{ readonly id: string }>;`,
    ]),
    `export type Message${i} = ${topics.map(({ topic }) => `${capital(topic)}Message`).join(" | ")};`,
    `export type Topic${i} = ${names};`,
    `export interface Token${i} { readonly channel: string; readonly topics: readonly Topic${i}[]; readonly key: string }`,
    `export declare function token${i}(${params}topics: readonly Topic${i}[]): Promise<Token${i}>;`,
    `export declare function subscribe${i}(${params}token: Token${i}): Promise<AsyncIterable<Message${i}>>;`,
  ].join("\n");
}

/** @param {number} i */
function use(i) {
  const [first, second] = topicsOf(i);
  if (!first || !second) throw new Error("A channel needs two topics.");
  const id = isParameterized(i) ? '"42", ' : "";
  return `export async function use${i}() {
  await publish${capital(first.topic)}(${id}${payloadOf(first.fields)});
  const token = await token${i}(${id}["${first.topic}", "${second.topic}"]);
  for await (const m of await subscribe${i}(${id}token)) {
    if (m.topic === "${first.topic}") m.data.message${i}.trim();
  }
}`;
}

/** The types and functions alone. @param {number} count */
export const plainDeclarations = (count) => repeat(count, declaration);

/** The same with what uses them. @param {number} count */
export const plain = (count) => [repeat(count, declaration), repeat(count, use)].join("\n");
