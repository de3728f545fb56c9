/**
 * What promise 4 of the design says of one subscription: publish order, no message twice, and every loss a gap. It
 * judges what happened from outside: by what was published and what the user was told.
 */

/** What was published, in this order. `n` is its payload, and its place among everything. */
export interface Publication {
  readonly n: number;
  readonly channel: string;
  readonly topic: string;
}

/** What the user of a subscription was told, in order. */
export type Told =
  | {
      readonly type: "message";
      readonly channel: string;
      readonly topic: string;
      readonly n: number;
      readonly id: string;
    }
  | { readonly type: "gap"; readonly reason: string; readonly stored: number; readonly resets: number }
  | { readonly type: "lost" | "closed" };

/** One subscription, as it was asked for, and what came of it. */
export interface Account {
  readonly channel: string;
  readonly topics: readonly string[];
  /** Nothing that was published up to this place may come, where no gap was told. */
  readonly notBefore: number;
  /** Everything from this place on comes, or a gap is told; `undefined` where it was never subscribed. */
  readonly from: number | undefined;
  /** Whether its reader was ever slow: then it is told of a gap later than of the loss. */
  readonly wasPaused: boolean;
  /** Whether it still goes on: then everything has come by now. */
  readonly isOpen: boolean;
  readonly told: readonly Told[];
}

/**
 * What is wrong with it, each in a sentence. `silent`, as without a history: a loss in flight can't be told, but each
 * reconnect is a gap.
 */
export function judge(account: Account, published: readonly Publication[], silent = false): string[] {
  const { channel, topics, notBefore, from, told } = account;
  const problems: string[] = [];
  const ids = new Set<string>();
  const owed = (after: number, before: number) =>
    published.filter(
      (one) =>
        one.channel === channel &&
        topics.includes(one.topic) &&
        one.n > after &&
        one.n < before &&
        one.n >= (from ?? Number.POSITIVE_INFINITY),
    );
  let last = -1;
  let gap: Extract<Told, { type: "gap" }> | undefined;
  let hadGap = false;
  let wasLost = false;
  let isClosed = false;

  const lost = (before: number) => {
    if (gap || silent) return;
    const missing = owed(last, before).map(({ n }) => n);
    if (missing.length > 0) problems.push(`lost ${missing.join(", ")} without a gap, after ${last}`);
  };

  let again = 0;
  for (const one of told) {
    if (isClosed) problems.push(`told ${JSON.stringify(one)} after it was closed`);
    if (one.type === "closed") isClosed = true;
    if (one.type === "lost") wasLost = true;
    if (one.type === "gap") {
      hadGap = true;
      // Nothing was kept, and nothing happened since: what was told is what it resumes from.
      const isSame = gap && gap.stored === 0 && one.stored === 0 && gap.resets === one.resets;
      again = isSame ? again + 1 : 0;
      // Twice is a false alarm: a broker may show its new history before it tells of the break. More would be without end.
      if (!silent && again > 1) problems.push(`told the same gap (${one.reason}) again and again`);
      gap = one;
    }
    if (one.type !== "message") continue;
    const publication = published.find(({ n }) => n === one.n);
    if (!publication) problems.push(`got ${one.n}, which nobody published`);
    if (one.channel !== channel || publication?.channel !== channel)
      problems.push(`got ${one.n} of "${publication?.channel}", as of "${one.channel}"`);
    if (!topics.includes(one.topic) || publication?.topic !== one.topic)
      problems.push(`got ${one.n} of topic ${publication?.topic}, as of ${one.topic}`);
    if (ids.has(one.id)) problems.push(`got ${one.n} twice`);
    else if (one.n <= last) problems.push(`got ${one.n} after ${last}`);
    else if (one.n < notBefore && !hadGap)
      problems.push(`got ${one.n}, published before it asked (${notBefore})`);
    lost(one.n);
    if (silent && wasLost && !gap && !account.wasPaused)
      problems.push(`reconnected before ${one.n} without a gap`);
    wasLost = false;
    ids.add(one.id);
    last = Math.max(last, one.n);
    gap = undefined;
  }
  if (account.isOpen) lost(Number.POSITIVE_INFINITY);
  return problems;
}
