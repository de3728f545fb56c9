// @ts-check
/** The recipes of docs/runtimes.md for Jest, in projects of their own. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { writeTree } from "../lib/temp-tree.mjs";
import { makeProject, must } from "./project.mjs";
import { programOf } from "./runtimes.mjs";

const jest = "jest@30.5.2";
const babel = ["@babel/preset-env@7"];

/** @param {import("./items.mjs").Context} context */
export function esModules({ work, tarball }) {
  const files = {
    "jest.config.js": `export default { transform: {}, testMatch: ["**/*.test.mjs"] };\n`,
  };
  const project = makeProject(path.join(work, "jest-esm"), tarball, ["zod", jest], files);
  return counted(must(process.execPath, ["--experimental-vm-modules", ...program], project));
}

/** Jest's own `require` of ES modules, from Node 24.9 on. @param {import("./items.mjs").Context} context */
export function required({ cache, work, tarball }) {
  const files = {
    "package.json": `{ "private": true }`,
    "jest.config.cjs": `module.exports = { transform: {}, testMatch: ["**/*.test.cjs"] };\n`,
  };
  const project = makeProject(path.join(work, "jest-required"), tarball, ["zod", jest], files);
  const node = programOf("node24", cache);
  return counted(must(node, ["--experimental-vm-modules", ...program], project));
}

/** @param {import("./items.mjs").Context} context */
export function commonJs({ work, tarball }) {
  const files = {
    "package.json": `{ "private": true }`,
    "babel.config.cjs": `module.exports = { presets: [["@babel/preset-env", { targets: { node: "current" } }]] };\n`,
    "jest.config.cjs": `module.exports = { testMatch: ["**/*.test.js"], transformIgnorePatterns: ["/node_modules/(?!halyard/)"] };\n`,
  };
  const project = makeProject(path.join(work, "jest-cjs"), tarball, ["zod", jest, ...babel], files);
  // The same sources, named as in a project whose `.js` are compiled to CommonJS.
  for (const name of ["channels", "jest.test"]) {
    const file = path.join(project, `${name}.mjs`);
    writeTree(project, { [`${name}.js`]: readFileSync(file, "utf8").replaceAll(".mjs", ".js") });
    rmSync(file);
  }
  return counted(must(process.execPath, program, project));
}

const program = ["node_modules/jest/bin/jest.js", "--ci", "--no-color"];

/** @param {{ output: string }} result */
function counted({ output }) {
  const [, passed] = /^Tests:\s+(\d+ passed)/m.exec(output) ?? [];
  if (!passed) throw new Error(output);
  return `${passed}`;
}
