/** What a component has of a channel, as it comes and goes beside others: nothing is lost, and nothing comes twice. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AnyMessage } from "../message.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import { type FakeClock, fakeClock } from "../testing/clock.js";
import { testPair } from "../testing/pair.js";
import { createHandle, type Rendered } from "./handle.js";
import { type Given, planFor } from "./plan.js";
import type { Cache } from "./shared.js";

const job = realtime.channel({ name: "job:{id}", topics: { step: { schema: staticSchema<number>() } } });
const ch = job({ id: "1" });

let clock: FakeClock;
const makePair = () => testPair();
let pair: ReturnType<typeof makePair>;
let cache: Cache;
let mounted: Set<() => void>;

beforeEach(async () => {
  clock = await fakeClock();
  pair = makePair();
  cache = new Map();
  mounted = new Set();
});
afterEach(async () => {
  for (const unmount of mounted) unmount();
  await clock.advance("5s");
  expect([cache.size, pair.faults.lines]).toEqual([0, 0]);
  await pair.close();
  expect(clock.timers).toBe(0);
  clock.restore();
});

const makeToken = () => pair.app.token({ channel: ch, expiresIn: "20s" });
const publish = (step: number) => pair.app.publish(ch.step, step);
const frame = () => clock.advance(20);
const dataOf = (messages: readonly AnyMessage[]) => messages.map(({ data }) => data);

/** A component that renders whenever something changed, and does so at once. */
function component(given: Given = {}) {
  // A channel is one, as data.
  const channel = ch as unknown as Given["channel"];
  const planOf = (more: Given) =>
    planFor(
      { channel, token: makeToken, ...given, ...more },
      { defaults: { client: pair.client }, cache, token: undefined },
    );
  let plan = planOf({});
  const handle = createHandle(plan);
  const deltas: unknown[] = [];
  function render(more: Given = {}): void {
    plan = planOf(more);
    const state = handle.peek(true);
    deltas.push(...dataOf(handle.delta(state)));
    const rendered: Omit<Rendered, "result"> = { plan, state, value: undefined, usesDelta: true };
    handle.commit(rendered as Rendered);
  }
  return {
    handle,
    deltas,
    render,
    state: () => handle.peek(true),
    /** Gives what unmounts it. */
    mount(changed = render): () => void {
      render();
      const stop = handle.connect(() => changed());
      const unmount = () => {
        if (mounted.delete(unmount)) stop();
      };
      mounted.add(unmount);
      return unmount;
    },
  };
}

test("one that takes over what another left brings its own functions", async () => {
  const [first, second] = [vi.fn(makeToken), vi.fn(makeToken)];
  const leave = component({ token: first }).mount();
  await frame();
  leave();
  // It renders once, and never again.
  component({ token: second }).mount(() => undefined);
  await clock.advance("19s");
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
});

test("one that is unmounted while others are told of a message is told of it when it is mounted again", async () => {
  const heard: unknown[] = [];
  const first = component();
  let unmount: (() => void) | undefined;
  first.mount(() => {
    first.render();
    if (first.state().messages.last?.data === 1) unmount?.();
  });
  await frame();
  const second = component({ onMessage: ({ data }: AnyMessage) => heard.push(data) });
  unmount = second.mount();
  await publish(1);
  await frame();
  await publish(2);
  await frame();
  expect(mounted.size).toBe(1);
  unmount = undefined;
  second.mount();
  await frame();
  expect([heard, second.deltas]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("one that paused while another began anew goes on where it was", async () => {
  const heard: unknown[] = [];
  const first = component({ onMessage: ({ data }: AnyMessage) => heard.push(data) });
  const pause = first.mount();
  await frame();
  await publish(1);
  await frame();
  pause();
  await clock.advance("5s");
  await publish(2);
  const second = component();
  second.mount();
  await frame();
  await publish(3);
  await frame();
  first.mount();
  await frame();
  await publish(4);
  await frame();
  expect(heard).toEqual([1, 2, 3, 4]);
  expect([first.deltas, second.deltas]).toEqual([
    [1, 2, 3, 4],
    [3, 4],
  ]);
});

test("a token at hand that expired gives way to a fresh one, and nothing is missed", async () => {
  const one = component({ token: await makeToken() });
  one.mount();
  await frame();
  await publish(1);
  await clock.advance("21s");
  expect(one.state()).toMatchObject({ connectionStatus: "error", error: { code: "TOKEN_EXPIRED" } });
  await publish(2);
  one.render({ token: await makeToken() });
  await clock.advance("1s");
  expect(one.state()).toMatchObject({ connectionStatus: "open", error: null });
  expect([dataOf(one.state().messages.all), one.deltas]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("of two components with expired tokens of their own, each has its token tried once", async () => {
  const tokens = [await makeToken(), await makeToken()];
  await clock.advance("21s");
  const onError = vi.fn();
  const components = tokens.map((token) => component({ token, onError }));
  for (const one of components) one.mount();
  await clock.advance("1m");
  expect(components[0]?.state()).toMatchObject({
    connectionStatus: "error",
    error: { code: "TOKEN_EXPIRED" },
  });
  // Each component is told of each.
  expect(onError).toHaveBeenCalledTimes(4);
});

test("what is forgotten while it waits for a render is told, and not in a delta", async () => {
  const heard: unknown[] = [];
  const one = component({ bufferInterval: 1_000, onMessage: ({ data }: AnyMessage) => heard.push(data) });
  one.mount();
  await frame();
  await publish(1);
  one.handle.reset();
  await publish(2);
  await clock.advance("2s");
  expect([heard, one.deltas]).toEqual([[1, 2], [2]]);
});

test("one that says how a run stands isn't overruled by one that doesn't, and ends nothing for it", async () => {
  const one = component({ getRunStatus: ({ data }: AnyMessage) => (data === 2 ? "completed" : "running") });
  const other = component();
  one.mount();
  // It renders last, each time.
  other.mount();
  await frame();
  await publish(1);
  await frame();
  expect(one.state().runStatus).toBe("running");
  await publish(2);
  await publish(3);
  await frame();
  expect(one.state()).toMatchObject({ runStatus: "completed", result: 2, connectionStatus: "closed" });
  expect(other.state()).toMatchObject({ runStatus: "unknown", connectionStatus: "open" });
  expect([one.deltas, other.deltas]).toEqual([
    [1, 2],
    [1, 2, 3],
  ]);
});
