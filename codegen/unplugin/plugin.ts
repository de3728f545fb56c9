/** The plugin, for any bundler: generates before the first module is loaded. */
import path from "node:path";
import type { OpenOptions } from "../project.js";
import { type Follower, type Following, follow, generateOnce } from "./generator.js";
import type { AnyPlugin } from "./load.js";
import { createViteHooks } from "./vite-hooks.js";

/** Those of `generate`, and what a build does. */
export interface PluginOptions extends OpenOptions {
  /**
   * What runs once (a build, `vitest run`) writes nothing, and fails where `halyard generate` would change anything. A
   * server that watches generates all the same. Default: false.
   */
  readonly check?: boolean | undefined;
}

/** What a bundler says of itself before it begins. */
export interface Setting {
  /** What relative options are relative to: absolute. */
  readonly root: string;
  /** Whether it serves until it is closed, and what happens meanwhile: else it runs once, or begins anew after each change. */
  readonly serves?: { readonly poll: boolean } | undefined;
  readonly follower: Follower;
}

/** Makes the plugin. A bundler of which nothing else is known begins in the process's working directory, and says nothing. */
export function createPlugin({ check = false, cwd = "", ...options }: PluginOptions = {}): AnyPlugin {
  let setting: Setting = { root: process.cwd(), follower: { onRun() {}, onNotice() {} } };
  let following: Following | undefined;
  return {
    name: "halyard",
    async buildStart() {
      const { root, serves, follower } = setting;
      const given = { ...options, cwd: path.resolve(root, cwd) };
      if (serves) {
        following ??= follow({ ...given, ...serves }, follower);
        await following.ready;
        return;
      }
      const { files, speaks, ...outcome } = await generateOnce({ ...given, check });
      // Also where it failed: whoever watches the build has to see the repair.
      for (const file of files) this.addWatchFile(file);
      if (outcome.generated === undefined) throw outcome.error;
      follower.onRun(outcome, speaks);
    },
    vite: createViteHooks({
      begin(given) {
        setting = given;
      },
      async end() {
        const ended = following;
        following = undefined;
        await ended?.close();
      },
    }),
  };
}
