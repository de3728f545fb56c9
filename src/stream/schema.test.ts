import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parse, staticSchema } from "../schema.js";
import { streamOf } from "./schema.js";

const check = (schema: ReturnType<typeof streamOf>, part: unknown) => schema["~standard"].validate(part);
const words = streamOf(z.string().trim());
const chunks = { type: "chunks", stream: "s", index: 0, chunks: [" a ", "b"] };

describe("streamOf", () => {
  it.each([
    { type: "begin", stream: "s", heartbeat: 1_000 },
    { type: "begin", stream: "s", heartbeat: 1_000, run: "r" },
    { type: "chunks", stream: "s", index: 5, chunks: [] },
    { type: "end", stream: "s", index: 5 },
    { type: "error", stream: "s", index: 5, code: "STREAM_FAILED", message: "" },
  ])("takes %o, and nothing beside", (part) => {
    expect(check(words, { ...part, extra: 1 })).toEqual({ value: part });
  });

  it("gives what the schema makes of the chunks", async () => {
    expect(check(words, chunks)).toEqual({ value: { ...chunks, chunks: ["a", "b"] } });
    const slow = streamOf(z.string().transform(async (text) => text.length));
    expect(await check(slow, chunks)).toEqual({ value: { ...chunks, chunks: [3, 1] } });
    expect(check(streamOf(staticSchema<string>()), chunks)).toEqual({ value: chunks });
  });

  it.each([
    [null, ["type"]],
    ["begin", ["type"]],
    [{ type: "constructor" }, ["type"]],
    [{ type: "begin", stream: "", heartbeat: 1 }, ["stream"]],
    [{ type: "begin", stream: "x".repeat(256), heartbeat: 1 }, ["stream"]],
    [{ type: "begin", stream: "s", heartbeat: 0 }, ["heartbeat"]],
    // Longer than a timer lasts, thrice: its readers would give it up at once.
    [{ type: "begin", stream: "s", heartbeat: 2 ** 30 }, ["heartbeat"]],
    [{ type: "begin", stream: "s", heartbeat: 1, run: 1 }, ["run"]],
    [{ type: "chunks", stream: "s", index: -1, chunks: [] }, ["index"]],
    [{ type: "chunks", stream: "s", index: 0, chunks: "ab" }, ["chunks"]],
    [{ type: "chunks", stream: "s", index: 0, chunks: ["a", 5] }, ["chunks", 1]],
    [{ type: "end", stream: "s", index: 0.5 }, ["index"]],
    [{ type: "error", stream: "s", index: 0, code: "X" }, ["message"]],
  ])("refuses %o, and says where", (part, path) => {
    expect(check(words, part)).toEqual({ issues: [{ message: expect.any(String), path }] });
  });

  it("says where in a chunk, also of an async schema", async () => {
    const row = streamOf(z.object({ at: z.object({ n: z.number().refine(async () => true) }) }));
    const where = (async () => parse(row, { ...chunks, chunks: [{ at: { n: "1" } }] }, "here"))();
    await expect(where).rejects.toMatchObject({ issues: [{ path: ["chunks", 0, "at", "n"] }] });
    await expect(where).rejects.toThrow("data.chunks[0].at.n:");
  });

  it("says SCHEMA_FAILED where the schema throws", () => {
    const broken = streamOf({
      "~standard": {
        version: 1,
        vendor: "test",
        validate: () => {
          throw new Error("no");
        },
      },
    });
    expect(() => parse(broken, chunks, "here")).toThrow(expect.objectContaining({ code: "SCHEMA_FAILED" }));
  });

  it("refuses what is no schema", () => {
    for (const schema of [undefined, null, {}, "string"]) {
      expect(() => streamOf(schema as never)).toThrow(expect.objectContaining({ code: "INVALID_SCHEMA" }));
    }
  });
});
