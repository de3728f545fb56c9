// @ts-check
/**
 * Holds what a browser loads to the list of web APIs in lib/web-apis.mjs: nothing else is named in it, docs/runtimes.md shows
 * that list, and the client works over both wires where everything else was deleted. Run `npm run build` first.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { WebSocket } from "ws";
import { freeGlobals } from "./lib/free-globals.mjs";
import { bundleFor, makeRealm, profiles } from "./lib/realm.mjs";
import { converse, openGateway, publishFrom } from "./lib/realm-gateway.mjs";
import { isMain, report, root } from "./lib/repo.mjs";
import { ecmaScript, webApis, webApiTable } from "./lib/web-apis.mjs";

/** What runs in browsers, workers and React Native alike. */
const entries = ["halyard", "halyard/client", "halyard/react"];

/**
 * What a bundle names and may not.
 *
 * @param {string} code
 * @returns {string[]} Problems.
 */
export function unlistedGlobals(code) {
  const lines = code.split("\n");
  return freeGlobals(code).flatMap(({ name, member, line }) => {
    const api = webApis.find((one) => one.name === name);
    const where = `in \`${lines[line - 1]?.trim()}\``;
    if (name === "globalThis") return [`globalThis as a whole ${where}: name the member`];
    if (!api) return ecmaScript.includes(name) ? [] : [`${name} ${where}: isn't in scripts/lib/web-apis.mjs`];
    const isStatic = member !== undefined && /^[A-Z]/.test(name) && !api.members?.includes(member);
    return isStatic ? [`${name}.${member} ${where}: isn't in scripts/lib/web-apis.mjs`] : [];
  });
}

/** @param {string} page docs/runtimes.md. */
export const wrongTable = (page) =>
  page.includes(webApiTable())
    ? []
    : [`docs/runtimes.md doesn't show the list of scripts/lib/web-apis.mjs, which is:\n${webApiTable()}`];

/**
 * The conversations of a client in a realm of each profile.
 *
 * @param {string} packageRoot
 * @param {(line: string) => void} log
 * @returns {Promise<string[]>} Problems.
 */
export async function runInRealms(packageRoot, log) {
  const problems = [];
  const gateway = await openGateway(packageRoot);
  try {
    for (const [profile, wire, reading] of conversations) {
      const what = `${profile.name}, ${wire}, ${reading}`;
      try {
        const realm = makeRealm(profile, { WebSocket });
        realm.run(await bundleFor(packageRoot, entries.slice(0, 2), profile.target));
        const wires = wire === "both" ? undefined : [realm.run(`halyard.${wire}()`)];
        if (reading === "publish") await publishFrom(realm, gateway);
        else await converse(realm, gateway, { wires, reading });
        log(what);
      } catch (error) {
        problems.push(`${what}: ${error instanceof Error ? error.stack : error}`);
      }
    }
  } finally {
    await gateway.close();
  }
  return problems;
}

const { web, reactNative } = profiles;
/** @type {[import("./lib/realm.mjs").Profile, "webSocket" | "sse" | "both", string][]} */
const conversations = [
  [web, "both", "onMessage"],
  [web, "webSocket", "for await"],
  [web, "webSocket", "getJsonStream()"],
  [web, "sse", "onMessage"],
  [web, "sse", "getEncodedStream()"],
  [web, "both", "publish"],
  [reactNative, "both", "onMessage"],
  [reactNative, "webSocket", "onMessage"],
  [reactNative, "both", "publish"],
];

if (isMain(import.meta.url)) {
  const log = (/** @type {string} */ line) => console.log(`- ${line}`);
  const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const present = entries.filter((entry) => `.${entry.slice("halyard".length)}` in exports);
  const bundle = await bundleFor(root, present, "es2022");
  const page = path.join(root, "docs", "runtimes.md");
  report(
    [
      ...unlistedGlobals(bundle),
      ...wrongTable(existsSync(page) ? readFileSync(page, "utf8") : ""),
      ...(await runInRealms(root, log)),
    ],
    `${present.join(", ")}: nothing but ECMAScript and ${webApis.length} web APIs.`,
  );
}
