/**
 * What can be judged where a transport keeps no history: losses in flight are allowed, but nothing comes twice or in
 * another order than a publisher's, and each lost connection of the subscriber's is a gap.
 */
import type { Ledger, Violation } from "./ledger.js";
import { type Account, createContents } from "./oracle.js";

export interface LossyVerdict {
  readonly problems: readonly Violation[];
  /** Messages that were acknowledged, never came, and stand by no gap. Allowed, and worth knowing. */
  readonly silent: number;
}

export function judgeLossy(account: Account, ledger: Ledger): LossyVerdict {
  const problems: Violation[] = [];
  const say = (kind: Violation["kind"], what: string) => problems.push({ kind, at: account.name, what });
  const contents = createContents(account, ledger, say);
  /** By publisher, the call that came last. */
  const last = new Map<string, number>();
  /** By publisher, its calls whose messages a gap stands for: after the first, before the second. */
  const excused = new Map<string, [from: number, to: number][]>();
  const seen = new Set<number>();
  const publishers = new Set([...ledger.entries.values()].map(({ publisher }) => publisher));
  let isLost = false;
  // Since the last message. The client notes the gap when it notes the loss, and may tell of either first.
  let hasGap = false;
  let gaps = 0;

  for (const one of account.told) {
    if (one.type === "ended") say("ended", `it ended by itself: ${one.why}`);
    if (one.type === "lost") isLost = true;
    if (one.type === "gap") {
      hasGap = true;
      gaps++;
      // Until the next that comes of each.
      for (const publisher of publishers) {
        const intervals = excused.get(publisher) ?? [];
        if (intervals.at(-1)?.[1] === Number.POSITIVE_INFINITY) continue;
        intervals.push([last.get(publisher) ?? account.from, Number.POSITIVE_INFINITY]);
        excused.set(publisher, intervals);
      }
    }
    if (one.type !== "message" || !contents.isGood(one, gaps)) continue;
    // What a slow reader had yet to read was there before the connection was lost.
    if (isLost && !hasGap && !account.isSlow)
      say("untold", `it reconnected before ${one.n}, and no gap was told`);
    isLost = false;
    hasGap = false;
    seen.add(one.n);
    const entry = ledger.entries.get(one.n);
    if (!entry || entry.calls > 1) continue;
    const { issued, publisher } = entry;
    const before = last.get(publisher) ?? 0;
    if (issued <= before)
      say("reordered", `${one.n} came after a later call of ${publisher}: ${issued}, ${before}`);
    last.set(publisher, Math.max(before, issued));
    const open = excused.get(publisher)?.at(-1);
    if (open?.[1] === Number.POSITIVE_INFINITY) open[1] = issued;
  }
  let silent = 0;
  for (const { n, channel, topic, issued, acked, publisher } of ledger.entries.values()) {
    if (channel !== account.channel || !account.topics.includes(topic) || acked === undefined) continue;
    if (issued <= account.from || seen.has(n)) continue;
    if (!excused.get(publisher)?.some(([from, to]) => issued > from && issued < to)) silent++;
  }
  return { problems, silent };
}
