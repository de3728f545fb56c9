/** The terminal's view: what a client receives through the gateway, over a socket like any other, and nothing else. */
import path from "node:path";
import type { WriteStream } from "node:tty";
import { createClient, type Status, webSocket } from "halyard/client";
import type { App } from "halyard/server";
import { WebSocket } from "ws";
import { scan, scans } from "./channels.js";
import type { StartedScan } from "./job.js";
import { formatBytes, formatCount, formatDuration, plural } from "./page/format.js";
import { createRate } from "./page/rate.js";
import { createReceived, type Received, receive } from "./received.js";
import type { CurrentScan } from "./scanner.js";
import { createScreen, fit } from "./screen.js";

export interface Terminal {
  /** Resolves when all of the first scan was received. Rejects when nothing can be received any more. */
  readonly finished: Promise<void>;
  close(): void;
}

/** Files that are shown. */
const LATEST = 6;
/** Milliseconds between two pictures. */
const EVERY = 100;

export function watch(app: App, url: string, first: CurrentScan, output: WriteStream): Terminal {
  const screen = createScreen(output);
  const { bold, quiet, accent, good, bad } = screen.style;
  const client = createClient({ url: `${url}/api/realtime`, wire: webSocket({ WebSocket }) });
  const rate = createRate();
  let status: Status = "connecting";
  let gaps = 0;
  let reconnects = 0;
  let received: Received | undefined;
  let following: AbortController | undefined;
  let quarters = 0;
  let finish: () => void;
  let fail: (error: unknown) => void;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });

  async function follow({ scanId, folder, from }: StartedScan): Promise<void> {
    following?.abort();
    following = new AbortController();
    const mine = createReceived(folder);
    received = mine;
    quarters = 0;
    screen.print(`\nScanning ${bold(folder)}`);
    const channel = scan({ scanId });
    await client.subscribe({
      channel,
      token: () => app.token({ channel }),
      after: from,
      signal: following.signal,
      onMessage(message) {
        receive(mine, message, LATEST);
        if (!screen.isLive) printQuarter(mine);
        if (message.topic !== "done") return;
        const { startedAt, finishedAt, bytes, unreadable } = message.data;
        received = undefined;
        screen.draw([]);
        for (const line of summarize(mine)) screen.print(line);
        const took = formatDuration(finishedAt.getTime() - startedAt.getTime());
        const skipped = unreadable > 0 ? `, ${formatCount(unreadable)} unreadable` : "";
        screen.print(quiet(`  The server hashed ${formatBytes(bytes)} in ${took}${skipped}.`));
        finish();
      },
      onGap: () => gaps++,
      onError: ignorePassing,
    });
  }

  /** Errors that pass show as a status; these don't. */
  function ignorePassing(error: Error): void {
    if (status === "closed") fail(error);
  }

  function summarize({ files, messages, bytes, since }: Received): string[] {
    const seconds = (performance.now() - since) / 1000;
    const counts = [
      `${formatCount(files.missing)} missing`,
      `${formatCount(files.duplicates)} duplicates`,
      plural(gaps, "gap"),
      plural(reconnects, "reconnect"),
    ].join(", ");
    const isWell = files.missing + files.duplicates + files.disorder + gaps === 0;
    return [
      `  ${isWell ? good("✓") : bad("✗")} Received ${bold(plural(messages, "message"))}: ${plural(files.received, "file")}, ${formatBytes(bytes)}; ${isWell ? counts : bad(counts)}.`,
      quiet(`  ${formatCount(Math.round(messages / seconds))} messages a second, through the gateway.`),
    ];
  }

  /** Where nobody watches: a line for each quarter. */
  function printQuarter({ files, progress }: Received): void {
    const total = progress?.total ?? 0;
    const reached = total > 0 ? Math.floor((files.received / total) * 4) : 0;
    if (reached <= quarters || reached > 3) return;
    quarters = reached;
    screen.print(`  ${reached * 25} %: received ${formatCount(files.received)} of ${plural(total, "file")}`);
  }

  function draw(): void {
    if (!received) return;
    const { files, messages, bytes, progress, latest } = received;
    const width = Math.min(output.columns ?? 80, 110) - 4;
    const total = progress?.total ?? 0;
    const share = total > 0 ? Math.min(files.received / total, 1) : 0;
    const cells = Math.max(width - 44, 10);
    const filled = Math.round(share * cells);
    const bar = `${accent("█".repeat(filled))}${quiet("░".repeat(cells - filled))}`;
    const count = `${formatCount(files.received)} of ${formatCount(total)} files`;
    const line = status === "open" ? good("live") : bad(status);
    const perSecond = `${formatCount(Math.round(rate.of(received, messages)))}/s`;
    const counts = `${plural(gaps, "gap")}, ${plural(reconnects, "reconnect")}`;
    screen.draw([
      `  ${bar} ${`${Math.floor(share * 100)} %`.padStart(5)}  ${bold(count)}, ${formatBytes(bytes)}`,
      `  ${line}  ${quiet(`received ${plural(messages, "message")}, ${perSecond}; ${counts}`)}`,
      ...latest.map(({ path: name, bytes, sha256 }) => {
        const end = `${formatBytes(bytes).padStart(9)}  ${sha256.slice(0, 10)}`;
        return quiet(`  ${fit(name.split(path.sep).join("/"), width - end.length - 1)} ${end}`);
      }),
    ]);
  }

  async function start(): Promise<void> {
    const after = first.announced;
    await follow(first);
    await client.subscribe({
      channel: scans,
      token: () => app.token({ channel: scans }),
      after,
      onMessage: ({ data }) => void follow(data).catch(fail),
      onGap: () => gaps++,
      onError: ignorePassing,
      onStatus(next) {
        if (status === "reconnecting" && next === "open") reconnects++;
        status = next;
      },
    });
  }

  const pictures = setInterval(draw, EVERY);
  start().catch((error) => fail(error));
  return {
    finished,
    close() {
      clearInterval(pictures);
      screen.draw([]);
      client.close();
    },
  };
}
