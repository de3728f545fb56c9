/** A page that the server rendered, taken over by a browser. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { type Message, room } from "./channels.js";
import { CaseTab, reacts, renderOnServer, type Served, servePage } from "./page.js";

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

describe.each(reacts)("React %s", (react) => {
  test.each(["", "&strict"])(
    "it fits, begins with what the server knew, and misses nothing%s",
    async (more) => {
      served = await servePage({ page: "hydrated", react });
      await served.publish(3);
      const { messages } = await served.app.history({ channel: room({ id: "1" }), topics: ["tick"] });
      const warn = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const { html } = await renderOnServer<{ html(messages: readonly Message[]): string }>(
        "rendered",
        react,
      );
      const rendered = html(messages);
      expect(warn.mock.calls).toEqual([]);
      warn.mockRestore();
      expect(rendered).toContain('<output id="status">connecting</output><output id="all">1,2,3</output>');
      expect(rendered).toContain('<output id="disabled">paused</output>');
      // Published before the browser is there.
      await served.publish(2);
      served.render(rendered, { initial: messages });

      const tab = await CaseTab.open(browser, served.url, "page", more);
      await tab.untilText("#status", "open");
      await served.publish(1);
      await tab.untilText("#all", "1,2,3,4,5,6");
      expect(await tab.log("heard")).toEqual([4, 5, 6]);
      expect(await tab.page.evaluate(() => window.reported)).toEqual([]);
      expect(tab.complaints).toEqual([]);
    },
  );
});
