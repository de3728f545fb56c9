/** The terminal's view: what a client receives through the gateway, over a socket like any other, and nothing else. */
import type { WriteStream } from "node:tty";
import { createClient, webSocket } from "halyard/client";
import type { App } from "halyard/server";
import { WebSocket } from "ws";
import { scan, scans } from "./channels.js";
import type { StartedScan } from "./job.js";
import { formatCount, plural } from "./page/format.js";
import { createRate } from "./page/rate.js";
import { type Connection, picture, summary } from "./picture.js";
import { createReceived, type Received, receive } from "./received.js";
import type { CurrentScan } from "./scanner.js";
import { createScreen } from "./screen.js";

export interface Terminal {
  /** Resolves when all of the first scan was received. Rejects when nothing can be received any more. */
  readonly finished: Promise<void>;
  close(): void;
}

/** Files that are shown. */
const LATEST = 6;
/** Milliseconds between two pictures. */
const EVERY = 100;

/** Shows one scan after the other, as they are started. */
export function watch(app: App, url: string, first: CurrentScan, output: WriteStream): Terminal {
  const screen = createScreen(output);
  const client = createClient({ url: `${url}/api/realtime`, wires: [webSocket({ WebSocket })] });
  const connection: Connection = { status: "connecting", gaps: 0, reconnects: 0 };
  const rate = createRate();
  let received = createReceived();
  let following: AbortController | undefined;
  let quarters = 0;

  /** Resolves when the scan's last message was received, or when another one is followed. */
  async function follow({ scanId, folder, from }: StartedScan): Promise<void> {
    following?.abort();
    following = new AbortController();
    const { signal } = following;
    const mine = createReceived();
    received = mine;
    quarters = 0;
    screen.print(`\nScanning ${screen.style.bold(folder)}`);
    const channel = scan({ scanId });
    const messages = await client.subscribe({
      channel,
      token: () => app.token({ channel }),
      after: from,
      signal,
      onGap: () => connection.gaps++,
      // What passes shows as a status; what doesn't, the loop below throws.
      onError: () => {},
      onStatus(status) {
        if (connection.status === "reconnecting" && status === "open") connection.reconnects++;
        connection.status = status;
      },
    });
    for await (const message of messages) {
      receive(mine, message, LATEST);
      printQuarter(mine);
      if (message.topic === "done") break;
    }
    if (!mine.done) return;
    screen.draw([]);
    for (const line of summary(mine, connection, screen.style)) screen.print(line);
  }

  /** Where nobody watches: a line for each quarter. */
  function printQuarter({ files, progress }: Received): void {
    if (screen.isLive || !progress?.total) return;
    const quarter = Math.floor((files.received / progress.total) * 4);
    if (quarter <= quarters || quarter > 3) return;
    quarters = quarter;
    screen.print(
      `  ${quarter * 25} %: received ${formatCount(files.received)} of ${plural(progress.total, "file")}`,
    );
  }

  async function followNext(): Promise<void> {
    const channel = scans;
    const token = () => app.token({ channel });
    const started = await client.subscribe({ channel, token, after: first.announced, onError: () => {} });
    for await (const { data } of started) follow(data).catch((error) => screen.print(`${error}`));
  }

  const pictures = setInterval(() => {
    if (received.done) return;
    const { messages } = received;
    screen.draw(picture(received, connection, rate.of(received, messages), screen.style, output.columns));
  }, EVERY);
  // Closing the client may come first, and is no failure.
  followNext().catch(() => {});
  return {
    finished: follow(first),
    close() {
      clearInterval(pictures);
      screen.draw([]);
      client.close();
    },
  };
}
