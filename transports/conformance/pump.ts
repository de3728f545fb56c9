/** Publishes as fast as it can, while a case does something else. */
import type { Transport } from "../../src/transport.js";
import type { CaseContext } from "./case.js";
import { frame } from "./frames.js";
import { turn } from "./turns.js";

/** The messages with these numbers, as a pump publishes them. */
export const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => frame(`message ${from + i}`));

/** What publishes numbered messages, one batch after the other, until it is stopped. */
export interface Pump {
  /** What was stored so far. */
  readonly ids: readonly string[];
  /** Resolves when nothing is under way any more; rejects where a publish failed. */
  stop(): Promise<void>;
}

export function startPump({ send }: CaseContext, channel: string, via: Transport): Pump {
  const ids: string[] = [];
  let stopped = false;
  const run = async () => {
    for (let batch = 0; !stopped; batch++) {
      ids.push(...(await send(channel, numbered(ids.length, 1 + (batch % 3)), via)));
      // With a transport that never waits, timers would not fire without a pause.
      if (batch % 10 === 0) await turn();
    }
  };
  const done = run();
  // Told by `stop`; until then it is no unhandled rejection.
  done.catch(() => {});
  return {
    ids,
    stop() {
      stopped = true;
      return done;
    },
  };
}
