// @ts-check
/** Realms that have ECMAScript and a list of web APIs, and nothing else: what a browser, a worker or React Native leaves a library. */
import vm from "node:vm";
import { build } from "esbuild";
import { ecmaScript, webApis } from "./web-apis.mjs";

/**
 * @typedef {object} Profile
 * @property {string} name
 * @property {string[]} apis The globals beside ECMAScript.
 * @property {string} target What the bundle is compiled for, as esbuild names it.
 * @property {string} [lacks] A script that takes away what its engine hasn't.
 * @property {Record<string, unknown>} [own] Its own implementations.
 */

/** As React Native's: it tells of a response when that has ended. @param {string} url @param {RequestInit} [init] */
async function fetchWhole(url, init) {
  const response = await fetch(url, { ...init, signal: null });
  const text = await response.text();
  const { ok, status, statusText, headers } = response;
  return { ok, status, statusText, headers, text: async () => text, json: async () => JSON.parse(text) };
}

/** As React Native's since 0.84, less what it reads by regular expressions: it takes any text for an address. */
class PlainUrl {
  #href;

  constructor(/** @type {string} */ url, /** @type {string | undefined} */ base = "") {
    this.#href = /^https?:/.test(url) ? url : base + url;
  }

  // Nothing of it can be set.
  get href() {
    return this.#href;
  }

  get protocol() {
    return `${this.#href.split(":")[0]}:`;
  }

  get pathname() {
    return /^\w+:\/\/[^/]+([^?#]*)/.exec(this.#href)?.[1] || "/";
  }

  toString() {
    return this.#href;
  }

  toJSON() {
    return this.#href;
  }
}

/** As React Native's up to 0.86: its signals have neither a reason nor `throwIfAborted`. */
class PlainAbortController {
  signal = Object.assign(new EventTarget(), { aborted: false });

  abort() {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event("abort"));
  }
}

/** @type {{ web: Profile, reactNative: Profile }} */
export const profiles = {
  web: { name: "web", target: "es2022", apis: webApis.map(({ name }) => name) },
  reactNative: {
    name: "React Native",
    // Its bundler compiles what Hermes doesn't take, such as async generators.
    target: "es2017",
    apis: webApis.filter(({ inReactNative }) => inReactNative).map(({ name }) => name),
    // A symbol of the language can't be deleted: another Symbol comes in its place.
    lacks: `{
        const { asyncIterator, prototype, name, length, ...others } = Object.getOwnPropertyDescriptors(Symbol);
        globalThis.Symbol = Object.defineProperties(((whole) => (text) => whole(text))(Symbol), others);
      }
      for (const of of [Array, Promise]) delete of.fromAsync, delete of.withResolvers, delete of.try;
      delete Object.groupBy; delete Map.groupBy;
      delete String.prototype.isWellFormed; delete String.prototype.toWellFormed;`,
    own: { fetch: fetchWhole, URL: PlainUrl, AbortController: PlainAbortController },
  },
};

/** Called otherwise than bare, or as the global object's, these throw "Illegal invocation" in a browser. */
const bound = /^(fetch|atob|btoa|queueMicrotask|reportError|(set|clear)(Timeout|Interval)|\w+EventListener)$/;

/**
 * @param {Profile} profile
 * @param {Record<string, unknown>} given The implementations: what Node hasn't, or not in every version.
 * @returns {{ run: (code: string) => any, reported: unknown[] }} `reported`: what was given to `reportError`.
 */
export function makeRealm({ apis, lacks = "", own }, given) {
  const context = vm.createContext({});
  const run = (/** @type {string} */ code) => vm.runInContext(code, context);
  // V8 brings more than ECMAScript: console, WebAssembly, what is newer.
  run(`for (const name of Object.getOwnPropertyNames(globalThis))
    if (!${JSON.stringify(ecmaScript)}.includes(name)) delete globalThis[name];
    ${lacks}`);
  const scope = run("globalThis");
  /** @type {unknown[]} */
  const reported = [];
  const events = new EventTarget();
  const implementations = /** @type {Record<string, any>} */ ({
    ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, atob, btoa },
    ...{ URL, TextEncoder, TextDecoder, ReadableStream, AbortController },
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    reportError: (/** @type {unknown} */ error) => reported.push(error),
    fetch,
    ...given,
    ...own,
  });
  for (const name of apis) {
    const value = implementations[name];
    if (value === undefined) continue;
    scope[name] = bound.test(name) ? checkingThis(value, scope) : value;
  }
  return { run, reported };
}

/** @param {(...args: any[]) => any} call @param {unknown} scope */
function checkingThis(call, scope) {
  return function (/** @type {unknown[]} */ ...args) {
    // @ts-expect-error A module is strict: called bare, `this` is undefined.
    if (this !== undefined && this !== scope) throw new TypeError("Illegal invocation");
    const result = call(...args);
    // A timer is a number, save in Node.
    return typeof result?.hasRef === "function" ? Number(result) : result;
  };
}

/**
 * @param {string} packageRoot Of a built package.
 * @param {string[]} entries
 * @param {string} target
 * @returns {Promise<string>} A script that sets the global `halyard` to what the entries export.
 */
export async function bundleFor(packageRoot, entries, target) {
  const { outputFiles } = await build({
    stdin: {
      contents: entries.map((entry) => `export * from "${entry}";`).join("\n"),
      resolveDir: packageRoot,
    },
    absWorkingDir: packageRoot,
    bundle: true,
    format: "iife",
    // As modules are, which a script is not.
    banner: { js: '"use strict";' },
    globalName: "halyard",
    platform: "browser",
    target,
    plugins: [emptyReact],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** React is the user's: what it uses isn't ours to list. @type {import("esbuild").Plugin} */
const emptyReact = {
  name: "empty-react",
  setup(build) {
    build.onResolve({ filter: /^react$/ }, ({ path }) => ({ path, namespace: "empty" }));
    build.onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "module.exports = {};" }));
  },
};
