// @ts-check
/** What the matrix runs. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundleFor } from "../lib/realm.mjs";
import { root } from "../lib/repo.mjs";
import { commonJs, esModules, required } from "./jest.mjs";
import { must } from "./project.mjs";
import { programOf } from "./runtimes.mjs";
import { serveAndTalk } from "./serve.mjs";
import { bundleWorker } from "./workerd.mjs";

/** @typedef {{ cache: string, work: string, tarball: string, project: string }} Context */
/** @typedef {{ what: string, run: (context: Context) => string | Promise<string> }} Check `run` gives a note, or throws. */

/** Server and client on `node:http`. @param {string} name @param {string[]} [args] @returns {Check} */
const onNodeHttp = (name, args = []) => ({
  what: "node:http, both wires",
  run: ({ cache, project }) =>
    oneLine(must(programOf(name, cache), [...args, "node.mjs"], project, 60_000).stdout),
});

/** @param {string} name @returns {{ name: string, checks: Check[] }} */
const node = (name) => ({
  name,
  checks: [{ what: "unit tests", run: ({ cache }) => unitTests(programOf(name, cache)) }, onNodeHttp(name)],
});

/** @type {{ name: string, checks: Check[] }[]} */
export const items = [
  node("node20"),
  node("node22"),
  node("node24"),
  {
    name: "bun",
    checks: [
      onNodeHttp("bun"),
      {
        what: "fetch handler, SSE, tokens",
        run: (context) => serveAndTalk("bun", ["fetch-server.mjs"], context),
      },
    ],
  },
  {
    name: "deno",
    checks: [
      onNodeHttp("deno", ["run", "-A"]),
      {
        what: "fetch handler, SSE, tokens",
        run: (context) =>
          serveAndTalk("deno", ["run", "--allow-net", "--allow-env", "fetch-server.mjs"], context),
      },
    ],
  },
  {
    name: "workerd",
    checks: [
      {
        what: "fetch handler in a Durable Object, SSE, tokens",
        run: async (context) => {
          await bundleWorker(context.project);
          return serveAndTalk("workerd", ["serve", "--control-fd=1", "worker.capnp"], context, false);
        },
      },
    ],
  },
  {
    name: "cjs",
    checks: ["node20", "node22", "node24"].map((name) => ({
      what: `require() on ${name}`,
      run: ({ cache, project }) => {
        const { output } = must(programOf(name, cache), ["commonjs.cjs"], project, 60_000);
        return oneLine(output);
      },
    })),
  },
  {
    name: "jest",
    checks: [
      { what: "native ES modules", run: esModules },
      { what: "CommonJS, require() on node24", run: required },
      { what: "CommonJS, compiled by Babel", run: commonJs },
    ],
  },
  { name: "hermes", checks: [{ what: "the client's bundle compiles", run: compileForHermes }] },
];

/** @param {string} program */
function unitTests(program) {
  const { output } = must(
    program,
    ["node_modules/vitest/vitest.mjs", "run", "--project", "unit", "--no-color"],
    root,
  );
  const [, passed = ""] = /^\s*Tests\s+(.*)$/m.exec(output) ?? [];
  return passed;
}

/** @param {Context} context */
async function compileForHermes({ cache, work }) {
  const bundle = path.join(work, "client.js");
  writeFileSync(bundle, await bundleFor(root, ["halyard", "halyard/client"], "es2022"));
  const program = programOf("hermesc", cache);
  must(program, ["-emit-binary", "-O", "-out", path.join(work, "client.hbc"), bundle], work, 60_000);
  return "as it is built";
}

/** @param {string} text */
const oneLine = (text) => text.trim().split("\n").join("; ");
