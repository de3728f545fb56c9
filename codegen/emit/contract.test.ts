import path from "node:path";
import { expect, test } from "vitest";
import { check, contract, generate } from "../index.js";
import type { ChannelModel, Model } from "../model.js";

const fixtures = path.join(import.meta.dirname, "../fixtures");

test.each(["names", "params", "recursion", "types", "zod"])(
  "of the fixture %s",
  { timeout: 30_000 },
  async (name) => {
    const options = { cwd: path.join(fixtures, name), config: { outputs: [contract()] } };
    const { files } = await generate({ ...options, dryRun: true });
    const [{ file = "", text = "" } = {}] = files;
    await expect(text).toMatchFileSnapshot(file);
    expect((await check(options)).stale).toBe(false);
    expect(JSON.parse(text)).toMatchObject({ version: 1 });
  },
);

const channel = (id: string, file: string): ChannelModel => ({
  id,
  file,
  name: { kind: "literal", name: id },
  topics: [{ name: "said", input: "Said", output: "Said" }],
  types: [{ name: "Said", type: { kind: "primitive", name: "string" } }],
});

const print = async (...channels: readonly ChannelModel[]) => {
  const model: Model = { version: 1, channels, registries: [] };
  const note = () => undefined;
  return contract().emit(model, {
    out: "/x",
    root: "/",
    mark: "mark",
    placeOf: note,
    report: note,
    warn: note,
  });
};

test("where a channel is declared is no part of it, nor are comments", async () => {
  const text = await print(channel("a", "a.ts"), channel("b", "b.ts"));
  const moved: ChannelModel = { ...channel("b", "a.ts"), doc: "Moved." };
  expect(await print(moved, channel("a", "z.ts"))).toBe(text);
  expect(text).toContain('"b": {');
  expect(text).not.toContain(".ts");
});
