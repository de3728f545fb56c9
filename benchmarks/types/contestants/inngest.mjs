// @ts-check
/** Inngest 4: the same channels, as its users write them. */
import {
  isParameterized,
  payloadOf,
  repeat,
  schemasAlone,
  topicConfigs,
  topicsOf,
  validators,
} from "../workload.mjs";

const imports = `import { Inngest } from "inngest";
import { realtime, staticSchema, subscribe } from "inngest/realtime";
${validators}`;

/** @param {number} i */
const declaration = (i) => {
  const name = isParameterized(i) ? `({ id }: { id: string }) => \`channel${i}:\${id}\`` : `"channel${i}"`;
  return `export const c${i} = realtime.channel({\n  name: ${name},\n  topics: ${topicConfigs(i)},\n});`;
};

/** A message may be of a run, which has any text for its topic: `kind` tells it apart. @param {number} i */
const use = (i) => {
  const [first, second] = topicsOf(i);
  if (!first || !second) throw new Error("A channel needs two topics.");
  const topics = `["${first.topic}", "${second.topic}"]`;
  return `export async function use${i}() {
  const ch = ${isParameterized(i) ? `c${i}({ id: "42" })` : `c${i}`};
  await inngest.realtime.publish(ch.${first.topic}, ${payloadOf(first.fields)});
  const token = await inngest.realtime.token({ channel: ch, topics: ${topics} });
  for await (const m of await subscribe({ key: token.key, channel: ch, topics: ${topics} })) {
    if (m.kind === "data" && m.topic === "${first.topic}") m.data.message${i}.trim();
  }
  return ch.name;
}`;
};

/** @param {number} count */
export const inngest = (count) =>
  [
    imports,
    repeat(count, declaration),
    `const inngest = new Inngest({ id: "app" });`,
    repeat(count, use),
  ].join("\n");

/** @param {number} count */
export const inngestSchemas = (count) =>
  schemasAlone(count, `import { staticSchema } from "inngest/realtime";\n${validators}`);
