/** The list of the last files: a fixed number of rows, whatever comes. */
import type { ScanFile } from "./channels.gen.js";
import { element, make } from "./dom.js";
import { formatBytes } from "./format.js";

/** Milliseconds between two changes of the list, so that it can be read. */
const EVERY = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1_000 : 120;

let shownAt = Number.NEGATIVE_INFINITY;
let shown: ScanFile | undefined;

export function showLatest(files: readonly ScanFile[]): void {
  if (files[0] === shown || performance.now() - shownAt < EVERY) return;
  shownAt = performance.now();
  shown = files[0];
  element("latest-empty").hidden = files.length > 0;
  element("latest").replaceChildren(...files.map(rowOf));
}

function rowOf({ path, bytes, sha256, modifiedAt }: ScanFile): HTMLElement {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  const row = make(
    "li",
    "",
    make("span", "name", path.slice(cut)),
    make("span", "size", formatBytes(bytes)),
    make("span", "folder", path.slice(0, cut - 1) || "·"),
    make("span", "hash", sha256.slice(0, 10)),
  );
  row.title = `${path}\nsha256 ${sha256}\nchanged ${modifiedAt.toLocaleString()}`;
  return row;
}
