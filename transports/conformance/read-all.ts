/** Reads a history to its end. */
import { check, same } from "./assert.js";
import type { CaseContext } from "./case.js";

/** The ids of all that is kept of a channel. */
export async function readAll({ history }: CaseContext, channel: string, limit = 1_000): Promise<string[]> {
  const ids = new Set<string>();
  let page = await history(channel, { limit });
  for (;;) {
    const found = page.deliveries.map(({ id }) => id);
    check(!found.some((id) => ids.has(id)), "A page of a history repeats what a page before it had.");
    for (const id of found) ids.add(id);
    if (!page.more) return [...ids];
    check(page.deliveries.length > 0, "A page of a history is empty, but says that there is more.");
    page = await history(channel, { after: page.position, limit });
    same(page.gap, undefined, "The gap of a page that follows another");
  }
}
