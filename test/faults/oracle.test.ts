/** An oracle that sees no fault proves nothing: each of these histories has one, by hand, and it must be told. */
import { describe, expect, test } from "vitest";
import { judgeCalls, Ledger } from "./ledger.js";
import { type Account, judge, type Told } from "./oracle.js";
import { judgeLossy } from "./oracle-lossy.js";

const channel = "room:1";

/** Messages 1, 2, … of topic `a`, acknowledged as e.1, e.2, … */
function published(count: number, ids: (n: number) => string = (n) => `e.${n}`): Ledger {
  const ledger = new Ledger();
  for (let n = 1; n <= count; n++) {
    ledger.call({ n, channel, topic: "a", key: undefined }, "p");
    ledger.ack(n, ids(n));
  }
  return ledger;
}

const got = (n: number, id = `e.${n}`, topic = "a"): Told => ({ type: "message", id, n, topic });
const gap: Told = { type: "gap", reason: "trimmed" };
const account = (told: readonly Told[], rest: Partial<Account> = {}): Account => ({
  name: "s",
  channel,
  topics: ["a"],
  from: 0,
  after: undefined,
  isSlow: false,
  told,
  ...rest,
});
/** What is wrong with it, in words. */
const kinds = (told: readonly Told[], ledger: Ledger, rest?: Partial<Account>) =>
  judge(account(told, rest), ledger).map(({ kind, what }) => `${kind}: ${what}`);

describe("nothing is wrong", () => {
  test("with everything, once, in order", () => {
    expect(
      kinds(
        [1, 2, 3].map((n) => got(n)),
        published(3),
      ),
    ).toEqual([]);
  });
  test("with a gap in the place of what is missing", () => {
    expect(kinds([got(1), gap, got(4)], published(4))).toEqual([]);
    expect(kinds([gap, got(4)], published(4))).toEqual([]);
  });
  test("with a gap where nothing is missing", () => {
    expect(kinds([got(1), gap, gap, got(2)], published(2))).toEqual([]);
  });
  test("without what was called for before it was ready", () => {
    expect(kinds([got(3)], published(3), { from: 2 })).toEqual([]);
  });
  test("where it resumed", () => {
    expect(kinds([got(3), got(4)], published(4), { from: 4, after: "e.2" })).toEqual([]);
  });
  test("without other topics", () => {
    const ledger = published(3);
    ledger.call({ n: 9, channel, topic: "b", key: undefined }, "p");
    ledger.ack(9, "e.9");
    expect(kinds([got(1), got(2), got(3)], ledger)).toEqual([]);
  });
  test("with or without what wasn't acknowledged", () => {
    const ledger = published(1);
    ledger.call({ n: 2, channel, topic: "a", key: undefined }, "p");
    ledger.fail(2);
    expect(kinds([got(1), got(2)], ledger)).toEqual([]);
    expect(kinds([got(1)], ledger)).toEqual([]);
  });
  test("with a message that was published again without a key", () => {
    const ledger = published(1);
    ledger.fail(1);
    ledger.call({ n: 1, channel, topic: "a", key: undefined }, "p");
    ledger.ack(1, "e.2");
    expect(kinds([got(1), got(1, "e.2")], ledger)).toEqual([]);
  });
  test("with a new history behind a gap, and in it again what was retried under its key", () => {
    const ledger = new Ledger();
    ledger.call({ n: 1, channel, topic: "a", key: "k" }, "p");
    ledger.fail(1);
    ledger.call({ n: 1, channel, topic: "a", key: "k" }, "p");
    ledger.ack(1, "f.1");
    expect(kinds([got(1), gap, got(1, "f.1")], ledger)).toEqual([]);
  });
  test("with a new name for what goes on without a loss", () => {
    const ids = ["e.1", "f.2"];
    expect(
      kinds(
        [got(1), got(2, "f.2")],
        published(2, (n) => ids[n - 1] ?? ""),
      ),
    ).toEqual([]);
  });
  test("with the same history under a new name, behind a gap", () => {
    const ledger = published(3, (n) => (n === 3 ? "f.3" : `e.${n}`));
    expect(kinds([got(1), gap, got(1, "f.1"), got(2, "f.2"), got(3, "f.3")], ledger)).toEqual([]);
  });
});

