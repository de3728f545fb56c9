/** The plugin in servers of Vite. A browser sees it in `test/codegen`. */
import { statSync } from "node:fs";
import path from "node:path";
import { createServer } from "vite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { channelSource, tsconfig } from "../fixtures/temp-project.js";
import { halyard } from "../vite.js";
import { broken, makeViteProject, PATIENCE, wrote } from "./vite.test-support.js";

vi.setConfig({ testTimeout: 60_000 });

let project: ReturnType<typeof makeViteProject>;
beforeEach(() => {
  project = makeViteProject();
});
afterEach(() => project.close());

describe("a server", () => {
  test("generates before it listens, and again when a channel changes", async () => {
    const server = await project.start(project.configOf(halyard()));
    expect(project.generated()).toContain("news:{id}");
    expect(project.said).toEqual([wrote]);
    expect((await server.transformRequest("/src/page.ts"))?.code).toContain("halyard.gen.ts");

    project.edit("src/channels.ts", channelSource("news", "{ title: string }"));
    await vi.waitFor(() => expect(project.generated()).toContain("title: string"), PATIENCE);
    // A file more, a file less.
    project.edit("src/more.ts", channelSource("more"));
    await vi.waitFor(() => expect(project.generated()).toContain("more:{id}"), PATIENCE);
    project.remove("src/more.ts");
    await vi.waitFor(() => expect(project.generated()).not.toContain("more:{id}"), PATIENCE);
    expect(project.said.filter((line) => line === wrote)).toHaveLength(4);
  });

  test("runs once for an edit: what it writes itself starts no run", async () => {
    await project.start(project.configOf(halyard({ config: project.counted() })));
    expect(project.runs()).toBe(1);
    for (const [i, payload] of ["{ a: 1 }", "{ b: 2 }", "{ c: 3 }"].entries()) {
      project.edit("src/channels.ts", channelSource("news", payload));
      await vi.waitFor(() => expect(project.generated()).toContain(payload.slice(2, 6)), PATIENCE);
      expect(project.runs()).toBe(2 + i);
    }
  });

  test("touches no file where an edit changes nothing", async () => {
    await project.start(project.configOf(halyard({ config: project.counted() })));
    const { mtimeMs } = statSync(project.output);
    project.edit("src/channels.ts", `${channelSource("news")}export const other = 1;\n`);
    await vi.waitFor(() => expect(project.runs()).toBe(2), PATIENCE);
    expect(statSync(project.output).mtimeMs).toBe(mtimeMs);
    expect(project.said.filter((line) => line === wrote)).toHaveLength(1);
  });

  test("says what is wrong, keeps what it wrote last, and goes on once that is repaired", async () => {
    await project.start(project.configOf(halyard()));
    const before = project.generated();
    project.edit("src/channels.ts", broken);
    await vi.waitFor(() => expect(project.said.at(-1)).toContain("CODEGEN_ANY"), PATIENCE);
    expect(project.said.at(-1)).toMatch(/^error: .*src\/channels\.ts:\d+:\d+ - error CODEGEN_ANY/s);
    expect(project.generated()).toBe(before);

    project.edit("src/channels.ts", channelSource("news"));
    await vi.waitFor(
      () => expect(project.said.at(-1)).toBe("info: halyard: nothing is wrong any more"),
      PATIENCE,
    );
    expect(project.generated()).toBe(before);
  });

  test("starts though something is wrong: it is there to have that repaired", async () => {
    project.remove("tsconfig.json");
    await project.start(project.configOf(halyard()));
    expect(project.said).toEqual([expect.stringContaining("CODEGEN_TSCONFIG_MISSING")]);
    project.edit("tsconfig.json", tsconfig);
    await vi.waitFor(() => expect(project.generated()).toContain("news:{id}"), PATIENCE);
  });

  test("looks at channels outside of its root", async () => {
    project.write("web/page.ts", "");
    const config = project.configOf(halyard({ cwd: "..", out: "web/halyard.gen.ts" }));
    await project.start({ ...config, root: path.join(project.root, "web") });
    const outside = () => project.read("web/halyard.gen.ts");
    expect(outside()).toContain("news:{id}");
    project.edit("src/channels.ts", channelSource("news", "{ title: string }"));
    await vi.waitFor(() => expect(outside()).toContain("title: string"), PATIENCE);
    project.edit("src/more.ts", channelSource("more"));
    await vi.waitFor(() => expect(outside()).toContain("more:{id}"), PATIENCE);
  });

  test("that watches nothing runs once, and fails like a build", async () => {
    await project.start({ ...project.configOf(halyard()), server: { watch: null } });
    expect(project.generated()).toContain("news:{id}");
    project.edit("src/channels.ts", broken);
    const config = { ...project.configOf(halyard()), server: { middlewareMode: true, watch: null } };
    await expect(createServer(config)).rejects.toMatchObject({ code: "CODEGEN_ANY" });
  });
});

describe("one generator in a process", () => {
  test("for two plugins of one server", async () => {
    const config = project.counted();
    await project.start(project.configOf(halyard({ config }), halyard({ config })));
    expect(project.runs()).toBe(1);
    project.edit("src/channels.ts", channelSource("news", "{ title: string }"));
    await vi.waitFor(() => expect(project.generated()).toContain("title: string"), PATIENCE);
    project.edit("src/channels.ts", channelSource("news", "{ text: string }"));
    await vi.waitFor(() => expect(project.generated()).toContain("text: string"), PATIENCE);
    expect(project.runs()).toBe(3);
    expect(project.said.filter((line) => line === wrote)).toHaveLength(3);
  });

  test("for two servers, also when the first one closes", async () => {
    const config = project.counted();
    const first = await project.start(project.configOf(halyard({ config })));
    await project.start(project.configOf(halyard({ config })));
    expect(project.runs()).toBe(1);
    project.edit("src/channels.ts", channelSource("news", "{ title: string }"));
    await vi.waitFor(() => expect(project.generated()).toContain("title: string"), PATIENCE);
    expect(project.runs()).toBe(2);
    await first.close();
    project.edit("src/channels.ts", channelSource("news", "{ text: string }"));
    await vi.waitFor(() => expect(project.generated()).toContain("text: string"), PATIENCE);
    expect(project.runs()).toBe(3);
  });
});
