/** Node keeps every module that it has loaded. A config that changed, and what it imports, has to be loaded anew. */
import module from "node:module";

/** Stands in the URL of what is loaded anew: another URL is another module. */
const PARAM = "halyard-config";

/** Gives what a fresh module imports the same mark, so that it's fresh as well; packages stay as they are. */
function mark(url: string, parent: string | undefined): string {
  const version = parent === undefined ? null : new URL(parent).searchParams.get(PARAM);
  if (version === null || !url.startsWith("file:") || url.includes("/node_modules/")) return url;
  const marked = new URL(url);
  marked.searchParams.set(PARAM, version);
  return marked.href;
}

/** As of Node 22.15; the types are older. */
interface SyncHooks {
  readonly resolve: (
    specifier: string,
    context: { readonly parentURL?: string },
    next: (specifier: string, context: { readonly parentURL?: string }) => { readonly url: string },
  ) => { readonly url: string };
}
const { registerHooks }: { registerHooks?: (hooks: SyncHooks) => void } = Object(module);

let installed = false;

function install(): void {
  if (installed) return;
  installed = true;
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        return { ...resolved, url: mark(resolved.url, context.parentURL) };
      },
    });
    return;
  }
  // Before Node 22.15 hooks live in a thread of their own, which loads them as a module.
  const source = `const PARAM = ${JSON.stringify(PARAM)};
${mark}
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return { ...resolved, url: mark(resolved.url, context.parentURL) };
}`;
  module.register(`data:text/javascript,${encodeURIComponent(source)}`);
}

/** The URL by which a module is loaded for the n-th time, from 0. */
export function freshUrl(url: string, version: number): string {
  if (version === 0) return url;
  install();
  const fresh = new URL(url);
  fresh.searchParams.set(PARAM, String(version));
  return fresh.href;
}
