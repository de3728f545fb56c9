import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testPair } from "../../src/testing/pair.js";
import { compilers, makeWorkshop, type Workshop } from "../fixtures/workshop.js";
import { list } from "../index.js";
import type { ChannelModel } from "../model.js";
import { namesOf } from "./scope.js";

const root = path.join(import.meta.dirname, "../..");
const fixtures = path.join(root, "codegen/fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));
/** The package's sources, in its place. */
const sources = {
  halyard: path.join(root, "src/index.ts"),
  "halyard/client": path.join(root, "src/client/index.ts"),
};

let workshop: Workshop;
beforeAll(() => {
  workshop = makeWorkshop();
}, 60_000);
afterAll(() => workshop.remove());

describe("what it takes", () => {
  test.each(compilers)("with %s", { timeout: 60_000 }, (compiler) => {
    const files = [path.join(fixtures, "zod/publish.ts")];
    expect(workshop.compile(compiler, { compilerOptions: workshop.options, files }, compiler)).toBe("");
  });

  test("is what the library takes, for each topic of each fixture", { timeout: 60_000 }, async () => {
    const comparison = ({ id, topics }: ChannelModel) => {
      const options = `ByToken<bindings.${namesOf({ id }).prefix}PublishOptions>`;
      return topics.map(({ name }) => {
        const topic = JSON.stringify(name);
        const mine = `Extract<${options}, { readonly topic: ${topic} }>["data"]`;
        const theirs = `Given<Realtime.Input<typeof bindings.${id}, ${topic}>>`;
        return `    readonly ${JSON.stringify(`${id}.${name}`)}: Equal<${mine}, ${theirs}>;`;
      });
    };
    let compared = 0;
    const files = await Promise.all(
      cases.map(async (name) => {
        const [model] = await list({ cwd: path.join(fixtures, name) });
        const channels = model?.channels ?? [];
        compared += channels.length;
        const file = path.join(workshop.folder, `publish-${name}.mts`);
        const text = `import type { Realtime } from "halyard";
import type * as bindings from ${JSON.stringify(path.join(fixtures, name, "src/halyard.gen.js"))};
import type { Equal } from ${JSON.stringify(path.join(fixtures, "equal.js"))};
// What is void may be left out.
type Given<T> = void extends T ? T | undefined : T;
type ByToken<Options> = Extract<Options, { readonly app?: undefined }>;
interface Same {
${channels.flatMap(comparison).join("\n")}
}
// The topics that differ: none.
export const different: never = null as never as { [K in keyof Same]: Same[K] extends true ? never : K }[keyof Same];
`;
        writeFileSync(file, text);
        return file;
      }),
    );
    expect(compared).toBeGreaterThan(20);
    expect(workshop.compile("inputs", { compilerOptions: workshop.options, files })).toBe("");
  });
});

describe("when it runs", () => {
  let pair: ReturnType<typeof testPair>;
  beforeEach(() => {
    pair = testPair();
  });
  afterEach(() => pair.close());

  /** Loads bindings, or sources, with the package's sources in the place of the package. */
  const load = async (name: string, source = "halyard.gen.ts") => {
    const text = readFileSync(path.join(fixtures, name, "src", source), "utf8")
      .replace('"halyard"', JSON.stringify(sources.halyard))
      .replace('"halyard/client"', JSON.stringify(sources["halyard/client"]));
    const file = path.join(workshop.folder, `${name}.${source}`);
    writeFileSync(file, text);
    return import(/* @vite-ignore */ file);
  };

  test("a token publishes through the gateway, which parses by the source's schema", async () => {
    const { publishScan } = await load("zod");
    const { scan } = await load("zod", "channels.ts");
    const { registry } = await import(sources.halyard);
    const { createHandler } = await import(path.join(root, "src/server/handler.ts"));
    const { app } = pair;
    const channel = scan({ scanId: "1" });
    const subscription = await app.subscribe({ channel });
    const handler = createHandler(app, { channels: registry({ scan }), publish: true });
    const options = {
      params: { scanId: "1" },
      topic: "limit",
      token: (await app.token({ channel: "scan:1", topics: [], publish: ["limit"] })).key,
      url: "https://host/api/realtime",
      fetch: (url: string, init: RequestInit) => handler(new Request(url, init)),
    };
    const { id } = await publishScan({ ...options, data: { size: "5" } });
    for await (const message of subscription) {
      expect(message).toMatchObject({ id, topic: "limit", data: { size: 5 } });
      break;
    }
    await expect(publishScan({ ...options, data: { size: "x" } })).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_PAYLOAD" }),
    );
  });

  test("an app publishes what it is given, by its key", async () => {
    const { publishScan, scan } = await load("zod");
    const { app } = pair;
    const subscription = await app.subscribe({ channel: scan({ scanId: "1" }) });
    const message = { params: { scanId: "1" }, topic: "limit", data: { size: 5 }, app, key: "once" };
    const first = await publishScan(message);
    expect(await publishScan(message)).toEqual(first);
    for await (const { id, topic, data } of subscription) {
      expect({ id, topic, data }).toEqual({ ...first, topic: "limit", data: { size: 5 } });
      break;
    }
  });

  test("params that give no name, and topics that aren't there, are refused", async () => {
    const { publishScan } = await load("zod");
    const message = { params: { scanId: "1" }, data: { size: 5 }, token: "t" };
    await expect(publishScan({ ...message, topic: "limit", params: {} })).rejects.toThrow("scanId");
    for (const topic of ["other", "name", "toString", undefined]) {
      await expect(publishScan({ ...message, topic })).rejects.toThrow(
        expect.objectContaining({ code: "UNKNOWN_TOPIC" }),
      );
    }
    const { publishLiteral, literal } = await load("names");
    const calls: unknown[] = [];
    const app = { publish: async (...args: unknown[]) => calls.push(args) };
    await publishLiteral({ topic: "event", data: { n: 1 }, app });
    expect(calls).toEqual([[literal.event, { n: 1 }, {}]]);
  });
});

describe("a bundle holds what a page uses, and no more", () => {
  const bundled = async (name: string) => {
    const bindings = path.join(fixtures, "zod/src/halyard.gen.ts");
    const { metafile } = await build({
      stdin: { contents: `export { ${name} } from ${JSON.stringify(bindings)};`, resolveDir: root },
      alias: sources,
      bundle: true,
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const [output] = Object.values(metafile.outputs);
    const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    return inputs.map(([file]) => file);
  };
  const publishing = "src/client/publish.ts";
  const subscribing = "src/client/client.ts";

  test.each([
    ["subscribeScan", [subscribing], [publishing]],
    ["publishScan", [publishing], [subscribing]],
    ["scan", [], [publishing, subscribing]],
  ])("%s", async (name, has, hasNot) => {
    const files = await bundled(name);
    expect(files).toEqual(expect.arrayContaining(["codegen/fixtures/zod/src/halyard.gen.ts", ...has]));
    for (const file of hasNot) expect(files).not.toContain(file);
  });
});
