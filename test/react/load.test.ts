/** The hooks at a thousand messages a second, in renders that are slow, interrupted, suspended and thrown away. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { room } from "./channels.js";
import { counted, flood, untilCounted, whole } from "./counted.js";
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

const WAYS = ["delta", "onMessage", "withindelta", "withinonMessage"];

describe.each(reacts)("React %s", (react) => {
  test.each([
    ["", false],
    ["&strict", false],
    ["", true],
  ] as const)(
    "a flood loses nothing, tears nothing, and renders seldom (%j, production: %s)",
    async (more, production) => {
      served = await servePage({ page: "load", react, production });
      const tab = await CaseTab.open(browser, served.url, "flood", more);
      await tab.untilText("#status", "open");
      await tab.untilText("#withinstatus", "open");

      const last = await flood(served, 4);
      await untilCounted(tab, last, WAYS);
      await tab.untilText("#hundreds", String(last / 100));
      await tab.control("calm");

      const { counts, tallies } = await counted(tab);
      for (const way of WAYS) expect([way, tallies[way]]).toEqual([way, whole(last)]);
      expect(await tab.log("torn")).toEqual([]);
      expect(await tab.log("visitors")).toEqual([]);
      expect(await tab.log("errors")).toEqual([]);
      expect(await tab.log("gaps")).toEqual([]);
      expect(tab.complaints).toEqual([]);
      expect(tab.sockets).toHaveLength(1);
      expect(tab.count("subscribe")).toBe(1);

      // What is selected is another one with each hundred: at most that often it renders, for each of StrictMode's two times.
      const times = more && !production ? 2 : 1;
      expect(counts.chosen).toBeLessThanOrEqual(times * (2 + last / 100));
      // Two components render as often as there are frames, once more for what they defer, and not for each message.
      expect(counts.renders).toBeLessThan(times * last);
      expect(counts.commits).toBeLessThan(last / 2);
      if (react === 18 || !more) expect(counts.repeats).toBe(undefined);
      // It did have a hard time.
      for (const name of ["visits", "suspended", "heavy", "rows", "looks"]) {
        expect([name, (counts[name] ?? 0) > 5]).toEqual([name, true]);
      }
    },
  );

  test.each([
    ["fifty", ""],
    ["provided", "&provider"],
  ])(
    "fifty components with four choices of topics are one socket, and one subscription for each (%s)",
    async (name, more) => {
      served = await servePage({ page: "load", react });
      const tab = await CaseTab.open(browser, served.url, name, `${more}&strict`);
      await vi.waitFor(() => expect(tab.count("subscribe")).toBe(4), 10_000);
      await served.publish(3);
      await served.app.publish(room({ id: "1" }).note, { text: "read" });
      await served.app.stream(room({ id: "1" }).answer, ["me"], { interval: 0 });
      await tab.page.waitForFunction(() => {
        const texts = (name: string) => [...document.querySelectorAll(name)].map((one) => one.textContent);
        return (
          texts(".tick").every((text) => text === "3") && texts(".note").every((text) => text === "readme")
        );
      });

      expect(tab.sockets).toHaveLength(1);
      expect(served.connections()).toBe(1);
      expect(tab.count("subscribe")).toBe(4);
      expect(served.seen.tokens).toBe(4);
      const wanted = ["answer", "note", "note,tick", "tick"].map((topics) => `room:1 ${topics}`);
      expect((await tab.log<string>("wanted")).sort()).toEqual(name === "provided" ? wanted : []);
      expect(tab.complaints).toEqual([]);
    },
  );
});
