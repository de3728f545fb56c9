// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { unreadable } from "./check-declarations.mjs";

const channel = (/** @type {string} */ out) =>
  `/** Of a ZodObject. */\nexport declare const a: import("halyard").Channel<"a", { readonly t: import("halyard").Topic<string, ${out}>; }>;\n`;

test("what reads well", () => {
  assert.deepEqual(unreadable(channel("{ at: Date; pipe: 1 }")), []);
  assert.deepEqual(unreadable(channel(`string & import("zod").core.$brand<"Id">`)), []);
  assert.deepEqual(unreadable(`import { z } from "zod";\n${channel(`string & z.$brand<"Id">`)}`), []);
});

/** @type {Record<string, [string, RegExp]>} */
const bad = {
  "a validator's type": ["z.ZodString", /validator's type: z\.ZodString/],
  "a validator's import": [`import("valibot").StringSchema`, /import of valibot/],
  "a deep import": [`import("halyard/dist/src/topic.js").Topic`, /import of halyard\/dist/],
  "a path that the reader lacks": [`import("../node_modules/.pnpm/halyard@1/x.js").X`, /a path: .*\.pnpm/],
  "an absolute path": [`import("/home/me/channels.js").X`, /import of \/home/],
  "an any": ["any[]", /isn't known: any/],
  machinery: [`{ "~standard": 1 }`, /machinery: "~standard"/],
};
for (const [title, [out, problem]] of Object.entries(bad)) {
  test(`refused: ${title}`, () => assert.match(unreadable(channel(out)).join("\n"), problem));
}
test("refused: a validator's import for nothing", () =>
  assert.match(unreadable(`import { z } from "zod";\n${channel("1")}`).join(), /zod for nothing/));
