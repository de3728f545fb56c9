/** What a client has received of one scan. */
import type { Realtime } from "halyard";
import type { scan } from "./channels.js";
import { createLedger, type Ledger } from "./page/ledger.js";

export type ScanMessage = Realtime.Message<typeof scan>;
type ScanData = (typeof scan)["$infer"];

export interface Received {
  /** When this client began to follow it, in milliseconds. */
  readonly since: number;
  readonly files: Ledger;
  /** The last files, newest first. */
  readonly latest: ScanData["file"][];
  messages: number;
  bytes: number;
  progress: ScanData["progress"] | undefined;
  done: ScanData["done"] | undefined;
}

export const createReceived = (): Received => ({
  since: performance.now(),
  files: createLedger(),
  latest: [],
  messages: 0,
  bytes: 0,
  progress: undefined,
  done: undefined,
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
      received.done = message.data;
      received.files.complete(message.data.files);
      break;
  }
}
