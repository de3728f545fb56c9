/** The hooks in a real browser: how they connect, and what they render. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { room } from "./channels.js";
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

  test("what is selected says when a component renders", async () => {
    const tab = await open("selecting");
    await tab.untilText("#open", "true");
    for (let i = 0; i < 10; i++) {
      await served.publish(1);
      await tab.untilLogged("heard", i + 1);
      // One snapshot for each.
      await tab.page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await tab.untilText("#late", "true");

    expect(await tab.log("renders of isOpen")).toEqual([false, true]);
    expect(await tab.log("renders of late")).toEqual([false, true]);
    expect(await tab.log("renders of null")).toEqual([null]);
    expect(await tab.log("heard")).toEqual(upTo(10));
    expect(tab.sockets).toHaveLength(1);
    expect(tab.count("subscribe")).toBe(1);
  });

  test("a provider's token function says for what; another channel begins anew", async () => {
    const tab = await open("provided");
    await tab.untilText("#status", "open null false");
    await served.publish(2);
    await tab.untilText("#all", "1,2");
    await tab.untilText("#value", "2");
    expect(await tab.log("wanted")).toEqual(["room:1", "tick"]);

    await tab.control("switch", "2");
    await tab.untilText("#status", "open null false");
    expect(await tab.text("#all")).toBe("");
    expect(await tab.text("#value")).toBe("0");
    await served.publish(1, "2");
    await tab.untilText("#all", "3");

    await tab.control("switch", undefined);
    await tab.untilText("#status", "idle null false");
    expect(tab.sockets).toHaveLength(1);
    expect(tab.complaints).toEqual([]);
  });

  test("one that is disabled keeps what it has, and gets what it missed when it is enabled again", async () => {
    const tab = await open("provided");
    await tab.untilText("#status", "open null false");
    await served.publish(2);
    await tab.untilText("#all", "1,2");

    await tab.control("enable", false);
    await tab.untilText("#status", "paused disabled true");
    expect(await tab.text("#all")).toBe("1,2");
    // A second later it lets go of its line.
    await vi.waitFor(() => expect(served.connections()).toBe(0), 10_000);
    await served.publish(2);
    await tab.control("enable", true);
    await tab.untilText("#all", "1,2,3,4");
    expect(await tab.log("heard")).toEqual(upTo(4));

    await tab.control("enable", false);
    await tab.untilText("#status", "paused disabled true");
    await tab.control("reset");
    await tab.untilText("#all", "");
    expect(tab.complaints).toEqual([]);
  });

  test("one that paused while others went on is told the rest, in order and once", async () => {
    const tab = await open("pausing");
    await tab.untilText("#status", "open");
    await served.publish(5);
    await tab.untilText("#own", "5");
    await tab.control("enable", false);
    await tab.untilText("#status", "paused");
    await served.publish(5);
    await tab.untilText("#last", "10");
    expect(await tab.text("#own")).toBe("5");

    // While messages go on coming.
    const going = served.publish(50);
    await tab.control("enable", true);
    await going;
    await tab.untilText("#own", "60");
    expect(await tab.log("heard")).toEqual(upTo(60));
    expect(await tab.log("delta")).toEqual(upTo(60));
    expect(tab.count("subscribe")).toBe(1);
    expect(tab.complaints).toEqual([]);
  });

  test.skipIf(react === 18)("one that an Activity hid and shows again has what it missed, once", async () => {
    const tab = await open("hiding");
    await tab.untilText("#status", "open");
    await served.publish(3);
    await tab.untilText("#count", "3");
    await tab.control("show", false);
    await vi.waitFor(() => expect(served.connections()).toBe(0), 10_000);
    await served.publish(3);
    await tab.control("show", true);
    await tab.untilText("#count", "6");

    expect(await tab.log("onMessage")).toEqual(upTo(6));
    const delta = await tab.log<number>("delta");
    expect([...new Set(delta)]).toEqual(upTo(6));
    expect(tab.complaints).toEqual([]);
  });

  test("what goes wrong is an error with a code, and throws nothing", async () => {
    const tab = await open("failing");
    await tab.untilText("#status", "error INVALID_OPTIONS");
    await tab.untilText("#other", "error UNKNOWN_TOPIC");
    expect(await tab.log("onError")).toEqual(["INVALID_OPTIONS"]);
    expect(tab.complaints).toEqual([]);
  });

  test("a stream is shown as it comes, also to who joins late", async () => {
    const tab = await open("streaming");
    await tab.untilText("#answer", "idle||0|");
    await vi.waitFor(() => expect(tab.count("subscribe")).toBe(1), 10_000);
    const { push, end, done } = streamed(served);
    push("Hel");
    await tab.untilText("#answer", "streaming|Hel|1|");
    push("lo");
    await tab.untilText("#answer", "streaming|Hello|2|");
    await tab.control("join");
    await tab.untilText("#late", "streaming|Hello|2|");
    end();
    await done;
    await tab.untilText("#answer", "done|Hello|2|");
    await tab.untilText("#late", "done|Hello|2|");
    expect(tab.count("subscribe")).toBe(1);
    expect(tab.complaints).toEqual([]);
  });
});

/** A stream to the room, of which the test says what comes. */
function streamed({ app }: Served) {
  let controller!: ReadableStreamDefaultController<string>;
  const source = new ReadableStream<string>({
    start(given) {
      controller = given;
    },
  });
  const done = app.stream(room({ id: "1" }).answer, source, { interval: 0 });
  return { push: (chunk: string) => controller.enqueue(chunk), end: () => controller.close(), done };
}
