import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Gap } from "../../transport.js";
import type { Follower } from "./follower.js";
import {
  clock,
  dataOf,
  frame,
  type Msg,
  open,
  pair,
  publish,
  type State,
  type Store,
  setVisible,
  useStores,
} from "./store.test-support.js";

describe("a follower", () => {
  useStores();

  it("has what came since it committed, as the same array until something changes", async () => {
    const store = await open();
    const follower = store.follow();
    expect(follower.delta(store.getSnapshot())).toBe(store.follow().delta(store.getSnapshot()));
    await publish(1);
    await frame();
    const first = store.getSnapshot();
    await publish(2);
    await frame();
    const second = store.getSnapshot();
    expect(dataOf(follower.delta(second))).toEqual([1, 2]);
    expect(follower.delta(second)).toBe(follower.delta(second));
    expect(Object.isFrozen(follower.delta(second))).toBe(true);
    expect(dataOf(follower.delta(first))).toEqual([1]);
    follower.commit(first);
    expect(dataOf(follower.delta(second))).toEqual([2]);
    follower.commit(second);
    follower.commit(first);
    expect(follower.delta(second)).toEqual([]);
    expect(follower.delta(first)).toEqual([]);
  });

  it("starts at the snapshot that it has, be that an earlier one", async () => {
    const store = await open();
    const had = store.getSnapshot();
    await publish(1, 2);
    await frame();
    expect(dataOf(store.follow({ since: had }).delta(store.getSnapshot()))).toEqual([1, 2]);
    expect(store.follow().delta(store.getSnapshot())).toEqual([]);
  });

  it("that starts a moment late misses nothing, however little the store shows", async () => {
    const store = await open({ historyLimit: 2 });
    const had = store.getSnapshot();
    for (let i = 0; i < 5; i++) {
      await publish(5 * i, 5 * i + 1, 5 * i + 2, 5 * i + 3, 5 * i + 4);
      await clock.advance(150);
    }
    const onGap = vi.fn();
    const follower = store.follow({ since: had, onGap });
    expect(dataOf(follower.delta(store.getSnapshot()))).toEqual(Array.from({ length: 25 }, (_, i) => i));
    follower.commit(store.getSnapshot());
    expect(onGap).not.toHaveBeenCalled();
  });

  it("that starts too late is told where it looked, and not where it didn't", async () => {
    const store = await open({ historyLimit: 2 });
    const had = store.getSnapshot();
    await publish(1, 2);
    await frame();
    await clock.advance("1s");
    await publish(3);
    await frame();
    const onGap = vi.fn();
    store.follow({ since: had, onGap }).commit(store.getSnapshot());
    expect(onGap).not.toHaveBeenCalled();
    const followers = [store.follow({ since: had, onGap }), store.follow({ since: had, onGap })];
    for (const follower of followers) {
      expect(dataOf(follower.delta(store.getSnapshot()))).toEqual([2, 3]);
      follower.commit(store.getSnapshot());
      follower.commit(store.getSnapshot());
    }
    const [first, second] = onGap.mock.calls.map(([gap]) => gap);
    expect([onGap.mock.calls.length, first]).toEqual([2, { reason: "overflow", after: undefined }]);
    // Of one loss there is one gap.
    expect(second).toBe(first);
  });

  it("knows nothing of what was forgotten", async () => {
    const store = await open();
    const follower = store.follow();
    await publish(1);
    await frame();
    await publish(2);
    await clock.advance(0);
    store.reset();
    expect(follower.delta(store.getSnapshot())).toEqual([]);
    await publish(3);
    await frame();
    expect(dataOf(follower.delta(store.getSnapshot()))).toEqual([3]);
  });

  it("hears at once what happens, until it is closed; what its handlers throw is its own", async () => {
    const [onMessage, onGap, onError, other] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
    const store = await open({ onError: other, bufferInterval: 1_000 });
    onMessage.mockImplementationOnce(() => {
      throw new Error("mine");
    });
    const follower = store.follow({ onMessage: { step: onMessage, done: vi.fn() }, onGap, onError });
    await publish(1);
    await clock.advance(0);
    expect([onMessage.mock.calls.length, onError.mock.calls.length, other.mock.calls.length]).toEqual([
      1, 1, 0,
    ]);
    pair.faults.cut();
    expect([onError.mock.calls.length, other.mock.calls.length]).toEqual([2, 1]);
    follower.close();
    follower.close();
    await clock.advance("30s");
    await publish(2);
    await clock.advance(0);
    expect(onMessage).toHaveBeenCalledTimes(1);
  });
});

/** One component: it renders snapshots, some of them twice, and commits some of what it rendered. */
class Reader {
  readonly got: unknown[] = [];
  readonly heard: unknown[] = [];
  readonly gaps: Gap[] = [];
  readonly #follower: Follower<Msg>;
  #rendered: { state: State; delta: readonly Msg[] } | undefined;

  constructor(readonly store: Store) {
    this.#follower = store.follow({
      onMessage: ({ data }) => this.heard.push(data),
      onGap: (gap) => this.gaps.push(gap),
    });
  }

  render(): void {
    const state = this.store.getSnapshot();
    this.#rendered = { state, delta: this.#follower.delta(state) };
    expect(this.#follower.delta(state)).toBe(this.#rendered.delta);
  }

  commit(): void {
    if (!this.#rendered) return;
    this.got.push(...dataOf(this.#rendered.delta));
    this.#follower.commit(this.#rendered.state);
    this.#rendered = undefined;
  }
}

describe("whatever happens", () => {
  useStores();

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("frame" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom("render" as const, "commit" as const), who: fc.nat(1) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("show" as const), isVisible: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom("cut" as const, "leave" as const, "wait" as const) }),
    },
  );

  it("nobody misses or repeats a message", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = await open({ historyLimit: 3 });
        let stop = store.subscribe(() => {});
        const readers = [new Reader(store), new Reader(store)];
        const deltas: unknown[] = [];
        let seen = store.getSnapshot();
        const look = () => {
          if (seen !== store.getSnapshot()) deltas.push(...dataOf(store.getSnapshot().messages.delta));
          seen = store.getSnapshot();
        };
        store.subscribe(look);
        let count = 0;
        for (const one of steps) {
          if (one.do === "publish") for (let i = 0; i < one.count; i++) await publish(++count);
          else if (one.do === "frame") await frame();
          else if (one.do === "render") readers[one.who]?.render();
          else if (one.do === "commit") readers[one.who]?.commit();
          else if (one.do === "show") await setVisible(one.isVisible);
          else if (one.do === "cut") pair.faults.cut();
          else if (one.do === "wait") await clock.advance("2s");
          else {
            stop();
            stop = store.subscribe(() => {});
          }
        }
        await setVisible(true);
        await clock.advance("1m");
        const all = Array.from({ length: count }, (_, i) => i + 1);
        for (const reader of readers) {
          reader.commit();
          reader.render();
          reader.commit();
          expect([reader.got, reader.heard, reader.gaps]).toEqual([all, all, []]);
        }
        expect(deltas).toEqual(all);
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});
