// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * Writes files into a folder, making the folders that they need.
 *
 * @param {string} folder
 * @param {Record<string, string>} files Texts by path.
 */
export function writeTree(folder, files) {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

/**
 * Gives `use` a temporary folder that holds these files, and removes it when `use` is done.
 *
 * @template T
 * @param {Record<string, string>} files
 * @param {(folder: string) => T | Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withTree(files, use) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-"));
  try {
    writeTree(folder, files);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
