/** Whatever the network, the page and those who listen do: nothing is lost, and nothing comes twice. */
import { expect, it } from "vitest";
import {
  clock,
  frame,
  makeStore,
  open,
  pair,
  publish,
  setVisible,
  shown,
  tokens,
  useStores,
  watch,
} from "./store.test-support.js";

useStores();

it("is connected while somebody listens, and a moment longer", async () => {
  const store = makeStore();
  await clock.advance("1m");
  expect([store.getSnapshot().connectionStatus, tokens]).toEqual(["idle", 0]);
  const stop = watch(store);
  stop();
  const again = watch(store);
  await clock.advance(0);
  expect([tokens, pair.faults.lines]).toEqual([1, 1]);
  again();
  again();
  await clock.advance(999);
  await publish(1);
  expect(store.getSnapshot().connectionStatus).toBe("open");
  await clock.advance(1);
  expect([store.getSnapshot().connectionStatus, shown(store), pair.faults.lines]).toEqual(["idle", [1], 0]);
  await publish(2);
  watch(store);
  await clock.advance(20);
  expect(shown(store)).toEqual([1, 2]);
});

it("a page that is hidden when the last one leaves is idle at once", async () => {
  const store = makeStore();
  const stop = watch(store);
  await setVisible(false);
  stop();
  expect(store.getSnapshot()).toMatchObject({ connectionStatus: "idle", isPaused: false });
  await setVisible(true);
  await clock.advance("1m");
  expect(pair.faults.lines).toBe(0);
});

it("a network that goes and comes back is seen, and nothing is missed", async () => {
  const store = await open();
  await publish(1);
  pair.faults.refuse();
  pair.faults.cut();
  expect(store.getSnapshot()).toMatchObject({
    connectionStatus: "connecting",
    error: { code: "CONNECTION_LOST" },
  });
  await publish(2);
  await clock.advance("1m");
  // Hidden and shown while there is no network.
  await setVisible(false);
  await setVisible(true);
  expect(store.getSnapshot().connectionStatus).toBe("connecting");
  await publish(3);
  pair.faults.heal();
  await clock.advance("1m");
  expect([shown(store), store.getSnapshot().error, store.getSnapshot().gap]).toEqual([[1, 2, 3], null, null]);
});

it("a machine that slept gets what it missed, also where its connection is dead", async () => {
  const store = await open();
  await publish(1);
  await clock.advance(0);
  pair.faults.silence();
  await publish(2);
  await clock.sleep("4m");
  pair.faults.heal();
  await publish(3);
  await clock.advance("1m");
  expect([shown(store), store.getSnapshot().connectionStatus]).toEqual([[1, 2, 3], "open"]);
});

it("two stores are one connection", async () => {
  const [one, other] = [await open(), await open()];
  await publish(1);
  await frame();
  expect([shown(one), shown(other), pair.faults.lines]).toEqual([[1], [1], 1]);
  await setVisible(false);
  expect(pair.faults.lines).toBe(0);
  await publish(2);
  await setVisible(true);
  await frame();
  expect([shown(one), shown(other), pair.faults.lines]).toEqual([[1, 2], [1, 2], 1]);
});
