// @ts-check
/** Halyard's generated bindings: `halyard generate` reads the channels, and a page uses what it wrote. */
import { generate } from "halyard/codegen";
import { withProject } from "../compile.mjs";
import { isParameterized, payloadOf, repeat, topicsOf } from "../workload.mjs";
import { channels } from "./halyard.mjs";

/** The text of the file that is generated. @param {number} count */
export const bindings = (count) =>
  withProject({ "channels.ts": channels(count) }, async (folder) => {
    const { files } = await generate({ cwd: folder, out: "halyard.gen.ts" });
    return files[0]?.text ?? "";
  });

/** @typedef {"publish" | "token" | "subscribe"} Part */

/** @type {readonly Part[]} */
export const workload = ["publish", "token", "subscribe"];

/** @param {number} i @param {readonly Part[]} parts */
function use(i, parts) {
  const [first, second] = topicsOf(i);
  if (!first || !second) throw new Error("A channel needs two topics.");
  const topics = `["${first.topic}", "${second.topic}"]`;
  const params = isParameterized(i) ? `params: { id: "42" }, ` : "";
  const channel = isParameterized(i) ? `gen.c${i}({ id: "42" })` : `gen.c${i}`;
  const lines = [
    parts.includes("publish") && `await app.publish(${channel}.${first.topic}, ${payloadOf(first.fields)});`,
    parts.includes("token") && `const token = await app.token({ channel: ${channel}, topics: ${topics} });`,
    parts.includes("subscribe") &&
      `for await (const m of await gen.subscribeC${i}({ ${params}token${parts.includes("token") ? "" : `: ""`}, topics: ${topics} })) {
    if (m.topic === "${first.topic}") m.data.message${i}.trim();
  }`,
  ].filter(Boolean);
  return `export async function use${i}() {\n  ${lines.join("\n  ")}\n}`;
}

/** The generated file, and a file that uses it so. @param {number} count @param {readonly Part[]} [parts] */
export async function generated(count, parts = workload) {
  const page = [
    `import { createRealtime } from "halyard/server";`,
    `import * as gen from "./halyard.gen.js";`,
    "export const app = createRealtime();",
    repeat(count, (i) => use(i, parts)),
  ].join("\n");
  const files = { "halyard.gen.ts": await bindings(count) };
  return parts.length === 0 ? files : { ...files, "page.ts": page };
}
