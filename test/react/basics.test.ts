/** The hooks in a real browser: how they connect, and what they render. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { CaseTab, reacts, type Served, servePage } from "./page.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

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

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

describe.each(reacts)("React %s", (react) => {
  const open = async (name: string, more?: string) => {
    served = await servePage({ page: "basics", react });
    return CaseTab.open(browser, served.url, name, more);
  };

  test.each(["", "&strict"])("functions and arrays written in place connect once%s", async (more) => {
    const tab = await open("inline", more);
    await tab.untilText("#status", "open");
    for (let i = 0; i < 20; i++) {
      await tab.control("again");
      await served.publish(5);
    }
    await tab.untilText("#last", "100");

    expect(tab.sockets).toHaveLength(1);
    expect(tab.count("subscribe")).toBe(1);
    expect(served.seen.tokens).toBe(1);
    expect(await tab.log("onMessage")).toEqual(upTo(100));
    const delta = await tab.log<number>("delta");
    expect([...new Set(delta)]).toEqual(upTo(100));
    expect(tab.complaints).toEqual([]);
  });

  test("fifty components on one channel are one socket, one subscription and one token", async () => {
    const tab = await open("fifty");
    await vi.waitFor(() => expect(tab.count("subscribe")).toBe(1), 10_000);
    await served.publish(3);
    await tab.page.waitForFunction(() =>
      [...document.querySelectorAll("li")].every((li) => li.innerText === "3"),
    );

    expect(tab.sockets).toHaveLength(1);
    expect(tab.count("subscribe")).toBe(1);
    expect(served.seen.tokens).toBe(1);
    expect(tab.complaints).toEqual([]);
  });
});
