// @ts-check
/** Halyard: channels declared with schemas, in one file with what uses them. */
import {
  isParameterized,
  payloadOf,
  repeat,
  schemasAlone,
  topicConfigs,
  topicsOf,
  validators,
} from "../workload.mjs";

/** @typedef {"call" | "publish" | "token" | "subscribe" | "handlers" | "hook" | "topic" | "params"} Part */

/** What a user does with each channel. @type {readonly Part[]} */
export const workload = ["call", "publish", "token", "subscribe"];

const imports = `import { realtime, staticSchema } from "halyard";\n${validators}`;
const ends = `import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";`;
const hookImport = `import { useRealtime, useTopic } from "halyard/react";`;

/** @param {number} i @param {boolean} [typed] Whether a `params` schema makes a number of the param. */
const nameOf = (i, typed) => {
  if (!isParameterized(i)) return `name: "channel${i}"`;
  const schema = typed ? `\n  params: z.object({ id: z.coerce.number() }),` : "";
  return `name: "channel${i}:{id}",${schema}`.replace(/,$/, "");
};

/** @param {number} i @param {boolean} [typed] */
const declaration = (i, typed) =>
  `export const c${i} = realtime.channel({\n  ${nameOf(i, typed)},\n  topics: ${topicConfigs(i)},\n});`;

/** The channels alone. @param {number} count @param {boolean} [typed] */
export const channels = (count, typed) => `${imports}\n${repeat(count, (i) => declaration(i, typed))}`;

/** What is done with channel `i`, which the variable `ch` holds. @param {number} i @param {readonly Part[]} parts */
export function usage(i, parts) {
  const [first, second] = topicsOf(i);
  if (!first || !second) throw new Error("A channel needs two topics.");
  const topics = `["${first.topic}", "${second.topic}"]`;
  const field = `message${i}`;
  return [
    parts.includes("publish") && `await app.publish(ch.${first.topic}, ${payloadOf(first.fields)});`,
    parts.includes("token") && `const token = await app.token({ channel: ch, topics: ${topics} });`,
    parts.includes("subscribe") &&
      `for await (const m of await subscribe({ token, channel: ch, topics: ${topics} })) {
    if (m.topic === "${first.topic}") m.data.${field}.trim();
  }`,
    parts.includes("hook") &&
      `const { messages } = useRealtime({ token, channel: ch, topics: ${topics} });
  for (const m of messages.delta) if (m.topic === "${first.topic}") m.data.${field}.trim();
  messages.byTopic.${second.topic}?.data.done${i}.toFixed();`,
    parts.includes("topic") && `useTopic(ch.${first.topic})?.${field}.trim();`,
    parts.includes("handlers") &&
      `await subscribe({ token, channel: ch, topics: ${topics}, onMessage: {
    ${first.topic}: (m) => m.data.${field}.trim(),
    ${second.topic}: (m) => m.data.done${i}.toFixed(),
  } });`,
  ]
    .filter(Boolean)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** @param {number} i @param {readonly Part[]} parts */
const use = (i, parts) => {
  const call = isParameterized(i) ? `c${i}({ id: ${parts.includes("params") ? "42" : '"42"'} })` : `c${i}`;
  return `export async function use${i}() {\n  const ch = ${call};\n${usage(i, parts)}\n  return ch.name;\n}`;
};

/** A file of so many channels, and of these parts of the workload. @param {number} count @param {readonly Part[]} [parts] */
export const halyard = (count, parts = workload) => {
  const declared = channels(count, parts.includes("params"));
  if (parts.length === 0) return declared;
  const hooks = parts.some((part) => part === "hook" || part === "topic") ? hookImport : "";
  return [ends, hooks, declared, "const app = createRealtime();", repeat(count, (i) => use(i, parts))].join(
    "\n",
  );
};

/** The schemas of {@link halyard} alone. @param {number} count */
export const halyardSchemas = (count) =>
  schemasAlone(count, `import { staticSchema } from "halyard";\n${validators}`);
