/** Both wires in a real browser: what happens to a page in the course of a day, and nothing is lost. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "./support/browser.js";
import { type Live, type LiveOptions, startLive, Tab, type WireName } from "./support/live.js";
import { throttle } from "./support/throttle.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
let live: Live;

beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await live?.close();
});
afterAll(async () => {
  await browser?.close();
});

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const serve = async (options?: LiveOptions) => {
  live = await startLive(options);
  return live;
};

/** Everything once, in order, and no gap. */
async function expectAll(tab: Tab, last: number, id = "1"): Promise<void> {
  await tab.untilReceived(last, id);
  const { numbers, gaps } = await tab.log(id);
  expect(numbers).toEqual(upTo(last));
  expect(gaps).toEqual([]);
}

describe.each<WireName>(["websocket", "sse"])("over %s", (wire) => {
  const wires = [wire];

  test("what is published while the network is gone arrives when it is back", async () => {
    const { url, publish } = await serve();
    const context = await browser.newContext();
    const tab = await Tab.open(context, url);
    await tab.subscribe({ wires });
    await publish(10);
    await tab.untilReceived(10);

    await context.setOffline(true);
    live.cut();
    await tab.untilStatus("reconnecting");
    await publish(10);
    await context.setOffline(false);
    await tab.untilStatus("open");

    await expectAll(tab, await publish(10));
    expect((await tab.log()).statuses).toEqual(["connecting", "open", "reconnecting", "open"]);
  });

  test("a laptop that slept finds out when it wakes", async () => {
    const { url, publish } = await serve();
    const tab = await Tab.open(browser, url);
    await tab.subscribe({ wires });
    await publish(5);
    await tab.untilReceived(5);

    const devtools = await tab.page.context().newCDPSession(tab.page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    // What the network does meanwhile: the line dies, and messages go by.
    live.cut();
    const last = await publish(20);
    await devtools.send("Page.setWebLifecycleState", { state: "active" });

    await expectAll(tab, last);
  });

  test("a hidden tab goes on receiving", async () => {
    const { url, publish } = await serve();
    const context = await browser.newContext();
    const tab = await Tab.open(context, url);
    await tab.subscribe({ wires });
    const other = await context.newPage();
    await other.bringToFront();

    await publish(10);
    live.cut();
    await expectAll(tab, await publish(10));
  });

  test("a page that comes back from the back/forward cache has what it missed", async () => {
    const { url, publish } = await serve();
    const tab = await Tab.open(browser, url);
    await tab.subscribe({ wires });
    await publish(5);
    await tab.untilReceived(5);

    await tab.page.goto(`${url}/elsewhere`);
    await publish(5);
    // Not goBack(): it waits for a load, and none comes.
    await tab.page.evaluate(() => history.back());
    await tab.page.waitForFunction(() => window.halyard?.wasRestored);
    await expectAll(tab, await publish(5));
  });

  test("fifty subscriptions share one connection, and don't disturb each other", async () => {
    const { url, publish } = await serve();
    const tab = await Tab.open(browser, url);
    await tab.subscribe({ wires });
    await publish(1);
    const rooms = Array.from({ length: 49 }, (_, i) => `${i + 2}`);
    await Promise.all(rooms.map((id) => tab.subscribe({ id, room: id, wires })));
    await publish(1);
    for (const id of rooms.slice(0, 25)) await tab.page.evaluate((id) => window.halyard.close(id), id);
    await publish(1);
    await tab.subscribe({ id: "again", room: "2", wires });

    await vi.waitFor(() => expect(live.connections()).toEqual({ websocket: 0, sse: 0, [wire]: 1 }), 10_000);
    await expectAll(tab, await publish(1));
    expect((await tab.log()).statuses).toEqual(["connecting", "open"]);
    for (const id of rooms.slice(25)) await tab.untilReceived(await publish(1, id), id);
  });

  test("two tabs each get everything", async () => {
    const { url, publish } = await serve();
    const context = await browser.newContext();
    const tabs = await Promise.all([Tab.open(context, url), Tab.open(context, url)]);
    for (const tab of tabs) await tab.subscribe({ wires });

    const last = await publish(20);
    for (const tab of tabs) await expectAll(tab, last);
    await tabs[0]?.page.close();
    await expectAll(tabs[1] as Tab, await publish(5));
  });

  test("a throttled network gets everything, later", async () => {
    const { url, publish } = await serve({ maxUnwrittenBytes: 16_384 });
    const slow = await throttle(Number(new URL(url).port), 2 ** 21);
    const tab = await Tab.open(browser, `http://127.0.0.1:${slow.port}/`);
    await tab.subscribe({ wires });

    // More than what the operating system's buffers take.
    await expectAll(tab, await publish(100_000));
    // Over one connection where there is time for it; on a busy machine a ping may come too late for that.
    expect((await tab.log()).statuses.slice(0, 2)).toEqual(["connecting", "open"]);
    await slow.close();
  });

  test("tokens are refreshed before they expire, and nothing is noticed", async () => {
    const { url, publish, seen } = await serve({ expiresIn: "2s" });
    const tab = await Tab.open(browser, url);
    await tab.subscribe({ wires });

    let last = 0;
    await vi.waitFor(
      async () => {
        last = await publish(1);
        expect(seen.tokens).toBeGreaterThanOrEqual(4);
      },
      { timeout: 30_000, interval: 100 },
    );
    await expectAll(tab, last);
    const { statuses, errors } = await tab.log();
    expect(statuses).toEqual(["connecting", "open"]);
    expect(errors).toEqual([]);
  });
});

test("where WebSocket is blocked, the client goes on over SSE by itself", async () => {
  const { url, publish } = await serve({ blocksWebSocket: true });
  const tab = await Tab.open(browser, url);
  await tab.subscribe();
  await publish(5);
  await tab.untilReceived(5);
  live.cut();

  await expectAll(tab, await publish(5));
  expect(live.connections()).toEqual({ websocket: 0, sse: 1 });
  expect((await tab.log()).statuses).toEqual(["connecting", "open", "reconnecting", "open"]);
});
