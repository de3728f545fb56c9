// @ts-check
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { unlistedGlobals, wrongTable } from "./check-runtimes.mjs";
import { freeGlobals } from "./lib/free-globals.mjs";
import { bundleFor, makeRealm, profiles } from "./lib/realm.mjs";
import { converse, openGateway } from "./lib/realm-gateway.mjs";
import { root } from "./lib/repo.mjs";
import { webApiTable } from "./lib/web-apis.mjs";

test("finds what nothing declares", () => {
  const code = `
    var exported = (() => {
      class A { static B = 1; #c = Date; d() { return arguments; } get e() { return undefined; } }
      function f({ g: { h = fetch }, ...i }, [j]) { outer: for (const k of j) continue outer; return { h, i, location }; }
      try { f(); } catch (error) { error.process; }
      const { l } = globalThis;
      return [A, l, typeof Buffer, globalThis.crypto?.subtle, x => x, globalThis[l ? "a" : "b"], globalThis[l]];
    })();`;
  const found = freeGlobals(code).map(({ name, member, line }) => [
    line,
    member ? `${name}.${member}` : name,
  ]);
  assert.deepEqual(found, [
    [3, "Date"],
    [4, "fetch"],
    [4, "location"],
    [6, "globalThis"],
    [7, "Buffer"],
    [7, "crypto.subtle"],
    [7, "a"],
    [7, "b"],
    [7, "globalThis"],
  ]);
});

/** @type {[string, RegExp | undefined][]} */
const scanned = [
  ["setTimeout(() => new WebSocket(URL, globalThis.location?.origin), Math.max(1))", undefined],
  ["const now = performance.now();", /^performance in `const now = performance/],
  ["globalThis.process.env", /^process in/],
  ["AbortController.name; URL.canParse('x')", /^AbortController\.name in[^;]*`[\s\S]*URL\.canParse in/],
  ["Object.keys(globalThis)", /^globalThis as a whole in/],
  ["new SharedArrayBuffer(1)", /^SharedArrayBuffer in/],
];
for (const [code, problem] of scanned) {
  test(`scanned: ${code}`, () => {
    const problems = unlistedGlobals(code).join("\n");
    if (problem) assert.match(problems, problem);
    else assert.equal(problems, "");
  });
}

test("the page has to show the list as it is", () => {
  assert.deepEqual(wrongTable(`# Runtimes\n\n${webApiTable()}\n\nMore.`), []);
  assert.match(wrongTable(webApiTable().replace("pauses", "waits")).join(), /doesn't show the list/);
});

/** @type {[keyof typeof profiles, string, RegExp | undefined][]} */
const evaluated = [
  ["web", "new ReadableStream(); setTimeout(() => {}, 0) > 0", undefined],
  ["web", "console.log(1)", /console is not defined/],
  ["web", "process", /process is not defined/],
  ["web", "location.href", /location is not defined/],
  ["web", "({ fetch }).fetch('http://127.0.0.1')", /Illegal invocation/],
  ["web", "globalThis.atob('')", undefined],
  ["reactNative", "new ReadableStream()", /ReadableStream is not defined/],
  ["reactNative", "new URL('https://a.b').hostname.length", /undefined/],
  ["reactNative", "Symbol.asyncIterator.toString()", /undefined/],
];
for (const [name, code, problem] of evaluated) {
  test(`evaluated in ${profiles[name].name}: ${code}`, () => {
    const { run } = makeRealm(profiles[name], { WebSocket });
    if (problem) assert.throws(() => run(code), problem);
    else run(code);
  });
}

/** @type {import("./lib/realm-gateway.mjs").Gateway} */
let gateway;
before(async () => {
  gateway = await openGateway(root);
});
after(() => gateway.close());

/** @param {(bundle: string) => string} change @param {Partial<typeof gateway>} [other] */
async function talk(change, other, goodbye = 60_000) {
  const realm = makeRealm(profiles.web, { WebSocket });
  realm.run(change(await bundleFor(root, ["halyard", "halyard/client"], "es2022")));
  const how = { wires: [realm.run("halyard.webSocket()")], reading: "onMessage", goodbye };
  await converse(realm, { ...gateway, ...other }, how);
}

test("a sound client passes, and one that needs more at import doesn't", async () => {
  await talk((bundle) => bundle);
  await assert.rejects(
    talk((bundle) => `${bundle}\nprocess.env;`),
    /process is not defined/,
  );
});

test("a message that doesn't arrive, an error that nobody heard, and a connection that stays are failures", async () => {
  const publish = async (/** @type {string} */ text) => text !== "two" && gateway.publish(text);
  await assert.rejects(
    talk((bundle) => bundle, { publish }),
    /got one,three$/,
  );
  await assert.rejects(
    talk((bundle) => `${bundle}\nreportError(new Error("unheard"));`),
    /unheard/,
  );
  await assert.rejects(
    talk((bundle) => bundle, { connections: () => 1 }, 10),
    /the connection's end/,
  );
});
