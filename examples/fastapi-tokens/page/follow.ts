/** A table as it grows: what FastAPI has of it, and from there on what comes over the line. */
import { subscribe } from "halyard/client";
import { tide } from "../channels.js";
import { fetchToken, loadTable, type TableState } from "./api.js";

export interface Watcher {
  /** Called with the table whenever there is more of it. */
  show(table: TableState): void;
  status(status: string): void;
}

/** Shows a table, and follows it until the signal is aborted. What is complete already isn't followed. */
export async function follow(first: TableState, signal: AbortSignal, watcher: Watcher): Promise<void> {
  let table = first;
  const change = (changes: Partial<TableState>) => {
    table = { ...table, ...changes };
    watcher.show(table);
  };
  change({});
  if (table.extremes || table.failed) return watcher.status("closed");

  await subscribe({
    channel: tide({ account: table.account, table: table.id }),
    token: () => fetchToken(table.id),
    // FastAPI had it up to here: what was published since comes first, then what comes.
    after: table.position,
    signal,
    onMessage: {
      heights: ({ data }) => change({ metres: [...table.metres.slice(0, data.from), ...data.metres] }),
      progress: () => undefined,
      done({ data: { highest, lowest } }) {
        const told = ({ metres, at }: typeof highest) => ({ metres, at: at.toISOString() });
        change({ extremes: { highest: told(highest), lowest: told(lowest) } });
      },
    },
    onStatus: watcher.status,
    // The gateway lost what it kept, as one does that restarts: FastAPI has it all.
    async onGap() {
      change(await loadTable(table.id));
    },
    onError: (error) => console.warn(error.message),
  });
}
