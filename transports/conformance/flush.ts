/** Waits for what is still on its way. */
import type { CaseContext } from "./case.js";
import { frame } from "./frames.js";

/** Publishes, and waits until another subscriber has it, twice: what is still on its way has come by then. */
export async function flush({ listen, send }: CaseContext, channel: string): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { sink, subscription } = await listen(channel);
    const last = frame(`flush ${i}`);
    await send(channel, [last]);
    await sink.payload(last.payload);
    subscription.unsubscribe();
  }
}
