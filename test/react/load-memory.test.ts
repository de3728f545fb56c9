/** Ten minutes at a thousand messages a second: what the page's heap has at the end, and had after a sixth of it. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { usedHeap } from "./chromium.js";
import { counted, untilCounted, whole } from "./counted.js";
import { CaseTab, reacts, type Served, servePage } from "./page.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const MESSAGES = 600_000;
/** As many as may be on their way: the page has the last of them before the next are published. */
const WINDOW = 5_000;
const WAYS = ["delta", "onMessage", "selected"];

let browser: Browser;
let served: Served;

beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await served?.close();
});
afterAll(async () => {
  await browser?.close();
});

test.each(reacts)("memory is flat over 600,000 messages, with React %s", async (react) => {
  served = await servePage({ page: "load", react, production: true });
  const tab = await CaseTab.open(browser, served.url, "lasting");
  await tab.untilText("#status", "open");
  const devtools = await tab.page.context().newCDPSession(tab.page);

  let early = 0;
  for (let last = 0; last < MESSAGES; ) {
    last = await served.publishTogether(WINDOW);
    await untilCounted(tab, last, WAYS);
    if (last === MESSAGES / 6) early = await usedHeap(devtools);
  }
  const late = await usedHeap(devtools);

  const { tallies, counts } = await counted(tab);
  for (const way of WAYS) expect([way, tallies[way]]).toEqual([way, whole(MESSAGES)]);
  expect(await tab.text("#value")).toBe(String(MESSAGES));
  expect(await tab.text("#kept")).toBe("100");
  expect(await tab.log("gaps")).toEqual([]);
  expect(counts.renders).toBeLessThan(MESSAGES / 50);
  // Half a million messages more: two bytes of each would be seen.
  expect(late - early).toBeLessThan(1_000_000);
});
