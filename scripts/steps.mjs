// @ts-check
/** The steps of `npm test`, in order. */
import { findPython } from "../examples/fastapi-tokens/python.mjs";
import { brokers as facts, kinds } from "../test-support/brokers/kinds.mjs";
import { findPrograms } from "../test-support/brokers/programs.mjs";
import { provide } from "../test-support/brokers/provide.mjs";
import { findChromium } from "./lib/chromium.mjs";
import { bin, compilers, tsc } from "./lib/repo.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[][]} [commands] Their output is shown after a failure.
 * @property {string[][]} [live] Run after these; their output is shown while it comes.
 * @property {boolean} [needed] No later step makes sense without this one.
 * @property {() => string | undefined} [lacks] What isn't installed and how to get it. Such a step is skipped.
 * @property {() => Promise<{ note: string } | { lacks: string }>} [provide] Finds something for the steps after it.
 * @property {readonly string[]} [uses] Steps that provide something for this one, and run with it.
 */

const node = process.execPath;
const npm = ["npm", "--silent"];
/** A check's own tests come first: a check that can't fail proves nothing. */
const check = (/** @type {string} */ name) => [
  [node, "--test", "--test-reporter=spec", `scripts/${name}.test.mjs`],
  [node, `scripts/${name}.mjs`],
];
const vitest = (/** @type {string} */ project) => [bin("vitest"), "run", "--project", project];

/** A broker that isn't there is a step that was skipped: its tests are, wherever they stand. */
const brokers = kinds.map((kind) => ({ name: `broker ${kind}`, provide: () => provide(kind) }));
const uses = brokers.map(({ name }) => name);

/** For the tests of one example, which are left out where there is none. @type {Step} */
const fastapi = {
  name: "python fastapi",
  provide: async () => {
    const found = findPython();
    return found
      ? { note: found }
      : { lacks: "no Python has FastAPI and uvicorn; `npm run setup` installs them (Debian, root)" };
  },
};

/**
 * A round of the fault harness for each client of a transport, by a seed that stays and by one that doesn't. It starts a
 * broker of its own.
 *
 * @param {string} transport
 * @param {number} clients
 * @param {import("../test-support/brokers/kinds.mjs").Kind} [kind]
 * @returns {Step}
 */
const faults = (transport, clients, kind) => ({
  name: `faults ${transport}`,
  live: [["--seed", "1"], []].map((seed) => [
    ...[node, "test/faults/run.mjs", "--transport", transport],
    ...["--rounds", `${clients}`, "--seconds", "8", ...seed],
  ]),
  lacks: () =>
    kind === undefined || findPrograms(facts[kind].programs)
      ? undefined
      : `${facts[kind].title} isn't installed; \`npm run setup\` installs it (Debian, root)`,
});

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
  ...brokers,
  {
    name: "unit",
    uses,
    commands: ["test", "brokers"].map((name) => [
      ...[node, "--test", "--test-reporter=spec", `scripts/${name}.test.mjs`],
    ]),
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
  { name: "docs", commands: [...check("check-docs"), ...check("check-transports")] },
  // A transport that was written from the docs alone must pass the suite, under node:test.
  { name: "examples", commands: [[node, "examples/custom-transport/run.mjs"], ...check("check-codegen")] },
  {
    name: "package",
    commands: [
      [bin("publint"), "--strict"],
      [bin("attw"), "--pack", ".", "--profile", "esm-only"],
    ],
  },
  { name: "consumer", commands: [...check("check-consumer"), ...check("check-type-testing")] },
  faults("memory", 1),
  faults("redis", 2, "redis"),
  faults("nats", 2, "nats"),
  faults("postgres", 3, "postgres"),
  fastapi,
  {
    name: "end-to-end",
    uses: [...uses, fastapi.name],
    live: [vitest("e2e")],
    lacks: () =>
      findChromium() ? undefined : "Chromium isn't installed; `npm run setup` installs it (Debian, root)",
  },
];
