/** The whole path, in a real browser: channels, generated bindings, tokens, gateway, client; and a line that breaks. */
import { request } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { launch, openDemo } from "./support/browser.js";
import { compileDemo, serveDemo } from "./support/demo.js";
import { type Folder, makeFolder } from "./support/folder.js";
import { endAll } from "./support/process.js";

// A scan takes some seconds, and a busy machine its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let browser: Browser;
let folder: Folder;

beforeAll(async () => {
  folder = makeFolder(4_000);
  [browser] = await Promise.all([launch(), compileDemo()]);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await endAll();
});
afterAll(async () => {
  await browser?.close();
  folder?.remove();
});

const drop = "#cut";

test.each(["websocket", "sse"])(
  "every file arrives once and in order over %s, though the connection is cut twice in a row",
  async (wire) => {
    const demo = await serveDemo(folder.path);
    const tab = await openDemo(browser, `${demo.url}/?wire=${wire}`);
    await tab.untilDone();
    await tab.scanAgain();
    await tab.untilReceived(folder.count / 8);

    // The second time in the very moment in which it is connected again.
    await tab.page.evaluate((drop) => {
      const pill = document.getElementById("pill") as HTMLElement;
      const observer = new MutationObserver(() => {
        if (pill.dataset.status !== "open") return;
        observer.disconnect();
        document.querySelector<HTMLButtonElement>(drop)?.click();
      });
      observer.observe(pill, { attributes: true });
    }, drop);
    await tab.page.click(drop);
    await tab.until("pill-text", /Reconnecting/);
    // There was something left to lose.
    expect(await tab.received()).toBeLessThan(folder.count);
    await tab.until("reconnects", /2/);
    await tab.untilDone();

    expect(await tab.sums()).toBe(folder.sums);
    expect((await tab.statuses()).filter((status) => status !== "connecting")).toEqual([
      "open",
      "reconnecting",
      "open",
      "reconnecting",
      "open",
    ]);
    for (const id of ["missing", "duplicates", "disorder", "gaps"]) expect(await tab.text(id), id).toBe("0");
    expect(await tab.text("verdict")).toBe("Every file, once, in order");
    expect(tab.errors).toEqual([]);
  },
);

test("a cut while it is reconnecting, and a page that comes late, lose nothing either", async () => {
  const demo = await serveDemo(folder.path);
  const tab = await openDemo(browser, demo.url);
  await tab.untilDone();
  await tab.scanAgain();
  await tab.untilReceived(folder.count / 8);
  await tab.page.click(drop);
  await tab.until("pill-text", /Reconnecting/);
  await tab.page.click(drop);

  const late = await openDemo(browser, demo.url);
  await tab.untilDone();
  await late.untilDone();

  expect(await tab.sums()).toBe(folder.sums);
  expect(await late.sums()).toBe(folder.sums);
  expect(await tab.text("reconnects")).not.toBe("0");
  expect(await tab.text("gaps")).toBe("0");
});

test("a server that starts anew has lost the history: the page says so, and goes on", async () => {
  const first = await serveDemo(folder.path);
  const tab = await openDemo(browser, first.url);
  await tab.untilDone();
  await tab.scanAgain();
  await tab.untilReceived(folder.count / 8);

  first.child.kill("SIGKILL");
  await first.exited;
  await tab.until("pill-text", /Reconnecting/);
  await serveDemo(folder.path, new URL(first.url).port);

  await tab.until("gaps", /[1-9]/);
  await tab.until("gap-note", /restarted/);
  // It follows the new server's scan.
  await tab.untilDone();
  expect(await tab.sums()).toBe(folder.sums);
  expect(tab.errors).toEqual([]);
});

test("a server that is killed ten times: the page says what it may have missed, and has all in the end", async () => {
  let demo = await serveDemo(folder.path);
  const port = new URL(demo.url).port;
  const tab = await openDemo(browser, demo.url);
  for (let i = 0; i < 10; i++) {
    await tab.untilReceived(folder.count / 16);
    demo.child.kill("SIGKILL");
    await demo.exited;
    await tab.until("pill-text", /Reconnecting/);
    demo = await serveDemo(folder.path, port);
    // As when a laptop is back on its network: no pause is waited out.
    await tab.page.evaluate(() => dispatchEvent(new Event("online")));
    await tab.until("pill-text", /Live/);
  }
  await tab.untilDone();

  expect(await tab.sums()).toBe(folder.sums);
  for (const id of ["missing", "duplicates", "disorder"]) expect(await tab.text(id), id).toBe("0");
  expect(Number(await tab.text("gaps"))).toBeGreaterThan(0);
  expect(await tab.text("gap-note")).toMatch(/restarted/);
  expect(tab.errors).toEqual([]);
});

test("the page loads no validator, and nothing from elsewhere", async () => {
  const demo = await serveDemo(folder.path);
  const tab = await openDemo(browser, demo.url);
  await tab.untilDone();

  expect(tab.requests.some((url) => url.endsWith("/page/channels.gen.js"))).toBe(true);
  expect(tab.requests.filter((url) => /zod|valibot|arktype|standard-schema|\/server\//.test(url))).toEqual(
    [],
  );
  expect(
    tab.requests.filter((url) => new URL(url).host !== new URL(demo.url).host && !url.startsWith("blob:")),
  ).toEqual([]);
});

test("the server shows its files, and no others", async () => {
  const { url } = await serveDemo(folder.path);
  expect(await get(`${url}/halyard/src/index.js`)).toBe(200);
  for (const path of [
    "/halyard/../package.json",
    "/halyard/%2e%2e/package.json",
    "/halyard/..%2f..%2fpackage.json",
    "/halyard/src/index.d.ts",
    "/page/../main.js",
    "/page/%2e%2e%2fmain.js",
    "/page/main.ts",
    "/page/%00.js",
    "/page/%.js",
    "//halyard/src/index.js",
  ]) {
    expect(await get(`${url}${path}`), path).toBe(404);
  }
  expect(await get(url, { host: "evil.example" })).toBe(403);
  expect(await get(`${url}/api/scans`, { origin: "http://evil.example" }, "POST")).toBe(403);
  expect(await get(`${url}/api/realtime/token`, { origin: "http://evil.example" }, "POST")).toBe(403);
});

/** Sends the path as it stands: fetch would tidy it up. */
function get(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<number | undefined> {
  const { hostname, port, origin } = new URL(url);
  const path = url.slice(origin.length) || "/";
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
