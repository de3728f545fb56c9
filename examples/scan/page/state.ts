/** What the page knows: of the connection, and of the scan that it follows. */
import type { Gap, Status } from "halyard/client";
import type { ScanDone, ScanFile, ScanMessage, ScanProgress } from "./channels.gen.js";
import { createLedger, type Ledger } from "./ledger.js";

/** Files that are shown. */
const LATEST = 12;

/** One scan, as far as it was received. */
export interface ScanState {
  readonly folder: string;
  readonly ledger: Ledger;
  /** The last files, newest first. */
  readonly latest: ScanFile[];
  /** One line per file, as `sha256sum` prints them. */
  readonly sums: string[];
  bytes: number;
  progress: ScanProgress | undefined;
  done: ScanDone | undefined;
}

export interface State {
  status: Status;
  reconnects: number;
  readonly gaps: Gap[];
  error: string | undefined;
  scan: ScanState | undefined;
}

export const createState = (): State => ({
  status: "connecting",
  reconnects: 0,
  gaps: [],
  error: undefined,
  scan: undefined,
});

export const createScanState = (folder: string): ScanState => ({
  folder,
  ledger: createLedger(),
  latest: [],
  sums: [],
  bytes: 0,
  progress: undefined,
  done: undefined,
});

/** Takes a message into the scan that it belongs to. */
export function receive(scan: ScanState, message: ScanMessage): void {
  switch (message.topic) {
    case "progress":
      scan.progress = message.data;
      break;
    case "file": {
      const file = message.data;
      scan.ledger.add(file);
      scan.bytes += file.bytes;
      scan.sums.push(sumOf(file));
      scan.latest.unshift(file);
      scan.latest.length = Math.min(scan.latest.length, LATEST);
      break;
    }
    case "done":
      scan.done = message.data;
      scan.ledger.complete(message.data.files);
      break;
  }
}

/** A line of `sha256sum`, which escapes what would break the line. */
function sumOf({ sha256, path }: ScanFile): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === path ? "" : "\\"}${sha256}  ${escaped}`;
}

/** Takes a change of the connection's status. */
export function setStatus(state: State, status: Status): void {
  if (state.status === "reconnecting" && status === "open") state.reconnects++;
  state.status = status;
}
