/** What real disks, signals and other processes do to outputs. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeProject, manyFiles, type Project } from "../support/halyard.js";
import { endAll } from "../support/process.js";

vi.setConfig({ testTimeout: 120_000 });

const projects: Project[] = [];
afterEach(async () => {
  await endAll();
  for (const { remove } of projects.splice(0)) remove();
});

function project(files: Readonly<Record<string, string>> = {}): Project {
  const made = makeProject(files);
  projects.push(made);
  return made;
}

const leftovers = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

/** Each is from one run, as a whole. */
function expectWhole(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => /^f\d+\.txt$/.test(name))) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    expect(text.endsWith("\nend\n"), name).toBe(true);
    expect(new Set(text.split("\n")[1]).size, name).toBe(1);
  }
}

describe("a disk that takes no more", () => {
  test("a file that may not grow so large: all outputs are as they were", async () => {
    const { shell, write, at, read, run } = project({ "channels.config.mjs": manyFiles(3, "a") });
    expect((await run("generate")).code).toBe(0);
    const before = read("out/f0.txt");
    // The last of three is the one that doesn't fit.
    write("channels.config.mjs", manyFiles(3, "b").replace("repeat(400)", "repeat(i === 2 ? 400_000 : 400)"));
    const running = shell("ulimit -f 64; exec $halyard generate");
    expect(await running.exited).toBe(1);
    expect(running.stderr).toMatch(/error CODEGEN_WRITE: .*f2\.txt can't be written: EFBIG/);
    for (const name of ["f0", "f1", "f2"]) expect(read(`out/${name}.txt`)).toBe(before);
    expect(leftovers(at("out"))).toEqual([]);
  });

  /** Whether a user may have a file system of their own: Linux, unless a container forbids it. */
  const mayMount = (() => {
    try {
      execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();

  test.skipIf(!mayMount)("a full one: all outputs are as they were, and nothing else is left", async () => {
    const { shell, write, at } = project({ "channels.config.mjs": manyFiles(8, "a") });
    const disk = at("out");
    write("out/.keep", "");
    write("full.mjs", manyFiles(60, "b"));
    const running = shell(
      [
        `unshare -rm sh -c 'mount -t tmpfs -o size=128k tmpfs ${disk} || exit 9`,
        `cat channels.config.mjs > config.mjs; $halyard generate -c channels.config.mjs || exit 8`,
        "cksum out/* out/.h* > before",
        "$halyard generate -c full.mjs; echo code $?",
        "cksum out/* out/.h* | cmp before - && echo same",
        "ls -A out | grep tmp",
        // It is as good as before as soon as there is room.
        `mount -o remount,size=4m ${disk}; $halyard generate -c full.mjs && ls out | wc -l'`,
      ].join("\n"),
    );
    await running.exited;
    expect(running.stderr).toMatch(/error CODEGEN_WRITE: .* can't be written: ENOSPC/);
    expect(running.stdout.split("\n").map((line) => line.trim())).toEqual(
      expect.arrayContaining(["code 1", "same", "60"]),
    );
    expect(running.stdout).not.toContain(".tmp");
  });

  test.skipIf(!mayMount)("one that may only be read", async () => {
    const { shell, at, write } = project();
    write("out/.keep", "");
    const running = shell(
      `unshare -rm sh -c 'mount -t tmpfs -o ro tmpfs ${at("out")} && exec $halyard generate -o out/a.ts'`,
    );
    expect(await running.exited).toBe(1);
    expect(running.stderr).toMatch(/error CODEGEN_WRITE: .*a\.ts can't be written: EROFS/);
  });
});

test("killed in the middle of writing: no half file, and the next run leaves nothing behind", async () => {
  const { start, write, at, run } = project({ "channels.config.mjs": manyFiles(3000, "a") });
  expect((await run("generate")).code).toBe(0);
  expectWhole(at("out"));
  write("channels.config.mjs", manyFiles(3000, "b"));
  const running = start("generate");
  await vi.waitFor(() => expect(leftovers(at("out")).length).toBeGreaterThan(0), {
    timeout: 60_000,
    interval: 1,
  });
  running.child.kill("SIGKILL");
  expect(await running.exited).toBe("SIGKILL");
  expectWhole(at("out"));
  expect((await run("generate")).code).toBe(0);
  expectWhole(at("out"));
  expect(leftovers(at("out"))).toEqual([]);
  expect((await run("check")).code).toBe(0);
});

test("several at once", async () => {
  const { start, at, run } = project({ "channels.config.mjs": manyFiles(300, "a") });
  const all = [0, 1, 2].map(() => start("generate"));
  for (const running of all) expect(await running.exited, running.stderr).toBe(0);
  expectWhole(at("out"));
  expect(readdirSync(at("out"))).toHaveLength(301);
  expect((await run("check")).code).toBe(0);
});

test("what changes nothing loads no compiler, and writes nothing", async () => {
  const { run, at, shell } = project();
  expect((await run("generate")).code).toBe(0);
  const { mtimeNs } = statSync(at("src/halyard.gen.ts"), { bigint: true });
  const running = shell("NODE_DEBUG=esm,module $halyard generate 2> modules; grep -c ts-morph modules");
  await running.exited;
  expect(running.stdout).toBe("Nothing to do: 1 channel in src/halyard.gen.ts, as before.\n0\n");
  expect(statSync(at("src/halyard.gen.ts"), { bigint: true }).mtimeNs).toBe(mtimeNs);
  expect(existsSync(at("modules"))).toBe(true);
});