describe("it tells", () => {
  test("the same history under a new name, without a gap", () => {
    const ledger = published(3, (n) => (n === 3 ? "f.3" : `e.${n}`));
    const told = [got(1), got(1, "f.1"), got(2, "f.2"), got(3, "f.3")];
    expect(kinds(told, ledger).map((text) => text.split(":")[0])).toEqual(["doubled", "silent-break"]);
  });
  test("a loss: in between, at the start, at the end", () => {
    expect(kinds([got(1), got(3)], published(3))).toEqual([
      "lost: between e.1 and e.3, without a gap: 2 (e.2)",
    ]);
    expect(kinds([got(2)], published(2))).toEqual([
      "lost: between its start and e.2, without a gap: 1 (e.1)",
    ]);
    expect(kinds([got(1)], published(2))).toEqual(["behind: without a gap after e.1: 2 (e.2)"]);
    expect(kinds([], published(1))).toEqual(["behind: without a gap after its start: 1 (e.1)"]);
  });
  test("a loss after the gap that excuses another", () => {
    expect(kinds([got(1), gap, got(3), got(5)], published(5))).toEqual([
      "lost: between e.3 and e.5, without a gap: 4 (e.4)",
    ]);
  });
  test("a loss where it resumed", () => {
    expect(kinds([got(4)], published(4), { from: 4, after: "e.2" })).toEqual([
      "lost: between e.2 and e.4, without a gap: 3 (e.3)",
    ]);
  });
  test("that it stopped at a gap", () => {
    expect(kinds([got(1), gap], published(2))).toEqual(["behind: with a gap after e.1: 2 (e.2)"]);
  });
  test("an id that came twice", () => {
    expect(kinds([got(1), got(1), got(2)], published(2))).toEqual(["doubled: it got 1 (e.1) twice"]);
    expect(kinds([got(1), got(2), gap, got(1)], published(2))).toEqual(["doubled: it got 1 (e.1) twice"]);
  });
  test("a content that came under two ids, though it was called for once", () => {
    const [first, ...rest] = kinds(
      [got(1), got(1, "e.2"), got(3)],
      published(3, (n) => (n === 1 ? "e.2" : `e.${n + 1}`)),
    );
    expect(first).toContain("wrong-id");
    expect(rest.join()).toContain("doubled: it got the content 1 2 times; 1 calls");
  });
  test("a key that was stored twice, as its publisher knows it", () => {
    const ledger = new Ledger();
    for (const id of ["e.1", "e.2"]) {
      ledger.call({ n: 1, channel, topic: "a", key: "k" }, "p");
      ledger.ack(1, id);
    }
    expect(ledger.problems.map(({ what }) => what)).toEqual([
      "1 was stored a second time under the key k: it was e.1",
    ]);
  });
  test("a key that was stored twice, as its subscriber knows it", () => {
    const ledger = new Ledger();
    for (const _ of [1, 2]) ledger.call({ n: 1, channel, topic: "a", key: "k" }, "p");
    ledger.fail(1);
    ledger.ack(1, "e.2");
    expect(kinds([got(1), got(1, "e.2")], ledger).join()).toContain("doubled: it got the content 1 2 times");
  });
  test("an order that isn't the broker's", () => {
    expect(kinds([got(2), got(1), got(3)], published(3), { from: 2 })).toEqual([
      "reordered: 1 (e.1) came after e.2",
    ]);
  });
  test("an order that isn't the publisher's", () => {
    const ledger = published(2, (n) => `e.${3 - n}`);
    expect(judgeCalls(ledger).map(({ kind }) => kind)).toEqual(["reordered"]);
  });
  test("a new history without a gap, where something of the old one is missing, or of the new", () => {
    const ids = ["e.1", "e.2", "f.3", "f.4"];
    const ledger = published(4, (n) => ids[n - 1] ?? "");
    expect(kinds([got(1), got(3, "f.3"), got(4, "f.4")], ledger)).toEqual([
      "silent-break: between e.1 and f.3, without a gap: 2 (e.2)",
    ]);
    expect(kinds([got(1), got(2), got(4, "f.4")], ledger)).toEqual([
      "silent-break: between e.2 and f.4, without a gap: 3 (f.3)",
    ]);
  });
  test("a history in between that it never saw", () => {
    const ids = ["e.1", "f.1", "g.1"];
    const ledger = published(3, (n) => ids[n - 1] ?? "");
    expect(kinds([got(1), got(3, "g.1")], ledger)).toEqual([
      "silent-break: between e.1 and g.1, without a gap: 2 (f.1)",
    ]);
  });
  test("that it never saw the old history, and no gap either", () => {
    const ledger = published(2, (n) => (n === 1 ? "e.1" : "f.1"));
    expect(kinds([got(2, "f.1")], ledger)).toEqual([
      "lost: between its start and f.1, without a gap: 1 (e.1)",
    ]);
  });
  test("that it stayed in the old history", () => {
    const ledger = published(2, (n) => (n === 1 ? "e.1" : "f.1"));
    expect(kinds([got(1)], ledger)).toEqual([
      "behind: without a gap after e.1: 2 (f.1); acknowledged, by epoch: e 1–1, f 2–2",
    ]);
  });
  test("what nobody published, or not here", () => {
    const ledger = published(1);
    ledger.call({ n: 2, channel: "room:2", topic: "a", key: undefined }, "p");
    ledger.call({ n: 3, channel, topic: "b", key: undefined }, "p");
    const told = [got(1), got(2), got(3, "e.3", "b"), got(9)];
    expect(judge(account(told), ledger).map(({ kind }) => kind)).toEqual(["foreign", "foreign", "foreign"]);
  });
  test("another message under an acknowledged id, and one id for two", () => {
    const ledger = published(2, () => "e.1");
    expect(ledger.problems.map(({ what }) => what)).toEqual(["2 was given the id of 1"]);
    expect(kinds([got(1)], ledger).join()).toContain("wrong-id");
  });
  test("that it ended by itself", () => {
    expect(kinds([got(1), { type: "ended", why: "INTERNAL" }], published(1))).toEqual([
      "ended: it ended by itself: INTERNAL",
    ]);
  });
});

