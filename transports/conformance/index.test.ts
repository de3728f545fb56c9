import { describe, expect, it } from "vitest";
import { memory } from "../memory/index.js";
import { bareOutage } from "./broken/bare-outage.test-support.js";
import { local } from "./broken/local.test-support.js";
import { pair } from "./broken/pair.test-support.js";
import { txPair } from "./broken/tx-broker.test-support.js";
import {
  type Capability,
  conformanceCases,
  type TransportConformanceOptions,
  transportConformance,
} from "./index.js";

// Sound transports that claim more and less than the memory transport, which has a test of its own.
transportConformance({
  describe,
  it,
  name: "two instances on one broker",
  supports: { ...memory().supports, shared: true },
  factory: () => pair(memory()),
  rounds: 100,
  outages: false,
});
transportConformance({
  describe,
  it,
  name: "a transport that claims nothing",
  supports: local().supports,
  factory: () => ({ transport: local() }),
});

transportConformance({
  describe,
  it,
  name: "a transport that keeps nothing, on a broker that comes and goes",
  supports: { ...local().supports, shared: true },
  factory: () => bareOutage(),
});
transportConformance({
  describe,
  it,
  name: "a broker with transactions",
  supports: { replay: true, keys: 60_000, maxBytes: 65_536, shared: true, transactions: true },
  factory: () => txPair(),
  outages: false,
});

/** A runner that has nothing but the two functions, and keeps what it is given. */
function collect(options: Omit<TransportConformanceOptions, "describe" | "it" | "name">) {
  const path: string[] = [];
  const tests = new Map<string, () => Promise<void>>();
  transportConformance({
    ...options,
    name: "mine",
    describe(name, body) {
      path.push(name);
      body();
      path.pop();
    },
    it: (name, body) => tests.set([...path, name].join(" > "), body),
  });
  return tests;
}

const claimingNothing = () =>
  collect({ supports: local().supports, factory: () => ({ transport: local() }) });

