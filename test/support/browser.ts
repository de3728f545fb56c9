/** The browser, and what it saw of the demo's page. */
import { readFile } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";

/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = 90_000;

/** Starts Chromium: the one that `npm test` finds. */
export async function launch(): Promise<Browser> {
  // The very function by which `npm test` decides whether these tests can run.
  const { findChromium } = await import(new URL("../../scripts/lib/chromium.mjs", import.meta.url).href);
  const executablePath: string | undefined = findChromium();
  if (!executablePath)
    throw new Error("There is no Chromium: `npm run setup` installs it, or set CHROMIUM_PATH.");
  const quiet = ["quic", "background-networking", "component-update", "sync"].map(
    (what) => `--disable-${what}`,
  );
  return chromium.launch({
    executablePath,
    // Tests go back to pages that the browser kept, as users do.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet],
  });
}

/** The demo's page in a browser. */
export interface DemoPage {
  readonly page: Page;
  /** What it requested, over HTTP and WebSocket. */
  readonly requests: readonly string[];
  /** Errors that nobody caught. */
  readonly errors: readonly string[];
  /** How the connection stood, one after the other. */
  statuses(): Promise<string[]>;
  /** The text of an element. */
  text(id: string): Promise<string>;
  /** Resolves when the element's text fits. */
  until(id: string, fits: RegExp): Promise<void>;
  /** How many files were received, of the scan that is under way. */
  received(): Promise<number>;
  /** Resolves when at least so many files were received. */
  untilReceived(count: number): Promise<void>;
  /** Starts a scan at a pace that leaves time to disturb it. */
  scanAgain(): Promise<void>;
  /** Resolves when the scan's last message was received. */
  untilDone(): Promise<void>;
  /** What "Save SHA256SUMS" saves. */
  sums(): Promise<string>;
}

declare global {
  interface Window {
    seenStatuses?: string[];
  }
}

export async function openDemo(browser: Browser, url: string): Promise<DemoPage> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  await page.evaluate(() => {
    const pill = document.getElementById("pill");
    const statuses = [pill?.dataset.status ?? ""];
    window.seenStatuses = statuses;
    new MutationObserver(() => {
      const status = pill?.dataset.status ?? "";
      if (status !== statuses.at(-1)) statuses.push(status);
    }).observe(pill as HTMLElement, { attributes: true });
  });

  const text = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? "";
  const until = async (id: string, fits: RegExp) => {
    const isThere = ([id, source]: readonly [string, string]) =>
      new RegExp(source).test(document.getElementById(id)?.textContent ?? "");
    try {
      await page.waitForFunction(isThere, [id, fits.source] as const, { timeout: PATIENCE });
    } catch (cause) {
      throw new Error(`#${id} is "${await text(id)}", and never became ${fits}.`, { cause });
    }
  };
  return {
    page,
    requests,
    errors,
    statuses: () => page.evaluate(() => window.seenStatuses ?? []),
    text,
    until,
    received: async () => Number((await text("received")).replaceAll(",", "")),
    async untilReceived(count) {
      await page.waitForFunction(
        (count) => Number(document.getElementById("received")?.textContent?.replaceAll(",", "")) >= count,
        count,
        { timeout: PATIENCE },
      );
    },
    async scanAgain() {
      await page.getByRole("button", { name: "Scan again" }).click();
      await until("phase", /Counting|Scanning/);
    },
    untilDone: () => until("phase", /Scanned/),
    async sums() {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Save SHA256SUMS" }).click(),
      ]);
      return readFile(await download.path(), "utf8");
    },
  };
}
