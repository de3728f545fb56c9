/** A store whose page is hidden and shown, over either kind of wire. */
import { describe, expect, it } from "vitest";
import { sse } from "../../transports/sse/index.js";
import {
  clock,
  frame,
  type Options,
  open,
  pair,
  publish,
  setVisible,
  shown,
  statuses,
  tokens,
  useStores,
} from "../client/store/store.test-support.js";
import { createHandler } from "../server/handler.js";
import { handlerFetch } from "./handler-fetch.js";

useStores();

const wires: [name: string, options: () => Partial<Options>][] = [
  ["frames", () => ({})],
  ["a one-way wire", () => ({ wires: [sse({ fetch: handlerFetch(createHandler(pair.app)) })] })],
];

describe.each(wires)("over %s", (_, options) => {
  it("a page that is hidden for a while misses nothing, each time", async () => {
    const store = await open(options());
    await clock.advance(20);
    for (let i = 0; i < 15; i += 3) {
      await publish(i);
      if (i % 2) await frame();
      await setVisible(false);
      await publish(i + 1);
      await clock.advance("20s");
      await publish(i + 2);
      await setVisible(true);
      await clock.advance(50);
      expect(shown(store)).toEqual(Array.from({ length: i + 3 }, (_, n) => n));
    }
    expect(store.getSnapshot()).toMatchObject({ connectionStatus: "open", gap: null, error: null });
    expect(statuses.slice(0, 5)).toEqual(["connecting", "open", "paused", "connecting", "open"]);
    expect(tokens).toBe(6);
  });

  it("nor does one that is hidden before anything came", async () => {
    const store = await open(options());
    await clock.advance(20);
    await setVisible(false);
    await publish(1);
    await setVisible(true);
    await clock.advance(50);
    expect(shown(store)).toEqual([1]);
  });
});
