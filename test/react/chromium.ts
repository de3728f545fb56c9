/** A browser in which a tab is hidden by another one, as on a desk. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";

/** A browser with one window. */
export interface Window {
  /** Its tabs. The one that came to the front last is visible, and the others aren't. */
  readonly tabs: BrowserContext;
  close(): Promise<void>;
}

/**
 * Opens it. A browser that Playwright starts makes every page believe that it is looked at; one that it is only connected to
 * leaves that to the tabs.
 */
export async function openWindow(): Promise<Window> {
  const { findChromium } = await import(new URL("../../scripts/lib/chromium.mjs", import.meta.url).href);
  const executable: string | undefined = findChromium();
  if (!executable)
    throw new Error("There is no Chromium: `npm run setup` installs it, or set CHROMIUM_PATH.");
  const profile = mkdtempSync(path.join(os.tmpdir(), "halyard-chromium-"));
  const child = spawn(
    executable,
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`Chromium ended with ${code}.\n${text}`)));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const found = /listening on (ws:\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [tabs] = browser.contexts();
  if (!tabs) throw new Error("The browser has no window.");
  return {
    tabs,
    async close() {
      await browser.close();
      child.kill();
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Another tab comes to the front: the page is hidden, until that one is closed and the page comes back. */
export async function openInFront({ tabs }: Window): Promise<Page> {
  const other = await tabs.newPage();
  await other.bringToFront();
  return other;
}

/** What the page's heap holds once all that is unused is gone, in bytes. */
export async function usedHeap(devtools: CDPSession): Promise<number> {
  // What the first finds may hold on to what only the second can free.
  for (let i = 0; i < 2; i++) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize;
}
