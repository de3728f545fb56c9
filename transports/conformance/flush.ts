/** Waits for what is still on its way. */
import type { CaseContext } from "./case.js";
import { frame } from "./frames.js";
import { turn } from "./turns.js";

/** Turns of the event loop in which what was put off may begin. */
const TURNS = 10;

/** Publishes, and waits until another subscriber has it, twice: what is still on its way has come by then. */
export async function flush(
  { transport, listen, send }: CaseContext,
  channel: string,
  via = transport,
): Promise<void> {
  for (let i = 0; i < 2; i++) {
    for (let turns = TURNS; turns > 0; turns--) await turn();
    const { sink, subscription } = await listen(channel, {}, via);
    const last = frame(`flush ${i}`);
    await send(channel, [last], via);
    await sink.payload(last.payload);
    subscription.unsubscribe();
  }
}
