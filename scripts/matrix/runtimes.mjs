// @ts-check
/** Runtimes, as their vendors publish them on the npm registry. */
import { chmodSync, existsSync } from "node:fs";
import path from "node:path";
import { writeTree } from "../lib/temp-tree.mjs";
import { install } from "./project.mjs";

const { platform, arch } = process;

/** By name: the package, and the program in it. @type {Record<string, { spec: string, program: string }>} */
const runtimes = {
  ...Object.fromEntries(["20", "22", "24"].map((major) => [`node${major}`, nodeOf(major)])),
  bun: inPackage(`@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`, "1.4.5", "bin/bun"),
  deno: inPackage(`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, "2.9.6", "deno"),
  workerd: inPackage(
    `@cloudflare/workerd-${platform}-${arch === "x64" ? "64" : arch}`,
    "1.20261117.1",
    "bin/workerd",
  ),
  // Of React Native 0.88.
  hermesc: inPackage("hermes-compiler", "260318099.0.4", `hermesc/${hermesFolder()}/hermesc`),
};

/** @param {string} major */
function nodeOf(major) {
  return inPackage(`node-${platform}-${arch}`, major, "bin/node");
}

function hermesFolder() {
  return platform === "darwin" ? "osx-bin" : platform === "win32" ? "win64-bin" : "linux64-bin";
}

/** @param {string} name @param {string} version @param {string} program */
function inPackage(name, version, program) {
  return { spec: `${name}@${version}`, program: path.join("node_modules", name, program) };
}

/**
 * The program of a runtime, installed where it isn't yet. Node's is the running one where that is of this version.
 *
 * @param {string} name
 * @param {string} cache
 */
export function programOf(name, cache) {
  if (name === `node${process.versions.node.split(".", 1)[0]}`) return process.execPath;
  const runtime = runtimes[name];
  if (!runtime) throw new Error(`There is no runtime "${name}".`);
  const folder = path.join(cache, runtime.spec.replaceAll("/", "+"));
  const program = path.join(folder, runtime.program);
  if (!existsSync(program)) {
    writeTree(folder, { "package.json": `{ "private": true }` });
    install(folder, [runtime.spec]);
    chmodSync(program, 0o755);
  }
  return program;
}
