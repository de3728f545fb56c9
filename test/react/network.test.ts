/** The hooks on a bad day: lines that break, tabs that are hidden, machines that sleep, servers that start anew. */
import type { BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { throttle } from "../support/throttle.js";
import { openInFront, openWindow, type Window } from "./chromium.js";
import { CaseTab, type PageOptions, reacts, type Served, servePage } from "./page.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let window: Window;
let tabs: BrowserContext;
let served: Served;

beforeAll(async () => {
  window = await openWindow();
  tabs = window.tabs;
});
afterEach(async () => {
  // The window needs one.
  const [, ...pages] = tabs.pages();
  await Promise.all(pages.map((page) => page.close()));
  await served?.close();
});
afterAll(async () => {
  await window?.close();
});

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** Everything once, in order, by both ways, and no gap. */
async function expectAll(tab: CaseTab, last: number): Promise<void> {
  await tab.untilText("#last", String(last));
  await tab.untilText("#value", String(last));
  await tab.untilLogged("delta", last);
  expect(await tab.log("delta")).toEqual(upTo(last));
  expect(await tab.log("onMessage")).toEqual(upTo(last));
  expect(await tab.log("onGap")).toEqual([]);
  expect(await tab.text("#gap")).toBe("");
}

const isHidden = ({ page }: CaseTab) => page.evaluate(() => document.visibilityState === "hidden");

// One wire with each React would do as well; both are what users have.
const cases = reacts.flatMap((react) =>
  (["websocket", "sse"] as const).map((wire) => [react, wire] as const),
);

describe.each(cases)("React %s, over %s", (react, wire) => {
  const open = async (more = "", options?: Partial<PageOptions>) => {
    served = await servePage({ page: "network", react, heartbeat: "1s", ...options });
    const tab = await CaseTab.open(tabs, served.url, "line", `&strict&wire=${wire}${more}`);
    await tab.untilText("#status", "open");
    return tab;
  };

  test("a line that is cut is made anew, and what came meanwhile arrives", async () => {
    const tab = await open();
    await served.publish(5);
    await tab.untilText("#last", "5");
    served.cut();
    await served.publish(5);
    await expectAll(tab, await served.publish(5));
    await tab.untilText("#status", "open");
    expect(await tab.text("#error")).toBe("");
  });

  test("offline it says that it connects, and online it has what it missed", async () => {
    const tab = await open();
    await served.publish(5);
    await tab.untilText("#last", "5");

    await tabs.setOffline(true);
    served.cut();
    await tab.untilText("#status", "connecting");
    await tab.untilText("#error", "CONNECTION_LOST");
    await served.publish(5);
    expect(await tab.text("#last")).toBe("5");
    await tabs.setOffline(false);

    await tab.untilText("#status", "open");
    await expectAll(tab, await served.publish(5));
    expect(await tab.log("statuses")).toEqual(["connecting", "open", "connecting", "open"]);
    expect(await tab.text("#error")).toBe("");
  });

  test("a hidden tab lets go of its line, and has what it missed when it is shown", async () => {
    const tab = await open();
    const other = await openInFront(window);
    await vi.waitFor(async () => expect(await isHidden(tab)).toBe(true), 10_000);
    await tab.untilText("#status", "paused hidden");
    if (wire === "websocket") await vi.waitFor(() => expect(served.connections()).toBe(0), 10_000);
    // Before the first message came, too.
    await served.publish(10);
    expect(await tab.log("onMessage")).toEqual([]);

    await other.close();
    await tab.page.bringToFront();
    await expectAll(tab, await served.publish(5));
    expect(await tab.text("#status")).toBe("open");
    expect((await tab.log("statuses")).slice(0, 3)).toEqual(["connecting", "open", "paused hidden"]);
    expect(await tab.log("onError")).toEqual([]);
  });

  test("a hidden tab that isn't to pause goes on receiving, also over another line", async () => {
    const tab = await open("&stay");
    const other = await openInFront(window);
    await vi.waitFor(async () => expect(await isHidden(tab)).toBe(true), 10_000);
    await served.publish(5);
    served.cut();
    await expectAll(tab, await served.publish(5));
    expect(await isHidden(tab)).toBe(true);
    expect(await tab.log("statuses")).not.toContain("paused hidden");
    await other.close();
  });

  test("a laptop that slept finds out when it wakes", async () => {
    const tab = await open();
    await served.publish(5);
    await tab.untilText("#last", "5");
    const devtools = await tabs.newCDPSession(tab.page);
    // Frozen, nothing in the page runs, and no line says that it died.
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    served.cut();
    const last = await served.publish(20);
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await showAgain(tab);
    await expectAll(tab, last);
    await tab.untilText("#status", "open");
  });

  test("a server that starts anew with its history goes on where it was", async () => {
    const tab = await open();
    await served.publish(5);
    await tab.untilText("#last", "5");
    await served.stop();
    await tab.untilText("#status", "connecting");
    await served.publish(5);
    await served.start();
    await expectAll(tab, await served.publish(5));
    await tab.untilText("#status", "open");
  });

  test("a server that starts anew without its history says that there is a gap, once", async () => {
    const tab = await open();
    await served.publish(5);
    await tab.untilText("#last", "5");
    await served.stop();
    await tab.untilText("#status", "connecting");
    await served.publish(5);
    await served.start(true);
    await tab.untilText("#status", "open");
    await tab.untilText("#gap", "epoch");
    const last = await served.publish(5);
    await tab.untilText("#last", String(last));

    await tab.untilLogged("delta", 10);
    const received = [1, 2, 3, 4, 5, 11, 12, 13, 14, 15];
    expect(await tab.log("delta")).toEqual(received);
    expect(await tab.log("onMessage")).toEqual(received);
    expect(await tab.log("onGap")).toEqual(["epoch"]);
  });

  test("a throttled network gets everything, later", async () => {
    served = await servePage({ page: "network", react, maxUnwrittenBytes: 16_384 });
    const slow = await throttle(Number(new URL(served.url).port), 2 ** 20);
    const url = `http://127.0.0.1:${slow.port}`;
    const tab = await CaseTab.open(tabs, url, "line", `&strict&wire=${wire}`);
    await tab.untilText("#status", "open");
    await expectAll(tab, await served.publish(10_000));
    await slow.close();
  });
});

/** The other tabs are gone, and this one comes to the front. */
async function showAgain(tab: CaseTab): Promise<void> {
  // A tab that was in front is told nothing by being brought there.
  const other = await openInFront(window);
  await tab.page.bringToFront();
  await other.close();
  await vi.waitFor(async () => expect(await isHidden(tab)).toBe(false), 10_000);
}
