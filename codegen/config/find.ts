/** Finds `channels.config.ts`. */
import { existsSync } from "node:fs";
import path from "node:path";

/** What a config may be called, in the order in which it is looked for. */
export const CONFIG_NAMES = ["ts", "mts", "js", "mjs"].map((extension) => `channels.config.${extension}`);

/** The config in this folder, absolute. */
export function findConfigFile(folder: string): string | undefined {
  return CONFIG_NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}
