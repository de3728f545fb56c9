/** Shows the state on the page. It reads the state, and changes nothing of it. */
import { element, setAttribute, setText } from "./dom.js";
import { formatBytes, formatCount, plural } from "./format.js";
import { showLatest } from "./latest.js";
import { createRate } from "./rate.js";
import type { ScanState, State } from "./state.js";
import { showSummary } from "./summary.js";

const STATUS = {
  connecting: "Connecting",
  open: "Live",
  reconnecting: "Reconnecting",
  closed: "Closed",
} as const;

const GAP = {
  trimmed: "the server no longer keeps what came in between",
  epoch: "the server was restarted and has lost its history",
  unknown: "the server doesn't know where this page stopped",
  overflow: "this page was too slow",
  "no-replay": "the server keeps no history",
} as const;

const rate = createRate();
/** What the summary was last made of. */
let summarized: unknown;

export function show(state: State): void {
  const { scan, status } = state;
  setText("pill-text", STATUS[status]);
  setAttribute(element("pill"), "data-status", status);
  showDelivery(state);
  if (!scan) return;
  showProgress(scan);
  showLatest(scan.latest);
  element<HTMLButtonElement>("again").disabled = !scan.done;
  if (summarized === scan.done) return;
  summarized = scan.done;
  showSummary(scan);
}

function showProgress(scan: ScanState): void {
  const { progress, done, ledger } = scan;
  const name = scan.folder.split(/[\\/]/).findLast((part) => part !== "") ?? scan.folder;
  const total = done?.files ?? progress?.total ?? 0;
  const share = total > 0 ? Math.min(ledger.received / total, 1) : done ? 1 : 0;
  const percent = Math.floor(share * 100);
  const phase = done ? "Scanned" : progress?.phase === "hashing" ? "Scanning" : "Counting the files of";
  setText("phase", phase);
  setText("folder", name);
  setAttribute(element("folder"), "title", scan.folder);
  setText("percent", String(percent));
  setText("files", formatCount(ledger.received));
  setText("total", total > 0 ? `of ${formatCount(total)}` : "");
  setText("bytes", formatBytes(scan.bytes));
  setText("unreadable", formatCount(done?.unreadable ?? progress?.unreadable ?? 0));
  const took = done ? done.finishedAt.getTime() - done.startedAt.getTime() : 0;
  const perSecond = done ? done.files / Math.max(took / 1000, 0.001) : rate.of(scan, ledger.received);
  setText("rate", formatCount(Math.round(perSecond)));
  setAttribute(element("bar"), "aria-valuenow", String(percent));
  setAttribute(element("bar"), "class", done ? "bar done" : "bar");
  element("bar-fill").style.transform = `translateX(${share * 100 - 100}%)`;
  document.title = done ? `Done · ${name}` : `${percent} % · ${name}`;
}

function showDelivery({ scan, gaps, reconnects, error }: State): void {
  const { received = 0, expected = 0, missing = 0, duplicates = 0, disorder = 0 } = scan?.ledger ?? {};
  setText("received", formatCount(received));
  setText("expected", formatCount(expected));
  setText("reconnects", formatCount(reconnects));
  const wrong = { missing, duplicates, disorder, gaps: gaps.length };
  for (const [id, count] of Object.entries(wrong)) {
    setText(id, formatCount(count));
    setAttribute(element(id), "class", count > 0 ? "zero wrong" : "zero");
  }
  const isWell = missing + duplicates + disorder === 0;
  const verdict = isWell
    ? scan?.done
      ? "Every file, once, in order"
      : "Nothing missing"
    : "Not as it should be";
  setText("verdict", received > 0 ? verdict : "");
  setAttribute(
    element("verdict"),
    "class",
    received === 0 ? "verdict" : isWell ? "verdict good" : "verdict bad",
  );

  const gap = gaps.at(-1);
  const note = error ?? (gap && `Messages may be missing: ${GAP[gap.reason]}.`) ?? "";
  setText("gap-note", note);
  element("gap-note").hidden = note === "";
}

/** Says what matters to who listens instead of looking: not every number, but each turn of events. */
export function createAnnouncer(): (state: State) => void {
  let said = "";
  return ({ status, scan, gaps }) => {
    const gap = gaps.at(-1);
    const text = [
      STATUS[status],
      gap && `Messages may be missing: ${GAP[gap.reason]}`,
      scan?.done && `Done: ${plural(scan.ledger.received, "file")} received, ${scan.ledger.missing} missing`,
    ]
      .filter(Boolean)
      .join(". ");
    if (text === said) return;
    said = text;
    setText("announce", text);
  };
}
