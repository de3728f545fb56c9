// @ts-check
/**
 * Builds the workspace of type-tests/declarations with every supported TypeScript, and looks at the declarations that come
 * out: they read as they are expected to, name no validator (a brand excepted) and no path that its readers lack.
 *
 *     node scripts/check-declarations.mjs [--update]
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { compilers, isMain, report, root, run } from "./lib/repo.mjs";
import { layOut } from "./lib/workspace.mjs";

const fixtures = path.join(root, "type-tests/declarations");

/** Where each import of emitted declarations may lead. */
const mayImport =
  /^(halyard(\/(server|client|stream|transports\/memory))?|@example\/channels\/channels\.js|zod)$/;

/**
 * What is wrong with the declarations that a user's package emitted.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function unreadable(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  // A brand is the one thing that a validator has to name: no other module could give the same.
  const plain = code.replace(/\b(import\("zod"\)|z)\.(core\.)?\$brand<"\w+">/g, "");
  // A token for a plain name fits whoever declares its payloads.
  const known = plain.replaceAll('[T in K]: import("halyard").Topic<any, any>', "");
  const found = (/** @type {RegExp} */ pattern, /** @type {string} */ what) =>
    (plain.match(pattern) ?? []).map((hit) => `${what}: ${hit}`);
  const imported = [...code.matchAll(/(?:\bfrom |\bimport\()"([^"]+)"/g)].map(([, from = ""]) => from);
  return [
    ...imported.filter((from) => !mayImport.test(from)).map((from) => `an import of ${from}`),
    ...(imported.includes("zod") && plain === code ? ["an import of zod for nothing"] : []),
    ...found(/\b(z\.\w+|Zod\w*|Standard\w*|Infer\w*)/g, "a validator's type"),
    ...found(/"~\w+"|\bNoReserved\b|\bChannelFor\b/g, "machinery"),
    ...(known.match(/\bany\b.*/g) ?? []).map((hit) => `what isn't known: ${hit}`),
    ...found(/[^"\s]*(\/dist\/|node_modules|\.pnpm)[^"\s]*/g, "a path"),
  ];
}

/**
 * What one compiler emitted for a package, without its maps. Up to 6.0 they escape what isn't ASCII.
 *
 * @param {string} dist
 */
const emittedIn = (dist) =>
  readdirSync(dist)
    .filter((file) => file.endsWith(".d.ts"))
    .sort()
    .map((file) =>
      readFileSync(path.join(dist, file), "utf8").replace(/\n?\/\/# sourceMappingURL=.*$/m, "\n"),
    )
    .join("\n")
    .replace(/\\u([\da-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

/** What the browser's package may load: itself, the declarations of the channels, and this package. */
const webMayLoad = /\/packages\/(web|channels)\/|\/node_modules\/(halyard|@standard-schema\/spec)\/[^:]*$/;

/**
 * @param {string} folder
 * @param {(line: string) => void} log
 * @param {boolean} update Whether to write what is expected, instead of comparing.
 * @returns {string[]} Problems.
 */
export function checkDeclarations(folder, log, update = false) {
  const names = layOut(path.join(fixtures, "packages"), folder);
  const packages = path.join(folder, "packages");
  const problems = [];
  for (const { name: compiler, tsc } of compilers) {
    const compile = (/** @type {string[]} */ ...args) =>
      run(process.execPath, [tsc, ...args, "--pretty", "false"], { cwd: packages });
    const clean = () => {
      for (const name of names)
        for (const made of ["dist", "tsconfig.tsbuildinfo"])
          rmSync(path.join(packages, name, made), { recursive: true, force: true });
    };
    clean();
    const built = compile("-b");
    if (!built.ok) {
      problems.push(`${compiler}: tsc -b failed\n${built.output}`);
      continue;
    }
    for (const name of names) {
      const emitted = emittedIn(path.join(packages, name, "dist"));
      problems.push(...unreadable(emitted).map((what) => `${compiler}: ${name} declares ${what}`));
      problems.push(...compare(name, compiler, emitted, update));
    }
    const loaded = compile("-p", "web", "--noEmit", "--listFilesOnly").stdout.trim().split("\n");
    const files = loaded.filter((file) => !/\/typescript[^/]*\/.*\/?lib\.[\w.]+\.d\.ts$/.test(file));
    if (!files.some((file) => file.endsWith("/web/src/web.ts")))
      problems.push(`${compiler}: web has no files`);
    problems.push(
      ...files.filter((file) => !webMayLoad.test(file)).map((file) => `${compiler}: web loads ${file}`),
    );
    log(`${names.length} packages with ${compiler}`);
  }
  return problems;
}

/**
 * TypeScript 7 orders unions, and the members of a type that zod computes, in its own way, and names a brand more shortly;
 * where that shows, there is a file of its own for it. All else is one text for all.
 *
 * @param {string} name
 * @param {string} compiler
 * @param {string} emitted
 * @param {boolean} update
 * @returns {string[]}
 */
function compare(name, compiler, emitted, update) {
  const own = path.join(fixtures, "expected", `${name}.${compiler}.txt`);
  const file = existsSync(own) ? own : path.join(fixtures, "expected", `${name}.txt`);
  if (update) writeFileSync(file, emitted);
  const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (emitted === expected) return [];
  const lines = expected.split("\n");
  const at = emitted.split("\n").findIndex((line, i) => line !== lines[i]);
  return [
    `${compiler}: ${path.relative(root, file)}:${at + 1}: expected "${lines[at]}", got "${emitted.split("\n")[at]}"`,
  ];
}

if (isMain(import.meta.url)) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-declarations-"));
  const update = process.argv.includes("--update");
  const problems = checkDeclarations(folder, (line) => console.log(`- ${line}`), update);
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`The workspace is left in ${folder}.`);
  report(problems, "Packages that export channels emit declarations that read well.");
}
