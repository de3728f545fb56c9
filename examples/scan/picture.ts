/** What the terminal shows of a scan, as lines of text. */
import type { Status } from "halyard/client";
import { formatBytes, formatCount, formatDuration, plural } from "./page/format.js";
import type { Received } from "./received.js";
import { type Style, shorten } from "./screen.js";

/** How the client's connection did. */
export interface Connection {
  status: Status;
  gaps: number;
  reconnects: number;
}

/** While it goes on: a bar, the connection, the last files. */
export function picture(
  { files, messages, bytes, progress, latest }: Received,
  { status, gaps, reconnects }: Connection,
  perSecond: number,
  { bold, quiet, accent, good, bad }: Style,
  columns: number,
): string[] {
  const width = Math.min(columns, 110) - 4;
  const total = progress?.total ?? 0;
  const share = total > 0 ? Math.min(files.received / total, 1) : 0;
  const cells = Math.max(width - 46, 10);
  const filled = Math.round(share * cells);
  const bar = accent("█".repeat(filled)) + quiet("░".repeat(cells - filled));
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const counts = `${formatCount(Math.round(perSecond))}/s; ${plural(gaps, "gap")}, ${plural(reconnects, "reconnect")}`;
  return [
    `  ${bar} ${percent}  ${bold(`${formatCount(files.received)} of ${formatCount(total)} files`)}, ${formatBytes(bytes)}`,
    `  ${status === "open" ? good("live") : bad(status)}  ${quiet(`received ${plural(messages, "message")}, ${counts}`)}`,
    ...latest.map((file) => {
      const facts = `${formatBytes(file.bytes).padStart(9)}  ${file.sha256.slice(0, 10)}`;
      return quiet(`  ${shorten(file.path, width - facts.length - 1)} ${facts}`);
    }),
  ];
}

/** When the last message was received. */
export function summary(
  { files, messages, bytes, done, since }: Received,
  { gaps, reconnects }: Connection,
  { bold, quiet, good, bad }: Style,
): string[] {
  const isWell = files.missing + files.duplicates + files.disorder + gaps === 0;
  const counts = [
    `${formatCount(files.missing)} missing`,
    plural(files.duplicates, "duplicate"),
    plural(gaps, "gap"),
    plural(reconnects, "reconnect"),
  ].join(", ");
  const perSecond = formatCount(Math.round((messages * 1000) / (performance.now() - since)));
  const took = done ? formatDuration(done.finishedAt.getTime() - done.startedAt.getTime()) : "?";
  const unreadable = done?.unreadable ? `, ${formatCount(done.unreadable)} unreadable` : "";
  return [
    `  ${isWell ? good("✓") : bad("✗")} Received ${bold(plural(messages, "message"))}: ${plural(files.received, "file")}, ${formatBytes(bytes)}; ${isWell ? counts : bad(counts)}.`,
    quiet(`  ${perSecond} messages a second, through the gateway. The server took ${took}${unreadable}.`),
  ];
}