describe("transportConformance", () => {
  it("runs under any runner, with describe and it alone", async () => {
    const tests = claimingNothing();
    expect(tests.size).toBeGreaterThan(20);
    for (const body of tests.values()) await body();
  });

  it("lists what isn't claimed, with the number of cases, and passes it", async () => {
    const all = Object.values(conformanceCases).flat();
    const count = (need: Capability | "outage") => all.filter(({ needs }) => needs?.includes(need)).length;
    const listed = (tests: ReadonlyMap<string, unknown>) =>
      [...tests.keys()]
        .filter((name) => /does not (claim|try)/.test(name))
        .map((name) => name.split(" > ")[1]);
    expect(listed(claimingNothing())).toEqual([
      `does not claim: replay (it keeps no history to resume from; ${count("replay")} cases don't run)`,
      `does not claim: keys (it refuses idempotency keys; ${count("keys")} cases don't run)`,
      `does not claim: shared (other processes don't see its messages; ${count("shared")} cases don't run)`,
      `does not claim: transactions (it can't be part of a transaction of the caller's; ${count("transactions")} cases don't run)`,
      `does not try: outage (there is no broker that could go away; ${count("outage")} cases don't run)`,
    ]);
    const full = collect({
      supports: { ...memory().supports, shared: true, transactions: true },
      factory: () => pair(memory()),
    });
    expect(listed(full)).toEqual([]);
  });

  it("decides by `supports` alone which cases run", () => {
    const runsFor = (supports: object) => {
      const tests = collect({
        supports: { ...local().supports, ...supports },
        factory: () => ({ transport: local() }),
      });
      return (name: string) => [...tests.keys()].some((key) => key.endsWith(`> ${name}`));
    };
    expect(runsFor({})("refuses a key")).toBe(true);
    expect(runsFor({ keys: 1_000 })("refuses a key")).toBe(false);
    expect(runsFor({ keys: 1_000 })("takes one message per key")).toBe(true);
    expect(runsFor({ keys: 1_000 })("remembers a key when its message is gone")).toBe(false);
    expect(runsFor({ keys: 1_000, replay: true })("remembers a key when its message is gone")).toBe(true);
    expect(runsFor({ shared: true })("resumes at another instance")).toBe(false);
    expect(runsFor({ shared: true, replay: true })("resumes at another instance")).toBe(true);
  });

  it("gives every case a name of its own, and a reason", () => {
    const all = Object.values(conformanceCases).flat();
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { why } of all) expect(why).toMatch(/^[A-Z`].{20,}\.$/);
  });

  it("makes a transport per case, closes it, and cleans up, also where the case fails", async () => {
    const log: string[] = [];
    const tests = collect({
      supports: local().supports,
      factory() {
        log.push("made");
        const transport = local();
        const close = async () => void log.push("closed");
        return { transport: { ...transport, name: "", close }, cleanup: () => void log.push("cleaned up") };
      },
    });
    const named = [...tests].find(([name]) => name.endsWith("> claims what the suite was told"))?.[1];
    await expect(named?.()).rejects.toThrow("The transport has no name.");
    expect(log).toEqual(["made", "closed", "cleaned up"]);
    await [...tests].find(([name]) => name.endsWith("> keeps the topic"))?.[1]();
    expect(log.slice(3)).toEqual(["made", "closed", "cleaned up"]);
  });

  it("cleans up where a transport can't be closed, and says that", async () => {
    const log: string[] = [];
    const tests = collect({
      supports: local().supports,
      factory() {
        const close = async () => {
          throw new Error("It doesn't close.");
        };
        return { transport: { ...local(), close }, cleanup: () => void log.push("cleaned up") };
      },
    });
    const named = [...tests].find(([name]) => name.endsWith("> keeps the topic"))?.[1];
    await expect(named?.()).rejects.toThrow("It doesn't close.");
    expect(log).toEqual(["cleaned up"]);
  });

  it("says so where the factory lacks an outage or transactions, which are claimed", async () => {
    const supports = { ...memory().supports, shared: true, transactions: true };
    const tests = collect({ supports, factory: () => pair(memory()) });
    const named = (end: string) => [...tests].find(([name]) => name.endsWith(end))?.[1];
    const outage = named("> rejects a publish while the broker is gone");
    await expect(outage?.()).rejects.toThrow("the factory must give an outage too");
    const transaction = named("> delivers nothing of a transaction that is rolled back");
    await expect(transaction?.()).rejects.toThrow("the factory must give transaction() too");
  });

  it("ends an outage where the case fails, before it closes and cleans up", async () => {
    const log: string[] = [];
    const supports = { ...memory().supports, shared: true };
    const tests = collect({
      supports,
      factory() {
        const { transport, peer } = pair(memory());
        const outage = {
          begin: async () => void log.push("began"),
          end: async () => void log.push("ended"),
        };
        return { transport, peer, outage, cleanup: () => void log.push("cleaned up") };
      },
    });
    const named = [...tests].find(([name]) =>
      name.endsWith("> rejects a publish while the broker is gone"),
    )?.[1];
    await expect(named?.()).rejects.toThrow("publish resolved while the broker was gone");
    expect(log).toEqual(["began", "ended", "cleaned up"]);
  });

  it("gives the runner a time limit per case", () => {
    const limits = new Set<number>();
    const given = { supports: local().supports, factory: () => ({ transport: local() }), name: "mine" };
    const describe = (_: string, body: () => void) => body();
    transportConformance({ ...given, describe, it: (_name, _body, timeout) => limits.add(timeout) });
    expect([...limits]).toEqual([240_000]);
    transportConformance({
      ...given,
      describe,
      it: (_name, _body, timeout) => limits.add(timeout),
      timeout: 7,
    });
    expect([...limits]).toEqual([240_000, 7]);
  });

  it("says so where a shared transport has no peer", async () => {
    const supports = { ...memory().supports, shared: true };
    const tests = collect({ supports, factory: () => ({ transport: { ...memory(), supports } }) });
    const [first] = tests.values();
    await expect(first?.()).rejects.toThrow("the factory must give a peer too");
  });

  it("trims by the user's hook where there is one, and says so where neither that nor publishing trims", async () => {
    const trimming = (options: object) =>
      [
        ...collect({
          supports: memory().supports,
          factory: () => ({
            transport: memory({ history: { count: 1_000_000, bytes: 1e9 }, totalBytes: 1e9 }),
          }),
          ...options,
        }),
      ].find(([name]) => name.endsWith("> announces what was trimmed, then delivers what is kept"))?.[1];

    await expect(trimming({})?.()).rejects.toThrow(
      /^No gap appears after .*, though 20000 messages followed \(if the history is longer, give the suite trim\(\)\)\.$/,
    );
    await expect(trimming({ trim: async () => {} })?.()).rejects.toThrow(
      /though trim\(\) was called 40 times\.$/,
    );
    const tests = collect({
      supports: memory().supports,
      factory: () => ({ transport: memory({ history: { count: 5 } }) }),
      trim: async (transport, channel) => {
        const frame = { topic: "t", payload: "0", content: "0", key: undefined, size: 1 };
        await transport.publish(channel, [frame, frame, frame, frame, frame]);
      },
    });
    await [...tests].find(([name]) => name.includes("announces what was trimmed"))?.[1]();
  });
});
