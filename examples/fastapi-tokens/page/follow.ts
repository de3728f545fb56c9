/** A table as it grows: what FastAPI has of it, and from there on what comes over the line. */
import { subscribe } from "halyard/client";
import { tide } from "../channels.js";
import { fetchToken, loadTable, Refused, type TableState } from "./api.js";

export interface Watcher {
  /** Called with the table whenever there is more of it. */
  show(table: TableState): void;
  status(status: string): void;
  /** FastAPI gives no token: the session is over, or the table is gone. */
  refused(error: Refused): void;
}

/** Shows a table, and follows it until the signal is aborted. What is complete already isn't followed. */
export async function follow(first: TableState, signal: AbortSignal, watcher: Watcher): Promise<void> {
  let { extremes, failed, part } = first;
  const metres: number[] = [];

  function add(from: number, more: readonly number[]): void {
    for (const [i, height] of more.entries()) metres[from + i] = height;
    // What isn't there yet is a hole: after a gap, until FastAPI has filled it.
    let known = 0;
    while (metres[known] !== undefined) known++;
    watcher.show({ ...first, metres: metres.slice(0, known), extremes, failed, part });
  }
  function take(table: TableState): void {
    ({ extremes, failed, part } = table);
    add(0, table.metres);
  }

  take(first);
  if (extremes || failed) return watcher.status("closed");
  await subscribe({
    channel: tide({ account: first.account, table: first.id }),
    token: () => fetchToken(first.id),
    // FastAPI had it up to here: what was published since comes first, then what comes.
    after: first.position,
    signal,
    onMessage: {
      heights: ({ data }) => add(data.from, data.metres),
      progress({ data }) {
        part = data.part;
        add(0, []);
      },
      done({ data: { highest, lowest } }) {
        const told = ({ metres, at }: typeof highest) => ({ metres, at: at.toISOString() });
        extremes = { highest: told(highest), lowest: told(lowest) };
        add(0, []);
      },
    },
    onStatus: watcher.status,
    // The gateway lost what it kept, as one does that restarts: FastAPI has it all.
    onGap: async () => take(await loadTable(first.id)),
    onError(error) {
      console.warn(error.message);
      if (error.cause instanceof Refused) watcher.refused(error.cause);
    },
  });
}
