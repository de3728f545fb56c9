/** What a path really leads to. */
import { readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

/** The path with links resolved, as far as it exists; a link that leads nowhere yet is followed, too. */
export function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    // A ring of links: whoever opens it says so.
    if (error instanceof Error && "code" in error && error.code === "ELOOP") return file;
  }
  const parent = path.dirname(file);
  if (parent === file) return file;
  const real = path.join(realOf(parent), path.basename(file));
  const target = linkOf(real);
  return target === undefined ? real : realOf(path.resolve(path.dirname(real), target));
}

/** Where a link leads, or `undefined` where it is none. */
function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

/** The same for two paths that are one file here, or would be on a system that doesn't tell upper case from lower. */
export const fileKey = (file: string): string => realOf(file).normalize("NFC").toLowerCase();
