/** A folder of many tiny files, and what scanning it must give. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Folder {
  readonly path: string;
  /** What `sha256sum` prints for its files, in the order in which they are to be published. */
  readonly sums: string;
  readonly count: number;
  remove(): void;
}

/** Makes `count` files in nested folders, among them empty ones, odd names, and links that aren't to be followed. */
export function makeFolder(count: number): Folder {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-scan-"));
  const lines: [name: string, line: string][] = [];
  for (let i = 0; i < count; i++) {
    const name = nameOf(i);
    const content = i % 97 === 0 ? "" : `${i}\n`.repeat(i % 50);
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
    const sum = createHash("sha256").update(content).digest("hex");
    const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    lines.push([name, `${escaped === name ? "" : "\\"}${sum}  ${escaped}\n`]);
  }
  symlinkSync(folder, path.join(folder, "loop"));
  symlinkSync("nowhere", path.join(folder, "dangling"));
  lines.sort(([a], [b]) => compare(a.split("/"), b.split("/")));
  return {
    path: folder,
    sums: lines.map(([, line]) => line).join(""),
    count,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function nameOf(i: number): string {
  if (i === 1) return "straße & 旗.txt";
  if (i === 2) return "a 'quoted' <b> \\ and \n.txt";
  return `${String.fromCharCode(97 + (i % 7))}/${i % 23}/${i}.${["js", "ts", "json", "md"][i % 4]}`;
}

/** Folder by folder, name by name, as a walk in sorted order comes by. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? "";
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}
