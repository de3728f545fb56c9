/** A seed that fails can be run again: it gives the same plan. */
import { expect, test } from "vitest";
import { makePlan } from "./plan.js";
import { chooseVariants, variants } from "./variants.js";

const length = 40_000;

test("the same seed gives the same plan, another one another", () => {
  for (const variant of variants) {
    const plan = makePlan(variant, 42, length);
    expect(makePlan(variant, 42, length)).toEqual(plan);
    const other = makePlan(variant, 43, length);
    expect(other.faults).not.toEqual(plan.faults);
    expect(other.bursts).not.toEqual(plan.bursts);
  }
});

test("over some seeds, every kind of fault comes, on each transport that can have it", () => {
  for (const variant of variants) {
    const plans = Array.from({ length: 60 }, (_, seed) => makePlan(variant, seed, length));
    const kinds = new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    const has = (prefix: string) => [...kinds].filter((kind) => kind.startsWith(prefix)).length;
    expect(has("client-"), variant.name).toBe(variant.broker ? 9 : 8);
    expect(has("process-"), variant.name).toBe(3);
    expect(has("broker-"), variant.name).toBe(variant.broker ? 8 : 0);
    const wipes = plans.some(({ faults }) => faults.some((one) => one.kind === "broker-kill" && one.wipes));
    expect(wipes, variant.name).toBe(variant.canWipe);
  }
});

test("no two faults meet at one place, and the last tenth has no new one", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { faults } = makePlan(chooseVariants("redis/ioredis")[0] ?? variants[0], seed, length);
    const until = new Map<string, number>();
    for (const fault of faults) {
      expect(fault.at).toBeLessThan(length * 0.9);
      const place = "process" in fault ? `${fault.kind.split("-")[0]} ${fault.process}` : undefined;
      if (!place) continue;
      expect(fault.at).toBeGreaterThanOrEqual(until.get(place) ?? 0);
      until.set(place, fault.at + fault.length);
    }
  }
});

test("messages have numbers of their own, keys where they may, and twins only under a key", () => {
  for (const variant of variants) {
    const messages = makePlan(variant, 5, length).bursts.flatMap((burst) => burst.messages);
    expect(new Set(messages.map(({ n }) => n)).size).toBe(messages.length);
    expect(messages.length).toBeGreaterThan(1_000);
    expect(messages.some(({ key }) => key !== undefined)).toBe(variant.keys);
    for (const { key, isTwin } of messages) if (isTwin) expect(key).toBeDefined();
  }
});

test("where a restart forgets the keys of what was trimmed, a round with both has none", () => {
  const [nats] = chooseVariants("nats").filter(({ broker, replays }) => broker === "nats" && replays);
  if (!nats) throw new Error("There is no JetStream.");
  const seen = { with: 0, without: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const { bursts, faults, history } = makePlan(nats, seed, 15_000);
    const isForgetful = history < 5_000 && faults.some(({ kind }) => kind === "broker-kill");
    const isKeyed = bursts.some(({ messages }) => messages.some(({ key }) => key !== undefined));
    expect(isKeyed).toBe(!isForgetful);
    seen[isForgetful ? "without" : "with"]++;
  }
  expect(Math.min(seen.with, seen.without)).toBeGreaterThan(5);
});

test("a follower begins after the one that it follows, on the same channel", () => {
  let followers = 0;
  for (let seed = 0; seed < 50; seed++) {
    const { subscriptions } = makePlan(variants[0], seed, length);
    for (const { at, follows, channel } of subscriptions) {
      if (follows === undefined) continue;
      followers++;
      const other = subscriptions.find(({ name }) => name === follows);
      expect(other?.channel).toBe(channel);
      expect(other?.at).toBeLessThan(at);
    }
  }
  expect(followers).toBeGreaterThan(50);
});

test("names choose transports, in full or by their first part; an unknown one is refused", () => {
  const names = (list: string) => chooseVariants(list).map(({ name }) => name);
  expect(names("redis")).toEqual(["redis/ioredis", "redis/node-redis"]);
  expect(names("nats,postgres/pg")).toEqual(["nats", "nats/core", "postgres/pg"]);
  expect(names("all")).toEqual(variants.map(({ name }) => name));
  expect(() => names("mqtt")).toThrow(/no transport "mqtt".*memory/);
});
