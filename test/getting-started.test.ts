/** docs/getting-started.md, followed by pasting: with the real Next, Vite, Express and a browser, there are live typed messages. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openTab } from "./examples/support/tab.js";
import { launch } from "./support/browser.js";
import { followPage, freePort, type NewApp } from "./support/new-app.js";
import { endAll, type Running } from "./support/process.js";

// Next takes its time to compile, twice.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const env = { HALYARD_SECRET: "a secret of at least thirty-two characters" };
const lines = ["Starting…", "Hello", "from", "the", "server", "Done"];

/** How long a page may take, in milliseconds: Next compiles what is asked for, and machines that run tests are busy. */
const PATIENCE = 90_000;

/** What a test started. */
const running = new Set<Running>();

function started(server: Running): Running {
  running.add(server);
  server.exited.finally(() => running.delete(server)).catch(() => {});
  return server;
}

/** Tells it to end, as Ctrl-C does, and waits for that. Killed, it would leave its own children behind. */
async function stop({ child, exited }: Running): Promise<void> {
  child.kill("SIGTERM");
  await exited;
}

async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
  await endAll();
}

/** Opens the page, once the server has it. */
async function open(url: string) {
  await fetch(url).then((response) => response.text());
  const tab = await openTab(browser, url);
  tab.page.setDefaultTimeout(PATIENCE);
  return tab;
}

const untilOpen = (page: Page) =>
  page
    .getByRole("status")
    .filter({ hasText: /^open\s*$/ })
    .waitFor();

const listed = async (page: Page): Promise<string[]> =>
  (await page.getByRole("listitem").allTextContents()).map((text) =>
    text.replace(/^\d+:\d+:\d+\s(?:[AP]M\s)?/u, ""),
  );

/** Two windows, of which one presses Start: both have every line, in order, and nobody complains. */
async function expectLive(url: string): Promise<void> {
  const tabs = [await open(url), await open(url)];
  for (const { page } of tabs) await untilOpen(page);
  await tabs[0]?.page.getByRole("button", { name: "Start" }).click();
  for (const { page, complaints } of tabs) {
    await page.getByText("Done").waitFor();
    expect(await listed(page)).toEqual(lines);
    // A `Date` arrived: its time is told as the page's own code tells it.
    expect(await page.getByRole("listitem").first().textContent()).toMatch(/^\d+:\d\d:\d\d/);
    expect(complaints).toEqual([]);
    await page.close();
  }
}

/** What is pasted compiles, and the slip that the page suggests doesn't. */
async function expectTyped(app: NewApp, page: string, compile: string): Promise<void> {
  const before = app.program(compile);
  expect(await before.exited, before.stdout).toBe(0);
  app.edit(page, "data.message", "data.mesage");
  const after = app.program(compile);
  expect(await after.exited).not.toBe(0);
  expect(after.stdout).toMatch(/'mesage' does not exist .* Did you mean 'message'/);
  app.edit(page, "data.mesage", "data.message");
}

describe("Next.js", () => {
  let app: NewApp;
  beforeAll(async () => {
    app = await followPage("Next.js");
  });
  afterEach(stopAll);
  afterAll(() => app?.remove());

  test("what is pasted needs nothing but what is installed", () => {
    expect(app.missing).toEqual([]);
    expect(app.starts).toEqual(["npm run dev"]);
  });

  test("live in development", async () => {
    const dev = started(app.script("dev", `--port ${await freePort()}`));
    const [url] = await dev.printed(/http:\/\/localhost:\d+/);
    await expectLive(url);
    await stop(dev);
  });

  test("typed, and live as it is deployed", async () => {
    const build = app.script("build", "", env);
    expect(await build.exited, build.stdout + build.stderr).toBe(0);
    await expectTyped(app, "app/page.tsx", "tsc --noEmit");

    const server = started(app.script("start", `--port ${await freePort()}`, env));
    const [url] = await server.printed(/http:\/\/localhost:\d+/);
    await expectLive(url);
    await stop(server);
  });

  test("without a secret, page and terminal say what the table says", async () => {
    const server = started(app.script("start", `--port ${await freePort()}`));
    const [url] = await server.printed(/http:\/\/localhost:\d+/);
    const { page } = await open(url);
    await page.getByText("The token function failed").waitFor();
    await vi.waitFor(() => expect(server.stdout + server.stderr).toContain("MISSING_SECRET"));
    await stop(server);
  });
});

describe("Vite and Express", () => {
  let app: NewApp;
  let port: number;
  beforeAll(async () => {
    app = await followPage("Vite and Express");
    port = await freePort();
    for (const file of ["server.ts", "vite.config.ts"]) app.edit(file, "3001", `${port}`);
  });
  afterEach(stopAll);
  afterAll(() => app?.remove());

  const serve = async (more?: NodeJS.ProcessEnv) => {
    const server = started(await app.node("server.ts", more));
    await server.printed(/Server: http:\S+/);
    return server;
  };

  test("what is pasted needs nothing but what is installed", () => {
    expect(app.missing).toEqual([]);
    expect(app.starts).toEqual(["node --watch server.ts", "npm run dev"]);
  });

  test("live in development, typed, and back by itself when the server is", async () => {
    await expectTyped(app, "src/App.tsx", "tsc -b");
    const dev = started(app.script("dev", `--port ${await freePort()} --strictPort`));
    const [url] = await dev.printed(/http:\/\/localhost:\d+/);
    const { page } = await open(url);
    await page.getByText(/No token: 50[02]/).waitFor();

    const server = await serve();
    await untilOpen(page);
    await expectLive(url);
    await stop(server);
    await page
      .getByRole("status")
      .filter({ hasText: /^connecting/ })
      .waitFor();
    await serve();
    await untilOpen(page);
  });

  test("live as it is deployed: page, API and gateway on one port", async () => {
    for (const command of ["tsc -b", "vite build"]) {
      const built = app.program(command);
      expect(await built.exited, built.stdout + built.stderr).toBe(0);
    }
    await serve({ ...env, NODE_ENV: "production" });
    await expectLive(`http://localhost:${port}`);
  });

  test("without React", async () => {
    app.paste("Without React");
    app.write("plain.html", `<!doctype html><body><script type="module" src="/browser.ts"></script></body>`);
    const dev = started(app.script("dev", `--port ${await freePort()} --strictPort`));
    const [url] = await dev.printed(/http:\/\/localhost:\d+/);
    await serve();
    const { page } = await open(`${url}/plain.html`);
    await page.locator("body[data-status=open]").waitFor({ state: "attached" });
    await fetch(`${url}/api/runs/42`, { method: "POST" });
    await page.getByText(/Starting….*Hello from the server .*Done/).waitFor();
  });
});
