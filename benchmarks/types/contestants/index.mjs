// @ts-check
/** Who is measured. The first two are what the others' ratios are to. */
import { bindings, generated } from "./generated.mjs";
import { halyard, halyardSchemas } from "./halyard.mjs";
import { handWritten, handWrittenSchemas } from "./hand-written.mjs";
import { inngest, inngestSchemas } from "./inngest.mjs";
import { plain, plainDeclarations } from "./plain.mjs";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {import("../rows.mjs").Workload} source
 * @property {import("../rows.mjs").Workload} [schemas] The schemas alone: their cost is no contestant's.
 */

/** @type {Contestant} */
export const INNGEST = { name: "Inngest 4.24", source: inngest, schemas: inngestSchemas };
/** @type {Contestant} */
export const HAND_WRITTEN = {
  name: "interfaces over InferOutput",
  source: handWritten,
  schemas: handWrittenSchemas,
};
/** @type {Contestant} */
export const HALYARD = { name: "Halyard", source: (count) => halyard(count), schemas: halyardSchemas };

/** Those that start from schemas. */
export const withSchemas = [HALYARD, INNGEST, HAND_WRITTEN];

/** @type {Contestant[]} */
export const withoutSchemas = [
  { name: "Halyard's bindings, the file", source: bindings },
  { name: "plain types, the file", source: plainDeclarations },
  { name: "Halyard's bindings, used", source: (count) => generated(count) },
  { name: "plain types, used", source: plain },
];
