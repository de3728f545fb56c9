// @ts-check
/** The usual mistakes with a channel, each of which the compiler refuses: what telling a user so costs. */
import { isParameterized, payloadOf, repeat, topicsOf } from "../workload.mjs";
import { channels } from "./halyard.mjs";

/** @typedef {"wrong payload" | "unknown topic" | "uncalled definition" | "wrong token"} Mistake */

/** A line with the mistake, for channel `i`. @type {Record<Mistake, (i: number) => string>} */
const mistakes = {
  "wrong payload": (i) => {
    const [first] = topicsOf(i);
    // A number where text is wanted.
    return `app.publish(ch.status${i}, ${payloadOf(first?.fields ?? []).replace('"text"', "5")});`;
  },
  "unknown topic": (i) => `app.token({ channel: ch, topics: ["stauts${i}"] });`,
  "uncalled definition": (i) =>
    // What has one name is a channel already: its mistake is to call it.
    isParameterized(i) ? `app.token({ channel: c${i}, topics: ["status${i}"] });` : `c${i}({ id: "42" });`,
  "wrong token": (i) =>
    `subscribe({ token: narrow${i}, channel: ch, topics: ["status${i}", "progress${i}"] });`,
};

export const kinds = /** @type {Mistake[]} */ (Object.keys(mistakes));

/**
 * Channels, with this mistake for each of them; without one, what else stands around it.
 *
 * @param {number} count
 * @param {Mistake} [mistake]
 */
export function misuse(count, mistake) {
  const line = (
    /** @type {number} */ i,
  ) => `const ch = ${isParameterized(i) ? `c${i}({ id: "42" })` : `c${i}`};
  ${mistake ? `// @ts-expect-error\n  ${mistakes[mistake](i)}` : ""}
  return ch;`;
  return [
    `import { subscribe } from "halyard/client";`,
    `import { createRealtime } from "halyard/server";`,
    `import type { Realtime } from "halyard";`,
    channels(count),
    "const app = createRealtime();",
    repeat(
      count,
      (i) =>
        `declare const narrow${i}: Realtime.Token<typeof c${i}, ["page${i}"]>;\nexport const use${i} = () => {\n  ${line(i)}\n};`,
    ),
  ].join("\n");
}
