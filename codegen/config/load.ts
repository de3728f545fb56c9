/** Finds and loads `channels.config.ts`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { failure } from "../errors.js";
import type { ConfigInput } from "./config.js";

const NAMES = ["ts", "mts", "js", "mjs"].map((extension) => `channels.config.${extension}`);

/** The config in this folder, absolute. */
export function findConfigFile(folder: string): string | undefined {
  return NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The default export of a config file. Throws `CODEGEN_CONFIG` where it can't be loaded, or is no config. */
export async function loadConfigFile(file: string): Promise<ConfigInput> {
  if (!existsSync(file)) throw failure("CODEGEN_CONFIG", `There is no config ${file}.`);
  const module: { readonly default?: ConfigInput } = await import(pathToFileURL(file).href);
  if (module.default) return module.default;
  throw failure("CODEGEN_CONFIG", `${file} has no default export.`, "export default defineConfig({ … })");
}
