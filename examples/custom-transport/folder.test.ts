import assert from "node:assert/strict";
import { mkdtempSync, rmSync, watch } from "node:fs";
import { appendFile, mkdir, readdir, rename, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { transportConformance } from "halyard/testing";
import { type Delivery, type Frame, isRealtimeError, type Transport } from "halyard/transport";
import { logTransport } from "halyard/transports/log";
import { Channel } from "./channel.js";
import { folderOf, segmentPath } from "./files.js";
import { type FolderOptions, folder, openFolder } from "./folder.js";

const makeFolder = () => mkdtempSync(path.join(tmpdir(), "halyard-folder-"));

/** What each transport of the suite follows. */
const watched = new WeakMap<object, () => number>();

function open(options: FolderOptions) {
  const { log, supports, watched: count } = openFolder(options);
  const transport = logTransport({ name: "folder", supports, log });
  watched.set(transport, count);
  return transport;
}

transportConformance({
  describe,
  it,
  name: "folder",
  supports: open({ path: tmpdir() }).supports,
  factory() {
    const at = makeFolder();
    // The default history is longer than what the suite publishes to see it end.
    const options = { path: at, history: 200_000, poll: 50 };
    return {
      transport: open(options),
      peer: open(options),
      // A disk that goes away, and comes back.
      outage: { begin: () => rename(at, `${at}.away`), end: () => rename(`${at}.away`, at) },
      cleanup: () => rmSync(at, { recursive: true }),
    };
  },
  resources: (transport) => watched.get(transport)?.() ?? 0,
});

const frame = (text: string, key?: string): Frame => {
  const payload = JSON.stringify({ topic: "note", data: text, createdAt: 0 });
  return { topic: "note", payload, content: payload, key, size: payload.length };
};

const idsOf = async (transport: Transport, channel: string, ...frames: Frame[]) =>
  (await transport.publish(channel, frames)).map((result) =>
    "id" in result ? result.id : result.error.code,
  );

const kept = async (transport: ReturnType<typeof folder>, channel: string) =>
  (await transport.history(channel, { limit: 1_000 })).deliveries.map(({ id }) => id);

describe("folder", () => {
  it("ignores half a line that a process left behind, and what follows is whole", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const first = folder({ path: at });
    const ids = await idsOf(first, "a", frame("one"), frame("two"));
    const [file = ""] = (await readdir(folderOf(at, "a"))).filter((name) => name.endsWith(".log"));
    for (const torn of ['\n["nonce",[["note","half of', "\n", '\n["nonce"', "\n\n\n[", '\n"sealed']) {
      await appendFile(path.join(folderOf(at, "a"), file), torn);
      assert.deepEqual(await kept(first, "a"), ids);
      ids.push(...(await idsOf(first, "a", frame(`after ${torn}`))));
      assert.deepEqual(await kept(first, "a"), ids);
      assert.deepEqual(await kept(folder({ path: at }), "a"), ids, "what another process reads");
    }
  });

  it("goes on in another process where one has ended", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const first = folder({ path: at });
    const ids = await idsOf(first, "a", frame("one", "k"), frame("two"));
    await first.close();
    const second = folder({ path: at });
    assert.deepEqual(await second.publish("a", [frame("one", "k")]), [{ id: ids[0], duplicate: true }]);
    const sink: Delivery[] = [];
    await second.subscribe(
      "a",
      { after: ids[0] },
      { deliver: (all) => sink.push(...all), gap: () => assert.fail("a gap"), fail() {} },
    );
    ids.push(...(await idsOf(second, "a", frame("three"))));
    assert.deepEqual(
      sink.map(({ id }) => id),
      ids.slice(1),
    );
    await second.close();
  });

  it("keeps as much as it says, and removes what nobody needs", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const transport = folder({ path: at, history: 20_000, keyWindow: 1 });
    const other = folder({ path: at, history: 20_000, keyWindow: 1 });
    const ids: string[] = [];
    for (let i = 0; i < 200; i++)
      ids.push(...(await idsOf(i % 2 ? transport : other, "a", frame("x".repeat(400)))));
    const here = await kept(transport, "a");
    assert.deepEqual(here, ids.slice(-here.length));
    assert.ok(here.length >= 40 && here.length < 70, `${here.length} messages are kept`);
    assert.deepEqual(await kept(other, "a"), here);
    const { gap } = await other.history("a", { after: ids[0], limit: 1 });
    assert.deepEqual(gap, { reason: "trimmed", after: ids[0] });
    const files = (await readdir(folderOf(at, "a"))).filter((name) => name.endsWith(".log"));
    assert.ok(files.length < 10, `${files.length} files are left`);
  });

  it("begins a new epoch where a channel's folder was removed", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const [here, there] = [folder({ path: at }), folder({ path: at })];
    const [id] = await idsOf(here, "a", frame("one"), frame("two"));
    assert.equal((await kept(there, "a")).length, 2);
    rmSync(folderOf(at, "a"), { recursive: true });
    const ids = await idsOf(there, "a", frame("anew"));
    const page = await here.history("a", { after: id, limit: 10 });
    assert.deepEqual(page.gap, { reason: "epoch", after: id });
    assert.deepEqual(
      page.deliveries.map((delivery) => delivery.id),
      ids,
    );
  });

  it("tells of what it has read, also where it can't read on", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const settings = { path: at, history: 20_000, segment: 4_096, keyWindow: 60_000, sync: false };
    const [writer, reader] = [new Channel("a", settings), new Channel("a", settings)];
    const told: Delivery[] = [];
    reader.watchers.add({ stored: (_, all) => told.push(...all), changed() {}, fail() {} });
    await reader.upToDate(() => {});
    // More than a file's bytes, so it is the last of its file.
    const results = await writer.append([frame("x".repeat(5_000))]);
    await writer.upToDate(() => {});
    const next = segmentPath(writer, writer.end);
    await mkdir(next);
    await assert.rejects(
      reader.upToDate(() => {}),
      { code: "TRANSPORT_FAILED" },
    );
    await rmdir(next);
    results.push(...(await writer.append([frame("two")])));
    await reader.upToDate(() => {});
    assert.deepEqual(
      told.map(({ id }) => ({ id, duplicate: false })),
      results,
    );
  });

  it("looks again for what came while it looked", { timeout: 10_000 }, async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const { log: here } = openFolder({ path: at, poll: "1h" });
    const { log: there } = openFolder({ path: at });
    let told = 0;
    let tell = () => {};
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise<void>((resolve) => (tell = resolve));
    };
    const stored = (_: string, all: readonly Delivery[]) => {
      told += all.length;
      tell();
    };
    // Else nothing would keep the process alive where it waits in vain.
    const alive = setInterval(() => {}, 1_000);
    t.after(() => clearInterval(alive));
    const stop = await here.watch("a", { stored, changed() {}, fail() {} });
    t.after(stop);
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { upToDate } = Channel.prototype;
    t.mock.method(Channel.prototype, "upToDate", async function (this: Channel, then: () => unknown) {
      const result = await upToDate.call(this, then);
      // Not before: the file is there a moment before its first line, and that is an event, too.
      if (this.watchers.size > 0 && told > 0) await held;
      return result;
    });
    await there.append("a", [frame("one")]);
    await until(() => told === 1);
    let events = 0;
    const folderOfA = watch(folderOf(at, "a"), () => {
      events += 1;
      tell();
    });
    t.after(() => folderOfA.close());
    await there.append("a", [frame("two")]);
    await until(() => events > 0);
    // The other watcher of this process hears of it in the same turn, or the next.
    await new Promise(setImmediate);
    letGo();
    await until(() => told === 2);
  });

  it("refuses options that are none, and a path that is a file", async (t) => {
    const at = makeFolder();
    t.after(() => rmSync(at, { recursive: true }));
    const file = path.join(at, "file");
    await writeFile(file, "");
    const wrong: FolderOptions[] = [
      { path: file },
      { path: at, history: 0 },
      { path: at, maxBytes: 1.5 },
      { path: at, poll: -1 },
      { path: at, keyWindow: "soon" as "1s" },
    ];
    for (const options of wrong) {
      assert.throws(
        () => folder(options),
        (error) => isRealtimeError(error) && error.code === "INVALID_OPTIONS",
      );
    }
  });
});
