/** The card that tells how a scan ended. What it shows came typed: dates, a bigint, a map. */
import { element, make, setText } from "./dom.js";
import { formatBytes, formatDuration, plural } from "./format.js";
import type { ScanState } from "./state.js";

/** File endings that have a share of their own; the rest goes together. */
const SHOWN = 5;

let sums = "";

export function showSummary({ done, sums: lines }: ScanState): void {
  element("summary").hidden = done === undefined;
  if (!done) return;
  const { files, bytes, startedAt, finishedAt } = done;
  setText("summary-title", `Done in ${formatDuration(finishedAt.getTime() - startedAt.getTime())}`);
  setText(
    "summary-text",
    `${plural(files, "file")}, ${formatBytes(bytes)}, at ${finishedAt.toLocaleTimeString()}.`,
  );

  const shares = sharesOf(done.endings);
  element("endings").replaceChildren(
    ...shares.map(({ share }, i) => {
      const bar = make("i", `shade-${i + 1}`);
      bar.style.flexGrow = String(share);
      return bar;
    }),
  );
  element("endings-list").replaceChildren(
    ...shares.map(({ ending, bytes }, i) =>
      make("li", "", make("i", `dot shade-${i + 1}`), ending, " ", make("span", "share", formatBytes(bytes))),
    ),
  );

  if (sums) URL.revokeObjectURL(sums);
  sums = URL.createObjectURL(new Blob([lines.map((line) => `${line}\n`).join("")], { type: "text/plain" }));
  element<HTMLAnchorElement>("sums").href = sums;
}

function sharesOf(endings: ReadonlyMap<string, bigint>) {
  const largest = [...endings].slice(0, SHOWN);
  const rest = [...endings].slice(SHOWN).reduce((sum, [, bytes]) => sum + bytes, 0n);
  if (rest > 0n) largest.push(["other", rest]);
  const all = largest.reduce((sum, [, bytes]) => sum + bytes, 0n) || 1n;
  return largest.map(([ending, bytes]) => ({ ending, bytes, share: Number(bytes) / Number(all) }));
}
