/** What the config hangs on. */
import path from "node:path";
import { CONFIG_NAMES } from "../config/find.js";
import { configInputs } from "../config/imports.js";
import { configFileOf, type OpenOptions } from "../project.js";
import type { ReadInputs } from "../reader.js";

/** The files that the config is read from, absolute, whether it can be loaded or not; and those that would come first. */
export function configInputsOf(options: OpenOptions): ReadInputs {
  const folder = path.resolve(options.cwd ?? "");
  const file = configFileOf(options);
  const files: string[] = [];
  const missing: string[] = [];
  if (file !== undefined) {
    const inputs = configInputs(file);
    files.push(...inputs.files);
    missing.push(...inputs.missing);
  }
  const names = options.config === undefined ? CONFIG_NAMES : [];
  missing.push(...names.map((name) => path.join(folder, name)).filter((name) => !files.includes(name)));
  return { files, missing, directories: [] };
}
