// @ts-check
import path from "node:path";
import { isExecutable } from "../../test-support/brokers/programs.mjs";

/**
 * The Chromium that the end-to-end tests drive: `CHROMIUM_PATH`, or the first that PATH or Debian's own folder has.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined;
  const folders = [...(env.PATH ?? "").split(path.delimiter).filter(Boolean), "/usr/bin"];
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find(isExecutable);
}
