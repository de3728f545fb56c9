// @ts-check
/**
 * The workload that every contestant writes in its own way: channels of four topics, with payloads as one meets them.
 * Names differ from channel to channel, in topics and in payloads, so that a compiler can't answer for one what it found
 * out for another.
 */

/** @typedef {"zod" | "valibot" | "static"} Library */
/** @typedef {{ topic: string, library: Library, fields: readonly Field[] }} Topic */
/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} zod
 * @property {string} valibot
 * @property {string} type What a subscriber gets.
 * @property {string} plain What a static schema says: it can't transform, nor fill in a default.
 * @property {string} value What is published, as an expression; the same for every library.
 * @property {boolean} [optional]
 */

/** Four libraries' turns, for names and for patterns: counts that this divides hold all kinds alike. */
export const CYCLE = 8;

/** The libraries of a channel's four topics. @param {number} i @returns {readonly Library[]} */
const librariesOf = (i) => {
  const kinds = /** @type {const} */ ([
    ["zod", "zod", "zod", "zod"],
    ["valibot", "valibot", "valibot", "valibot"],
    ["static", "static", "static", "static"],
    ["zod", "valibot", "static", "zod"],
  ]);
  return kinds[i % kinds.length] ?? kinds[0];
};

/** Whether a channel's name has a param. @param {number} i */
export const isParameterized = (i) => i % CYCLE >= CYCLE / 2;

/** @param {number} count @param {(i: number) => string} text */
export const repeat = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join("\n");

/** @param {string} name @param {string} zod @param {string} valibot @param {string} type @param {string} value */
const field = (name, zod, valibot, type, value) => ({ name, zod, valibot, type, plain: type, value });
/** @param {string} name */
const string = (name) => field(name, "z.string()", "v.string()", "string", '"text"');
/** @param {string} name */
const number = (name) => field(name, "z.number()", "v.number()", "number", "1");
/** @param {string} name */
const boolean = (name) => field(name, "z.boolean()", "v.boolean()", "boolean", "true");
/** @param {Field} of @returns {Field} */
const optional = (of) => ({
  ...of,
  optional: true,
  zod: `${of.zod}.optional()`,
  valibot: `v.optional(${of.valibot})`,
});
/** @param {string} name @param {readonly string[]} values @returns {Field} */
const oneOf = (name, values) => {
  const texts = values.map((value) => JSON.stringify(value));
  const list = texts.join(", ");
  const [first = ""] = texts;
  return field(name, `z.enum([${list}])`, `v.picklist([${list}])`, texts.join(" | "), first);
};
/** A number that the schema fills in. @param {string} name @returns {Field} */
const withDefault = (name) => ({
  ...number(name),
  zod: "z.number().default(0)",
  valibot: "v.optional(v.number(), 0)",
});
/** Text that the schema makes a date of. @param {string} name @returns {Field} */
const date = (name) => ({
  ...field(
    name,
    "z.string().transform((text) => new Date(text))",
    "v.pipe(v.string(), v.transform((text) => new Date(text)))",
    "Date",
    '"2026-01-01"',
  ),
  plain: "string",
});
/** @param {string} name @param {readonly Field[]} fields @returns {Field} */
const list = (name, fields) => ({
  name,
  zod: `z.array(${schemaOf("zod", fields)})`,
  valibot: `v.array(${schemaOf("valibot", fields)})`,
  type: `${typeOf("zod", fields)}[]`,
  plain: `${typeOf("static", fields)}[]`,
  value: `[${payloadOf(fields)}]`,
});
/** @param {string} name @returns {Field} */
const strings = (name) => field(name, "z.array(z.string())", "v.array(v.string())", "string[]", '["a", "b"]');

/** The topics of a channel. @param {number} i @returns {readonly Topic[]} */
export function topicsOf(i) {
  const [first = "zod", second = "zod", third = "zod", fourth = "zod"] = librariesOf(i);
  return [
    {
      topic: `status${i}`,
      library: first,
      fields: [
        string(`message${i}`),
        optional(string("step")),
        oneOf("state", ["queued", "running", `done${i}`]),
        withDefault("attempts"),
      ],
    },
    {
      topic: `progress${i}`,
      library: second,
      fields: [
        number(`done${i}`),
        optional(number("total")),
        date("at"),
        oneOf("phase", ["scan", `hash${i}`]),
      ],
    },
    {
      topic: `page${i}`,
      library: third,
      fields: [
        string(`cursor${i}`),
        list("items", [
          string("id"),
          string(`name${i}`),
          optional(number("size")),
          oneOf("kind", ["file", "folder"]),
          strings("tags"),
        ]),
      ],
    },
    {
      topic: `result${i}`,
      library: fourth,
      fields: [
        boolean(`ok${i}`),
        withDefault("cost"),
        date("finishedAt"),
        optional(list("steps", [string(`title${i}`), number("ms"), optional(string("error"))])),
      ],
    },
  ];
}

/** An object's schema, as an expression. @param {"zod" | "valibot"} library @param {readonly Field[]} fields */
export function schemaOf(library, fields) {
  const members = fields.map((given) => `${given.name}: ${given[library]}`).join(", ");
  return library === "zod" ? `z.object({ ${members} })` : `v.object({ ${members} })`;
}

/** What a subscriber gets, as a type. @param {Library} library @param {readonly Field[]} fields */
export function typeOf(library, fields) {
  const member = (/** @type {Field} */ given) =>
    `${given.name}${given.optional ? "?" : ""}: ${library === "static" ? given.plain : given.type}${given.optional ? " | undefined" : ""}`;
  return `{ ${fields.map(member).join("; ")} }`;
}

/** What is published, as an expression: it leaves out what is optional. @param {readonly Field[]} fields */
export const payloadOf = (fields) =>
  `{ ${fields
    .filter(({ optional }) => !optional)
    .map(({ name, value }) => `${name}: ${value}`)
    .join(", ")} }`;

/** A topic's schema; `staticSchema` is each contestant's own. @param {Topic} topic */
export const topicSchema = ({ library, fields }) =>
  library === "static" ? `staticSchema<${typeOf(library, fields)}>()` : schemaOf(library, fields);

/** The `topics` of a declaration, as both Halyard and Inngest write them. @param {number} i */
export const topicConfigs = (i) =>
  `{\n${topicsOf(i)
    .map((topic) => `    ${topic.topic}: { schema: ${topicSchema(topic)} },`)
    .join("\n")}\n  }`;

/** The same schemas, and nothing made of them: what they cost by themselves. @param {number} count @param {string} imports */
export const schemasAlone = (count, imports) =>
  [imports, repeat(count, (i) => `export const s${i} = ${topicConfigs(i)};`)].join("\n");

export const validators = `import * as v from "valibot";\nimport { z } from "zod";`;
