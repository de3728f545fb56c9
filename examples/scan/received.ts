/** What a client has received of one scan. */
import type { Realtime } from "halyard";
import type { scan } from "./channels.js";
import { createLedger, type Ledger } from "./page/ledger.js";

export type ScanMessage = Realtime.Message<typeof scan>;
type DataOf<T extends ScanMessage["topic"]> = Extract<ScanMessage, { topic: T }>["data"];

export interface Received {
  readonly folder: string;
  /** When this client began to follow it, in milliseconds. */
  readonly since: number;
  readonly files: Ledger;
  /** The last files, newest first. */
  readonly latest: DataOf<"file">[];
  messages: number;
  bytes: number;
  progress: DataOf<"progress"> | undefined;
}

export const createReceived = (folder: string): Received => ({
  folder,
  since: performance.now(),
  files: createLedger(),
  latest: [],
  messages: 0,
  bytes: 0,
  progress: undefined,
});

/** Takes a message in. At most `keep` files stay in {@link Received.latest}. */
export function receive(received: Received, message: ScanMessage, keep: number): void {
  received.messages++;
  switch (message.topic) {
    case "progress":
      received.progress = message.data;
      break;
    case "file":
      received.files.add(message.data);
      received.bytes += message.data.bytes;
      received.latest.unshift(message.data);
      received.latest.length = Math.min(received.latest.length, keep);
      break;
    case "done":
      received.files.complete(message.data.files);
      break;
  }
}
