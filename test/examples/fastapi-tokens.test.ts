/** The example fastapi-tokens: the real FastAPI on uvicorn, the gateway beside it, and the page. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { root } from "../support/process.js";
import { endExamples, type RunningExample, startExample } from "./support/example.js";
import { openTab, shoot } from "./support/tab.js";

// The example's own way to a Python that has FastAPI; `npm run setup` goes by the same.
const { findPython } = await import(path.join(root, "examples/fastapi-tokens/python.mjs"));

// A table takes some seconds, and a busy machine its time.
vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(!findPython())("tide tables", () => {
  let browser: Browser;
  let example: RunningExample;

  beforeAll(async () => {
    [browser, example] = await Promise.all([launch(), startExample("fastapi-tokens")]);
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await endExamples();
  });

  async function signIn(page: Page, account: string): Promise<void> {
    await page.getByLabel("Who are you?").fill(account);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#desk").waitFor();
  }

  async function order(page: Page, days: number): Promise<void> {
    await page.getByLabel("Days", { exact: true }).fill(String(days));
    await page.getByRole("button", { name: "Compute" }).click();
    await page.locator("#figure").waitFor();
  }

  const untilComplete = (page: Page) =>
    page.locator("#part", { hasText: "Complete" }).waitFor({ timeout: 60_000 });
  const idOf = (page: Page) => new URL(page.url()).hash.slice(1);
  /** How many points the curve has. */
  const points = (page: Page) =>
    page.evaluate(() => document.querySelector(".curve")?.getAttribute("d")?.split("L").length ?? 0);

  /** Asks FastAPI as a user does who has this cookie. */
  async function ask(method: string, where: string, cookie = "", body?: object) {
    const response = await fetch(`${example.url}/api${where}`, {
      method,
      headers: { cookie, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const session = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    return { status: response.status, session, body: await response.json() };
  }
  const sessionOf = async (account: string) => (await ask("POST", "/session", "", { account })).session;

  /** Publishes with a token. Gives the error's code, or the results. */
  async function publish(token: { readonly url: string; readonly key: string }, channel: string) {
    const messages = [{ topic: "progress", data: { part: 1 } }];
    const response = await fetch(`${token.url}/publish`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: token.key, channel, messages }),
    });
    const { error, results } = await response.json();
    return error?.code ?? results;
  }

  test("a job in Python draws its curve; a reload in the middle misses and repeats nothing", async () => {
    const { page, complaints } = await openTab(browser, example.url);
    await signIn(page, "Büro: Nord");
    await order(page, 7);
    await page.waitForFunction(() => Number(document.getElementById("count")?.textContent) > 400);
    await page.locator("#line", { hasText: "Live" }).waitFor();
    // A token that comes late: much is published between what FastAPI says and the first frame.
    await page.route("**/token", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue();
    });
    await page.reload();
    await page.locator("#figure").waitFor();
    expect(await page.textContent("#part")).not.toBe("Complete");
    await page.waitForFunction(() => Number(document.getElementById("count")?.textContent) > 640);
    await shoot(page, "fastapi-tokens");
    await untilComplete(page);

    expect(await page.textContent("#count")).toBe("1,008");
    expect(await points(page)).toBe(1_008);
    expect(await page.textContent("#channel")).toBe(`tide:B%C3%BCro%3A%20Nord:${idOf(page)}`);
    // A Date that Python sent is what FastAPI says, too.
    const followed = await page.locator("#extremes").textContent();
    await page.reload();
    await untilComplete(page);
    expect(await page.locator("#extremes").textContent()).toBe(followed);
    expect(followed).toMatch(/\+\d\.\d\d m, \w{3} \d\d:\d\d/);
    expect(complaints).toEqual([]);
  });

  test("after a gap, what was missed is filled in", async () => {
    const context = await browser.newContext();
    let frames = 0;
    await context.routeWebSocket("**/api/realtime", (socket) => {
      socket.connectToServer().onMessage((frame) => {
        const { type, id } = JSON.parse(String(frame));
        if (type === "messages") frames++;
        // Some messages are lost, and the gateway says so.
        if (frames > 3 && frames < 8) return;
        if (frames === 8)
          socket.send(JSON.stringify({ type: "gap", id, reason: "trimmed", after: null, position: null }));
        socket.send(frame);
      });
    });
    const { page, complaints } = await openTab(context, example.url);
    await signIn(page, "pilots");
    await order(page, 3);
    await untilComplete(page);
    expect(frames).toBeGreaterThan(8);
    expect(await points(page)).toBe(432);
    expect(complaints).toEqual([]);
  });

  test("another origin's event stream, where WebSocket can't be had", async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => Reflect.deleteProperty(globalThis, "WebSocket"));
    const { page, complaints } = await openTab(context, example.url);
    await signIn(page, "anglers");
    await order(page, 2);
    await untilComplete(page);
    expect(await points(page)).toBe(288);
    expect(complaints).toEqual([]);
  });

  test("who is signed out elsewhere is asked who they are", async () => {
    const { page } = await openTab(browser, example.url);
    await signIn(page, "divers");
    await page.route("**/token", async (route) => {
      await page.evaluate(() => fetch("/api/session", { method: "DELETE" }));
      await route.continue();
    });
    await page.getByRole("button", { name: "Compute" }).click();
    await page.getByLabel("Who are you?").waitFor();
    expect(await page.locator("#figure").isVisible()).toBe(false);
  });

  test("nobody gets a token for another account's table, whatever they are called", async () => {
    const owner = await sessionOf("pilots");
    const table = (await ask("POST", "/tables", owner, { kind: "mixed", days: 1 })).body;
    const mine = await ask("POST", `/tables/${table.id}/token`, owner);
    expect(mine).toMatchObject({ status: 200, body: { channel: `tide:pilots:${table.id}` } });

    expect((await ask("POST", `/tables/${table.id}/token`)).status).toBe(401);
    for (const name of ["others", `pilots:${table.id}`, "pilots%3A", "PILOTS"]) {
      const session = await sessionOf(name);
      expect((await ask("POST", `/tables/${table.id}/token`, session)).status, name).toBe(404);
      expect((await ask("GET", `/tables/${table.id}`, session)).status, name).toBe(404);
      const own = (await ask("POST", "/tables", session, { kind: "mixed", days: 1 })).body;
      const { body: token } = await ask("POST", `/tables/${own.id}/token`, session);
      // Three levels, and the name in one of them.
      expect(token.channel.split(":"), name).toEqual(["tide", encodeURIComponent(name), own.id]);
      // It opens that one channel, and to receive: the gateway refuses whatever else it is shown for.
      expect(await publish(token, token.channel)).toBe("TOKEN_SCOPE");
      expect(await publish(token, `tide:pilots:${table.id}`)).toBe("TOKEN_SCOPE");
    }
    for (const name of ["", "x".repeat(61), "日".repeat(30), "\ud800"]) {
      expect((await ask("POST", "/session", "", { account: name })).status, name).toBe(422);
    }
  });

  test("a page of another origin isn't served", async () => {
    const session = await sessionOf("pilots");
    const table = (await ask("POST", "/tables", session, { kind: "diurnal", days: 1 })).body;
    const { body: token } = await ask("POST", `/tables/${table.id}/token`, session);
    const body = JSON.stringify({ versions: ["halyard.v1"], subscriptions: [{ id: 1, token: token.key }] });
    const from = (origin: string) =>
      fetch(token.url, { method: "POST", headers: { "content-type": "application/json", origin }, body });
    expect((await from("http://elsewhere.example")).status).toBe(403);
    const served = await from(example.url);
    expect(served.status).toBe(200);
    await served.body?.cancel();
  });

  test("an address that somebody made up is no other request, and a long name has room on a phone", async () => {
    const { page } = await openTab(browser, example.url);
    await page.setViewportSize({ width: 360, height: 740 });
    await signIn(page, "W".repeat(60));
    await order(page, 1);
    await untilComplete(page);
    await page.evaluate(() => {
      location.hash = "#../session";
    });
    await page.locator("#trouble", { hasText: "Not Found" }).waitFor();
    expect(await page.textContent("#title")).toBe("A day of semidiurnal tide");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test("both end by one signal", async () => {
    const other = await startExample("fastapi-tokens");
    const session = await fetch(`${other.url}/api/session`);
    expect(await session.json()).toEqual({ account: null });
    expect(await other.stop("SIGINT")).toBe(0);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
