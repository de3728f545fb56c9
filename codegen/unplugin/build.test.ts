/** The plugin in builds of Vite. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "vite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { channelSource } from "../fixtures/temp-project.js";
import { halyard } from "../vite.js";
import { broken, makeViteProject, PATIENCE } from "./vite.test-support.js";

vi.setConfig({ testTimeout: 60_000 });

let project: ReturnType<typeof makeViteProject>;
beforeEach(() => {
  project = makeViteProject();
});
afterEach(() => project.close());

describe("a build", () => {
  test("generates first", async () => {
    expect(await project.bundle({})).toContain("news:{id}");
  });

  test("generates once for several plugins, and for the builds after it while nothing changes", async () => {
    // So that the project wasn't made in the very moment of the run, which would be no sure ground.
    await project.bundle({});
    const config = project.counted();
    await project.bundle({ config }, { config });
    await project.bundle({ config });
    expect(project.runs()).toBe(1);
    project.edit("src/more.ts", channelSource("more"));
    await project.bundle({ config });
    expect(project.generated()).toContain("more:{id}");
    project.remove("src/more.ts");
    await project.bundle({ config });
    expect(project.generated()).not.toContain("more:{id}");
  });

  test("fails with all that is wrong", async () => {
    project.edit(
      "src/channels.ts",
      `${broken}${channelSource("other", "{ run: () => void }").split("\n").slice(1).join("\n")}`,
    );
    const message = await project.bundle({}).then(String, String);
    expect(message).toMatch(/src\/channels\.ts:\d+:\d+ - error CODEGEN_ANY/);
    expect(message).toMatch(/src\/channels\.ts:\d+:\d+ - error CODEGEN_TYPE/);
    expect(existsSync(project.output)).toBe(false);
  });

  test("with `check` writes nothing, and fails where the output is stale", async () => {
    await expect(project.bundle({ check: true })).rejects.toThrow("src/halyard.gen.ts isn't there yet.");
    expect(existsSync(project.output)).toBe(false);
    await project.bundle({});
    await project.bundle({ check: true });
    const before = project.generated();
    project.edit("src/channels.ts", channelSource("news", "{ title: string }"));
    const message = await project.bundle({ check: true }).then(String, String);
    expect(message).toContain("CODEGEN_STALE");
    expect(message).toContain("- export type NewsPosted = { text: string };");
    expect(message).toContain("+ export type NewsPosted = { title: string };");
    expect(message).toContain("halyard generate");
    expect(project.generated()).toBe(before);
  });
});

describe("a build that watches", () => {
  test("generates when a channel changes, and says what is wrong until it is repaired", async () => {
    const file = path.join(project.root, "dist/page.js");
    const config = project.configOf(halyard());
    const watcher = await build({
      ...config,
      build: { ...config.build, watch: {} },
    });
    if (!("on" in watcher)) throw new Error("It doesn't watch.");
    const events: string[] = [];
    watcher.on("event", (event) => {
      events.push(event.code);
      if (event.code === "BUNDLE_END") void event.result.close();
    });
    try {
      await vi.waitFor(() => expect(events).toContain("END"), PATIENCE);
      expect(readFileSync(file, "utf8")).toContain("news:{id}");
      project.edit("src/channels.ts", channelSource("news").replace("news:", "tidings:"));
      await vi.waitFor(() => expect(readFileSync(file, "utf8")).toContain("tidings:{id}"), PATIENCE);
      project.edit("src/channels.ts", broken);
      await vi.waitFor(() => expect(project.said.at(-1)).toContain("CODEGEN_ANY"), PATIENCE);
      project.edit("src/channels.ts", channelSource("news"));
      await vi.waitFor(() => expect(readFileSync(file, "utf8")).toContain("news:{id}"), PATIENCE);
    } finally {
      await watcher.close();
    }
  });
});