describe("without a history", () => {
  const lossy = (told: readonly Told[], count: number) => {
    const { problems, silent } = judgeLossy(
      account(told),
      published(count, (n) => `random-${n}`),
    );
    return [...problems.map(({ kind }) => kind), silent];
  };
  const one = (n: number) => got(n, `random-${n}`);
  test("a loss in flight is counted, one by a gap is not", () => {
    expect(lossy([one(1), one(3)], 3)).toEqual([1]);
    expect(lossy([one(1), gap, one(3)], 3)).toEqual([0]);
  });
  test("a reconnect without a gap is told", () => {
    expect(lossy([one(1), { type: "lost" }, one(2)], 2)).toEqual(["untold", 0]);
    expect(lossy([one(1), { type: "lost" }, gap, one(2)], 2)).toEqual([0]);
    expect(lossy([one(1), gap, { type: "lost" }, one(2)], 2)).toEqual([0]);
    expect(lossy([gap, one(1), { type: "lost" }, one(2)], 2)).toEqual(["untold", 0]);
  });
  test("what came twice, or in another order, is told", () => {
    expect(lossy([one(1), one(1)], 1)).toEqual(["doubled", 0]);
    expect(lossy([one(2), one(1)], 2)).toEqual(["reordered", 0]);
  });
});
