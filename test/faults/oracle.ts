/**
 * What promise 4 of the design says of a subscription, judged from outside: every message that was acknowledged comes once
 * and in order, or a gap stands in its place. It knows what publishers were told, and what a handler was told.
 */
import { type Entry, type Ledger, type Place, placeOf, type Violation } from "./ledger.js";

/** What a subscription's handlers were told, in order. */
export type Told =
  | { readonly type: "message"; readonly id: string; readonly n: number; readonly topic: string }
  | { readonly type: "gap"; readonly reason: string }
  /** Its connection was lost: it reconnects. */
  | { readonly type: "lost" }
  /** It is over. */
  | { readonly type: "ended"; readonly why: string };

/** A subscription: what it asked for, and what came of it. */
export interface Account {
  readonly name: string;
  readonly channel: string;
  readonly topics: readonly string[];
  /** The calls that were made before it was ready: what was first called for later is owed to it. */
  readonly from: number;
  /** The position that it resumed from, where it did: what came after that is owed to it. */
  readonly after: string | undefined;
  /** Whether its handler takes its time: then it is told of a lost connection before it has read what came before that. */
  readonly isSlow: boolean;
  readonly told: readonly Told[];
}

/** Acknowledged messages of one epoch, as a subscription is owed them, by offset. */
interface Epoch {
  readonly messages: readonly { readonly offset: number; readonly entry: Entry }[];
  /** When the first of it was acknowledged, and when the last. */
  readonly began: number;
  readonly ended: number;
}

/** At most so many messages are named in a sentence. */
const NAMED = 8;
const names = (entries: readonly Entry[]) =>
  `${entries
    .slice(0, NAMED)
    .map(({ n, ids }) => `${n} (${[...ids].join(", ")})`)
    .join(", ")}${entries.length > NAMED ? ` and ${entries.length - NAMED} more` : ""}`;

/** The epochs of a channel, with what this subscription asked for of each. */
function epochsOf(ledger: Ledger, { channel, topics }: Account): Map<string, Epoch> {
  const epochs = new Map<
    string,
    { messages: { offset: number; entry: Entry }[]; began: number; ended: number }
  >();
  for (const entry of ledger.entries.values()) {
    if (entry.channel !== channel || entry.acked === undefined) continue;
    for (const id of entry.ids) {
      const place = placeOf(id);
      if (!place) continue;
      const epoch = epochs.get(place.epoch) ?? { messages: [], began: entry.acked, ended: 0 };
      epoch.began = Math.min(epoch.began, entry.acked);
      epoch.ended = Math.max(epoch.ended, entry.acked);
      if (topics.includes(entry.topic)) epoch.messages.push({ offset: place.offset, entry });
      epochs.set(place.epoch, epoch);
    }
  }
  for (const { messages } of epochs.values()) messages.sort((a, b) => a.offset - b.offset);
  return epochs;
}

