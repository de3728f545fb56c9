/** Node keeps every module that it has loaded. A config that changed, and what it imports, has to be loaded anew. */
import module from "node:module";
import { pathToFileURL } from "node:url";
import { MessageChannel } from "node:worker_threads";

/** Which modules are loaded for the n-th time, by URL: another query is another module. */
type Versions = Map<string, number>;

function mark(versions: Versions, url: string): string {
  const version = versions.get(url);
  return version === undefined ? url : `${url}?halyard-config=${version}`;
}

/** As of Node 22.15; the types are older. */
interface SyncHooks {
  readonly resolve: (
    specifier: string,
    context: object,
    next: (specifier: string, context: object) => { readonly url: string },
  ) => { readonly url: string };
}
const { registerHooks }: { registerHooks?: (hooks: SyncHooks) => void } = Object(module);

/** Before Node 22.15 hooks live in a thread of their own, which loads them as a module, and is told what to load anew. */
const hooksModule = `
import { receiveMessageOnPort } from "node:worker_threads";
const versions = new Map();
let port;
${mark}
export function initialize(given) {
  port = given;
}
export async function resolve(specifier, context, next) {
  // What was sent before an import has come before that import.
  for (let sent = receiveMessageOnPort(port); sent; sent = receiveMessageOnPort(port))
    for (const url of sent.message.urls) versions.set(url, sent.message.version);
  const resolved = await next(specifier, context);
  return { ...resolved, url: mark(versions, resolved.url) };
}`;

/** Tells the hooks. */
let tell: ((urls: readonly string[], version: number) => void) | undefined;

function install(): NonNullable<typeof tell> {
  if (registerHooks) {
    const versions: Versions = new Map();
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        return { ...resolved, url: mark(versions, resolved.url) };
      },
    });
    return (urls, version) => {
      for (const url of urls) versions.set(url, version);
    };
  }
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  module.register(`data:text/javascript,${encodeURIComponent(hooksModule)}`, {
    data: port2,
    transferList: [port2],
  });
  return (urls, version) => port1.postMessage({ urls, version });
}

/** From now on, whoever imports these files gets them as they are now. */
export function refresh(files: Iterable<string>, version: number): void {
  tell ??= install();
  tell(
    [...files].map((file) => pathToFileURL(file).href),
    version,
  );
}
