import { describe, expect, it } from "vitest";
import { type Account, judge, type Publication, type Told } from "./oracle.test-support.js";

const published: Publication[] = [0, 1, 2, 3, 4].map((n) => ({
  n,
  channel: n === 3 ? "other" : "one",
  topic: n === 4 ? "b" : "a",
}));
const message = (n: number, more: object = {}): Told => ({
  ...{ type: "message", channel: "one", topic: "a", n, id: `e.${n}` },
  ...more,
});
const gap: Told = { type: "gap", reason: "trimmed", stored: 1, resets: 0 };
const account = (told: Told[], more: Partial<Account> = {}): Account => ({
  ...{ channel: "one", topics: ["a"], notBefore: 0, from: 0, isOpen: true, wasPaused: false },
  told,
  ...more,
});
const all = [message(0), message(1), message(2)];

describe("the oracle", () => {
  it.each<[string, Account]>([
    ["everything in order", account(all)],
    ["a loss that a gap covers", account([message(0), gap, message(2)])],
    ["a loss at the end that a gap covers", account([message(0), message(1), gap])],
    ["what isn't owed", account([message(1), message(2)], { from: 2 })],
    ["the rest, once it is closed", account([message(0), { type: "closed" }], { isOpen: false })],
  ])("takes %s", (_, given) => {
    expect(judge(given, published)).toEqual([]);
  });

  it.each<[string, Account, RegExp]>([
    ["a loss", account([message(0), message(2)]), /^lost 1 without a gap, after 0$/],
    ["a loss at the start", account([message(1), message(2)]), /^lost 0 /],
    ["a loss at the end", account([message(0), message(1)]), /^lost 2 /],
    ["a loss after a gap", account([gap, message(0), message(2)]), /^lost 1 /],
    ["a gap that comes too late", account([message(0), message(2), gap]), /^lost 1 /],
    ["a repeat", account([...all, message(2)]), /^got 2 twice$/],
    ["another order", account([message(1), message(0), message(2)], { from: 9 }), /^got 0 after 1$/],
    ["what came before", account(all, { notBefore: 1 }), /^got 0, published before/],
    ["another channel", account([...all, message(3)]), /^got 3 of "other", as of "one"$/],
    [
      "another channel's name",
      account([message(0, { channel: "other" }), ...all.slice(1)]),
      /as of "other"$/,
    ],
    ["another topic", account([...all, message(4, { topic: "b" })]), /^got 4 of topic b/],
    ["another topic's name", account([...all, message(4)]), /^got 4 of topic b, as of a/],
    ["what nobody published", account([...all, message(7)]), /^got 7, which nobody/],
    ["what comes after the end", account([...all, { type: "closed" }, gap]), /after it was closed$/],
    [
      "one gap three times, with nothing between",
      account([...all, ...[1, 2, 3].map(() => ({ ...gap, stored: 0 }) as Told)]),
      /^told the same gap \(trimmed\) again and again$/,
    ],
  ])("finds %s", (_, given, expected) => {
    expect(judge(given, published)[0]).toMatch(expected);
  });

  it("without a history, takes losses in flight, and finds a reconnect without a gap", () => {
    expect(judge(account([message(0), message(2)]), published, true)).toEqual([]);
    const lost: Told = { type: "lost" };
    expect(judge(account([message(0), lost, gap, message(2)]), published, true)).toEqual([]);
    expect(judge(account([message(0), lost, message(2)]), published, true)).toEqual([
      "reconnected before 2 without a gap",
    ]);
  });
});