/** Judges one subscription on a transport that replays. It has come to rest: all that will come has come. */
export function judge(account: Account, ledger: Ledger): Violation[] {
  const problems: Violation[] = [];
  const say = (kind: Violation["kind"], what: string) => problems.push({ kind, at: account.name, what });
  const epochs = epochsOf(ledger, account);
  const start = account.after === undefined ? undefined : placeOf(account.after);
  const isOwed = ({ issued }: Entry) => start !== undefined || issued > account.from;
  const owed = (epoch: string, above: number, below: number) =>
    (epochs.get(epoch)?.messages ?? [])
      .filter(({ offset, entry }) => offset > above && offset < below && isOwed(entry))
      .map(({ entry }) => entry);
  /** The highest offset of each epoch that came. */
  const high = new Map<string, number>();
  if (start) high.set(start.epoch, start.offset);
  /** What is owed of epochs that began before this one, and after the place where it was. */
  const before = (epoch: string, from: Place | undefined) => {
    if (from?.epoch === epoch) return [];
    const since = from ? (epochs.get(from.epoch)?.began ?? 0) : 0;
    // One of which nothing was acknowledged has no time.
    const until = epochs.get(epoch)?.began ?? 0;
    return [...epochs]
      .filter(([name, { began }]) => name !== epoch && began >= since && began < until)
      .flatMap(([name]) => owed(name, high.get(name) ?? -1, Number.POSITIVE_INFINITY));
  };

  let last: Place | undefined = start;
  let hasGap = false;
  let gaps = 0;
  const contents = createContents(account, ledger, say);

  for (const one of account.told) {
    if (one.type === "ended") say("ended", `it ended by itself: ${one.why}`);
    if (one.type === "gap") {
      hasGap = true;
      gaps++;
    }
    if (one.type !== "message") continue;
    const place = placeOf(one.id);
    if (!contents.isGood(one, gaps) || !place) {
      if (!place) say("wrong-id", `${one.n} has the id ${one.id}, which is no position`);
      continue;
    }
    const top = high.get(place.epoch);
    if (top !== undefined && place.offset <= top) {
      say("reordered", `${one.n} (${one.id}) came after ${place.epoch}.${top}`);
      continue;
    }
    if (!hasGap) {
      const isBreak = last !== undefined && last.epoch !== place.epoch;
      const floor = last?.epoch === place.epoch ? last.offset : -1;
      const missing = [...before(place.epoch, last), ...owed(place.epoch, floor, place.offset)];
      const after = last ? `${last.epoch}.${last.offset}` : "its start";
      if (missing.length)
        say(
          isBreak ? "silent-break" : "lost",
          `between ${after} and ${one.id}, without a gap: ${names(missing)}`,
        );
    }
    high.set(place.epoch, place.offset);
    last = place;
    hasGap = false;
  }
  judgeEnd();
  return problems;

  /** Has everything come that was acknowledged last? A gap excuses nothing here: there was time, and more came after it. */
  function judgeEnd(): void {
    const [newest] = [...epochs]
      .filter(([, { messages }]) => messages.some(({ entry }) => isOwed(entry)))
      .sort(([, a], [, b]) => b.began - a.began);
    if (!newest) return;
    const floor = last?.epoch === newest[0] ? last.offset : -1;
    const missing = owed(newest[0], floor, Number.POSITIVE_INFINITY);
    const where = last ? `${last.epoch}.${last.offset}` : "its start";
    const known = [...epochs].map(([name, { began, ended }]) => `${name} ${began}–${ended}`);
    const when = known.length > 1 ? `; acknowledged, by epoch: ${known.join(", ")}` : "";
    if (missing.length)
      say("behind", `${hasGap ? "with" : "without"} a gap after ${where}: ${names(missing)}${when}`);
  }
}

/**
 * Whether the message was acknowledged in this epoch. In another one it may have another id: a broker that was started again
 * with its data can't tell that from data which were set back, and calls what it has a new history. A gap stands before it.
 */
const isOfKnownEpoch = ({ ids }: Entry, id: string) =>
  [...ids].some((known) => placeOf(known)?.epoch === placeOf(id)?.epoch);

type Message = Extract<Told, { type: "message" }>;

/** Looks at each message by itself: is it one that was published, here, under this id, and not twice? */
export function createContents(
  account: Account,
  ledger: Ledger,
  say: (kind: Violation["kind"], what: string) => void,
) {
  const ids = new Set<string>();
  /** How often a content came, and how many gaps there had been before, and in which epoch. */
  const seen = new Map<number, { times: number; gaps: number; epoch: string | undefined }>();
  return {
    /** Whether its place counts. */
    isGood({ n, id, topic }: Message, gaps: number): boolean {
      const entry = ledger.entries.get(n);
      if (!entry) {
        say("foreign", `it got ${n} (${id}), which nobody published`);
        return false;
      }
      if (entry.channel !== account.channel || entry.topic !== topic || !account.topics.includes(topic)) {
        say("foreign", `it got ${n} (${id}) as of ${topic}; that is of ${entry.channel}, ${entry.topic}`);
        return false;
      }
      if (ids.has(id)) {
        say("doubled", `it got ${n} (${id}) twice`);
        return false;
      }
      ids.add(id);
      const other = ledger.at(account.channel, id);
      if (other !== undefined && other !== n)
        say("wrong-id", `${id} was acknowledged for ${other}; it got ${n}`);
      else if (!entry.isUnsure && isOfKnownEpoch(entry, id) && !entry.ids.has(id))
        say("wrong-id", `${n} was acknowledged as ${[...entry.ids].join(", ")}; it came as ${id}`);

      const epoch = placeOf(id)?.epoch;
      const before = seen.get(n);
      const times = (before?.times ?? 0) + 1;
      // A history that was lost takes its keys with it: a retry is stored again, beyond the gap.
      const isNewHistory = before !== undefined && before.gaps < gaps && before.epoch !== epoch;
      const allowed = entry.key === undefined ? entry.calls : 1;
      if (times > allowed && !isNewHistory)
        say(
          "doubled",
          `it got the content ${n} ${times} times; ${entry.calls} calls, key ${entry.key}; now as ${id}`,
        );
      seen.set(n, { times: isNewHistory ? 1 : times, gaps, epoch });
      return true;
    },
  };
}
