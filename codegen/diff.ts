/** A short line diff, to see at a glance what is stale. */
import type { GeneratedFile } from "./write.js";

const CONTEXT = 2;
/** More lines than this say no more to a reader. */
const MAX_LINES = 40;
/** Above this many comparisons, what changed is shown as one block. */
const MAX_CELLS = 4_000_000;

type Line = { readonly mark: " " | "-" | "+"; readonly text: string; readonly at: number };

/** The lines that differ, marked with `-` (before) and `+` (after), with some around them. Empty where nothing differs. */
export function diffLines(before: string, after: string): string {
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;

  const head = a.slice(0, start).map((text, i): Line => ({ mark: " ", text, at: i + 1 }));
  const middle = compare(a.slice(start, a.length - end), b.slice(start, b.length - end), start);
  const tail = b
    .slice(b.length - end)
    .map((text, i): Line => ({ mark: " ", text, at: b.length - end + i + 1 }));
  return show([...head, ...middle, ...tail]);
}

/** By the longest common subsequence, filled in from the end. */
function compare(a: readonly string[], b: readonly string[], offset: number): readonly Line[] {
  const minus = (i: number): Line => ({ mark: "-", text: a[i] ?? "", at: offset + i + 1 });
  const plus = (j: number): Line => ({ mark: "+", text: b[j] ?? "", at: offset + j + 1 });
  const width = b.length + 1;
  if ((a.length + 1) * width > MAX_CELLS) return [...a.map((_, i) => minus(i)), ...b.map((_, j) => plus(j))];
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", text: a[i] ?? "", at: offset + j + 1 });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(minus(i++));
    else lines.push(plus(j++));
  }
  return lines;
}

function show(lines: readonly Line[]): string {
  const changed = lines.flatMap(({ mark }, i) => (mark === " " ? [] : [i]));
  const shown: string[] = [];
  let last = -1;
  let next = 0;
  lines.forEach((line, i) => {
    while ((changed[next] ?? Number.POSITIVE_INFINITY) < i - CONTEXT) next++;
    const near = changed[next];
    if (near === undefined || Math.abs(near - i) > CONTEXT) return;
    if (i !== last + 1 || shown.length === 0) shown.push(`@@ line ${line.at} @@`);
    shown.push(`${line.mark} ${line.text}`.trimEnd());
    last = i;
  });
  if (shown.length <= MAX_LINES) return shown.join("\n");
  const count = changed.length;
  return [...shown.slice(0, MAX_LINES), `… ${count} lines differ in all`].join("\n");
}

/** What would be written and removed: the lines of each file, below its path. Empty where nothing would. */
export function diffFiles(files: readonly GeneratedFile[]): string {
  return files
    .flatMap(({ file, status, before = "", text = "" }) => {
      if (status === "same") return [];
      if (status === "changed") return [`${file} is stale:\n\n${diffLines(before, text)}`];
      return [`${file} ${status === "created" ? "isn't there yet" : "is no longer generated"}.`];
    })
    .join("\n\n");
}
