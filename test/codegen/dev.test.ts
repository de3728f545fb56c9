/** The plugin while somebody works: Vite's server, a page in a real browser, and channels that change. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { endAll } from "../support/process.js";
import { CHANNELS, makeViteProject, OUTPUT, type ViteProject } from "./project.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = { timeout: 60_000, interval: 20 };

const knots = "knots: z.number().nonnegative(),";
const overlay = "vite-error-overlay";

let browser: Browser;
let project: ViteProject;
let committed: string;
beforeAll(async () => {
  [browser, project] = await Promise.all([launch(), makeViteProject()]);
  committed = project.read(CHANNELS);
});
beforeEach(() => project.write(CHANNELS, committed));
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await endAll();
});
afterAll(async () => {
  await browser?.close();
  project?.destroy();
});

/** Opens the page, and takes note of what Vite tells it. */
async function open(url: string) {
  const page = await browser.newPage();
  const told: string[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => told.push(String(payload))));
  await page.goto(url);
  return {
    page,
    /** How often Vite said that a module changed. */
    updates: () => told.filter((text) => text.includes(`"type":"update"`)).length,
    reloads: () => told.filter((text) => text.includes("full-reload")).length,
  };
}

const isShown = (page: Page) => page.locator(overlay).waitFor({ state: "attached", ...PATIENCE });
const isGone = (page: Page) => page.locator(overlay).waitFor({ state: "detached", ...PATIENCE });

test("a channel that changes reaches the page by HMR, once, and the page goes on", async () => {
  const running = project.start(["run.mjs"]);
  const [, url = ""] = await running.printed(/(http:\/\/localhost:\d+)/);
  const { page, updates, reloads } = await open(url);
  await page.waitForSelector("[data-status=open]", PATIENCE);
  await page.getByRole("button", { name: "N: No" }).click();
  await page.getByText("Anybody,").waitFor(PATIENCE);
  // A reload would lose what flies.
  const flies = page.locator(".halyard li", { hasText: "No" });

  for (const [i, name] of ["gusts", "calms"].entries()) {
    project.edit(CHANNELS, knots, `${knots} ${name}: z.number().optional(),`);
    await vi.waitFor(() => expect(project.read(OUTPUT)).toContain(`${name}?: number | undefined`), PATIENCE);
    await vi.waitFor(() => expect(updates()).toBe(i + 1), PATIENCE);
  }
  // What is no part of any type changes no bindings, and so nothing reaches the page.
  project.edit(CHANNELS, "max(24)", "max(12)");
  await page.locator("input").fill("Somebody else");
  await page.getByRole("button", { name: "C: Yes" }).click();
  await page.getByText("Somebody else,").waitFor(PATIENCE);
  expect(await flies.count()).toBe(1);
  expect([updates(), reloads()]).toEqual([2, 0]);

  running.child.kill("SIGINT");
  await running.exited;
});

test("what is wrong lies over the page, also over one that comes later, until it is repaired", async () => {
  const running = project.start([project.bin("vite"), "--host", "127.0.0.1", "--port", "0"]);
  const [, url = ""] = await running.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  const before = project.read(OUTPUT);
  const first = await open(url);
  await first.page.waitForSelector("main", PATIENCE);

  project.edit(CHANNELS, knots, "knots: z.any(),");
  await isShown(first.page);
  const said = (await first.page.locator(`${overlay} .window`).textContent()) ?? "";
  expect(said).toContain("[plugin:halyard]");
  expect(said).toContain("CODEGEN_ANY");
  expect(said).toMatch(/server\/channels\.ts:\d+:\d+/);
  expect(running.stderr).toMatch(/server\/channels\.ts:\d+:\d+ - error CODEGEN_ANY/);
  expect(project.read(OUTPUT)).toBe(before);

  const second = await open(url);
  await isShown(second.page);
  // The last good output serves it all the same.
  await second.page.waitForSelector("main", { state: "attached", ...PATIENCE });

  project.write(CHANNELS, committed);
  await Promise.all([first, second].map(({ page }) => isGone(page)));
  await running.printed(/nothing is wrong any more/);
  const third = await open(url);
  await third.page.waitForSelector("main", PATIENCE);
  expect(await third.page.locator(overlay).count()).toBe(0);
});

test("a fresh clone without bindings gets them before the page does; the command ends when it is told", async () => {
  project.remove(OUTPUT);
  const running = project.start([project.bin("vite"), "--host", "127.0.0.1", "--port", "0"]);
  const [, url = ""] = await running.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  expect(project.read(OUTPUT)).toContain("subscribeMast");
  const { page } = await open(url);
  await page.waitForSelector("main", PATIENCE);
  running.child.kill("SIGTERM");
  expect(await running.exited).toBe(143);
});

test("a server that is closed lets its process end", async () => {
  project.write(
    "close.mjs",
    `import { createServer } from "vite";
const servers = [await createServer(), await createServer()];
for (const server of servers) await server.listen(0);
for (const server of servers) await server.close();
console.log("closed");
`,
  );
  const { code, text } = await project.run(["close.mjs"]);
  expect(text).toContain("closed");
  expect(code).toBe(0);
});
