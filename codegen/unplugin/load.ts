/** What is used of the package `unplugin`, an optional peer. Its own types need those of every bundler to compile. */
import { loadPeer } from "../peer.js";

/** What a bundler gives a hook as `this`. */
export interface BuildContext {
  addWatchFile(file: string): void;
}

/** A plugin for any bundler. Hooks that are a bundler's own stand under its name. */
export interface AnyPlugin {
  readonly name: string;
  buildStart(this: BuildContext): Promise<void>;
  readonly vite: object;
}

/** Makes of one plugin one for each bundler. */
export interface Unplugin {
  createUnplugin<O>(factory: (options: O) => AnyPlugin): {
    vite(options: O): { readonly name: string };
  };
}

/** Loads it. Rejects with `CODEGEN_MISSING_PEER` where it isn't installed. */
export async function loadUnplugin(
  // A compiler that knew the name would look for the types.
  load = (name: string): Promise<Unplugin> => import(name),
): Promise<Unplugin> {
  return loadPeer("unplugin", "The plugin", () => load("unplugin"));
}
