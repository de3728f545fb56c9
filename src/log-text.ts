/** Words for people who read logs, at either end. */
import type { GapReason } from "./transport.js";

/** `1 message`, `1,200 messages`. */
export const countOf = (count: number, what: string): string =>
  `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")} ${what}${count === 1 ? "" : "s"}`;

/** `82 B`, `1.2 kB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${short(bytes / 1e3)} kB` : `${short(bytes / 1e6)} MB`;
}

/** `0.4 ms`, `12 s`, `3 min`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${short(milliseconds)} ms`;
  return milliseconds < 120_000
    ? `${short(milliseconds / 1_000)} s`
    : `${Math.round(milliseconds / 60_000)} min`;
}

const short = (value: number) => (value < 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0));

/** One line, whatever a client may have put into it: no line breaks, no control of the terminal. */
export const oneLine = (text: string): string => text.replace(/\p{C}/gu, "\uFFFD");

const GAPS: Readonly<Record<GapReason, string>> = {
  trimmed: "the history since then was dropped",
  epoch: "the broker has another history now",
  unknown: "the broker doesn't know that position",
  overflow: "it was read too slowly, and there is no history",
  "no-replay": "the connection was lost, and there is no history",
};

/** ` after e.5: the history since then was dropped`. A later version may know other reasons. */
export const gapText = (reason: GapReason, after: string | null | undefined): string =>
  `${after == null ? "" : ` after ${after}`}: ${GAPS[reason] ?? reason}`;

/** What close codes say (RFC 6455, section 7.4; `docs/PROTOCOL.md`, section 6). */
const CODES: Readonly<Record<number, string>> = {
  1000: "done",
  1001: "the page was left",
  1002: "the WebSocket protocol was broken",
  1005: "closed without a code",
  1006: "the line broke",
  1007: "text that isn't UTF-8",
  1009: "a frame was too large",
  1011: "the server failed",
  1012: "the server restarts",
  1013: "the server is busy",
  4400: "a bad frame",
  4401: "no subscription in time",
  4403: "the page's origin isn't served",
  4404: "nothing answers at this address",
  4405: "the platform doesn't take this request",
  4406: "no version of the protocol in common",
  4408: "nothing was heard of the other end",
  4409: "a subscription's id was used twice",
  4413: "a request was too large",
  4429: "too many connections, or too much at once",
};

/** `1001, the page was left`; with the other end's reason, where it gave one. */
export function closeText(code: number, reason = ""): string {
  const why = reason || CODES[code];
  return why ? `${code}, ${why.replace(/\.$/, "")}` : String(code);
}
