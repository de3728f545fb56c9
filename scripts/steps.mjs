// @ts-check
/** The steps of `npm test`, in order. */
import { findChromium } from "./lib/chromium.mjs";
import { bin, compilers, tsc } from "./lib/repo.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[][]} [commands] Their output is shown after a failure.
 * @property {string[][]} [live] Run after these; their output is shown while it comes.
 * @property {boolean} [needed] No later step makes sense without this one.
 * @property {() => string | undefined} [lacks] What isn't installed and how to get it. Such a step is skipped.
 */

const node = process.execPath;
const npm = ["npm", "--silent"];
/** A check's own tests come first: a check that can't fail proves nothing. */
const check = (/** @type {string} */ name) => [
  [node, "--test", "--test-reporter=spec", `scripts/${name}.test.mjs`],
  [node, `scripts/${name}.mjs`],
];
const vitest = (/** @type {string} */ project) => [bin("vitest"), "run", "--project", project];

/** @type {Step[]} */
export const steps = [
  { name: "build", needed: true, commands: [[...npm, "run", "build"]] },
  { name: "lint", commands: [[bin("biome"), "ci", "--colors=off", "."]] },
  {
    name: "types",
    commands: ["tsconfig.json", "tsconfig.browser.json", "scripts/tsconfig.json"].map((file) => [
      node,
      tsc,
      "-p",
      file,
    ]),
  },
  { name: "layers", commands: check("check-imports") },
  { name: "budgets", commands: check("check-size") },
  { name: "runtimes", commands: check("check-runtimes") },
  {
    name: "unit",
    commands: [[node, "--test", "--test-reporter=spec", "scripts/test.test.mjs"]],
    live: [vitest("unit")],
  },
  {
    name: "type-tests", // Without `--files`, tsd passes where it finds no test at all.
    commands: [
      [bin("tsd"), "--files", "type-tests/**/*.test-d.{ts,tsx}"],
      // tsd has a compiler of its own; users have others.
      ...["type-tests", "type-tests/validators"].flatMap((folder) =>
        compilers.map(({ tsc }) => [node, tsc, "-p", `${folder}/tsconfig.json`]),
      ),
      ...check("check-misuse"),
      ...check("check-declarations"),
      ...check("check-hover"),
    ],
  },
  { name: "type-cost", commands: check("check-type-cost") },
  { name: "docs", commands: check("check-docs") },
  {
    name: "package",
    commands: [
      [bin("publint"), "--strict"],
      [bin("attw"), "--pack", ".", "--profile", "esm-only"],
    ],
  },
  { name: "consumer", commands: [...check("check-consumer"), ...check("check-type-testing")] },
  {
    name: "end-to-end",
    live: [vitest("e2e")],
    lacks: () =>
      findChromium() ? undefined : "Chromium isn't installed; `npm run setup` installs it (Debian, root)",
  },
];
