/**
 * The plugin for Vite: generates when Vite starts, and whenever a channel changes.
 *
 * @example
 * ```ts
 * // vite.config.ts
 * import { halyard } from "halyard/codegen/vite";
 * import { defineConfig } from "vite";
 *
 * export default defineConfig({ plugins: [halyard()] });
 * ```
 */
import { loadUnplugin } from "./unplugin/load.js";
import { createPlugin, type PluginOptions } from "./unplugin/plugin.js";

export type { PluginOptions } from "./unplugin/plugin.js";

/** What Vite takes as a plugin. Which version of Vite, its own types say. */
export interface VitePlugin {
  readonly name: string;
}

/**
 * Generates before Vite loads the first module, and again whenever an input changes. Relative paths are relative to Vite's
 * `root`. However many plugins and servers of a process have the same options, one generator runs for them.
 *
 * - A server shows what is wrong in its terminal and in the page, and keeps what was written last.
 * - A build fails. With `check`, it also fails where the output is stale (`CODEGEN_STALE`), and writes nothing.
 *
 * Rejects with `CODEGEN_MISSING_PEER` where `unplugin` isn't installed.
 *
 * @example
 * ```ts
 * export default defineConfig({ plugins: [halyard({ check: process.env.CI !== undefined })] });
 * ```
 */
export async function halyard(options: PluginOptions = {}): Promise<VitePlugin> {
  const { createUnplugin } = await loadUnplugin();
  return createUnplugin(createPlugin).vite(options);
}
