/** What was published, against what one subscriber was told: each once, in order, or a gap. */
import { check, short } from "./assert.js";
import { FILLER } from "./frames.js";
import type { Recorder } from "./recorder.js";

/** A message that was published, in the order of publishing. Its payload is its own. */
export interface Entry {
  readonly payload: string;
  /** `undefined` where the publish was rejected: it may have been stored all the same, once. */
  readonly id: string | undefined;
}

/** Whether a message is one of those that push others out of a history: it is in nobody's books. */
const isFiller = (payload: string) => payload.includes(`"${FILLER} `);

/**
 * Throws unless the sink got every acknowledged message, once, in order and with its id; or a gap in its place. `what`
 * names the subscription. Called when the last message has come, so that nothing may come later.
 */
export function checkBooks(sink: Recorder, entries: readonly Entry[], what: string): void {
  const places = new Map(entries.map(({ payload }, place) => [payload, place]));
  const seen = new Set<string>();
  // The place in the books of the last acknowledged message, and in the sink.
  let place = -1;
  let at = -1;
  const gapBetween = (from: number, to: number) => sink.gaps.some((gap) => gap.at > from && gap.at <= to);

  for (const [i, { id, frame }] of sink.deliveries.entries()) {
    const name = short(frame.payload);
    if (isFiller(frame.payload)) continue;
    const own = places.get(frame.payload);
    const entry = own === undefined ? undefined : entries[own];
    check(entry !== undefined && own !== undefined, `${what}: ${name} came, and was never published.`);
    check(!seen.has(frame.payload), `${what}: ${name} came twice.`);
    seen.add(frame.payload);
    // What was not acknowledged may have been stored late.
    if (entry.id === undefined) continue;
    check(entry.id === id, `${what}: ${name} came with the id ${id}, publish gave ${entry.id}.`);
    check(own > place, `${what}: ${name} came after ${short(entries[place]?.payload)}, which is later.`);
    const lost = entries.slice(place + 1, own).find((one) => one.id !== undefined);
    check(
      lost === undefined || gapBetween(at, i),
      `${what}: ${short(lost?.payload)} was lost without a gap, before ${name}.`,
    );
    [place, at] = [own, i];
  }
}
