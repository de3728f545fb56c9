import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Delivery, isNotAfter } from "halyard/transport";
import { folder } from "./folder.js";

const HISTORY = 100_000_000;
const WRITER = fileURLToPath(new URL("./writer.js", import.meta.url));

interface Stored {
  readonly id: string;
  readonly payload: string;
  readonly duplicate: boolean;
}

it("gives every message once and in order to all, while processes write, die and come", {
  timeout: 120_000,
}, async (t) => {
  const at = mkdtempSync(path.join(tmpdir(), "halyard-folder-"));
  const writers = new Set<ChildProcess>();
  t.after(() => {
    for (const writer of writers) writer.kill("SIGKILL");
    rmSync(at, { recursive: true });
  });
  const stored = new Map<string, Stored[]>();
  let count = 0;
  let enough = () => {};
  const start = (name: string) => {
    const writer = fork(WRITER, [at, name, String(HISTORY)]);
    writers.add(writer);
    const own: Stored[] = [];
    stored.set(name, own);
    writer.on("message", (all: Stored[]) => {
      own.push(...all);
      count += all.length;
      enough();
    });
    return writer;
  };
  const reach = (total: number) =>
    new Promise<void>((resolve) => {
      enough = () => count >= total && resolve();
      enough();
    });
  const end = async (writer: ChildProcess) => {
    // In the midst of a write, as like as not.
    writer.kill("SIGKILL");
    await once(writer, "exit");
    writers.delete(writer);
  };

  const reader = folder({ path: at, history: HISTORY });
  const came: Delivery[] = [];
  const { position } = await reader.subscribe(
    "shared",
    {},
    { deliver: (all) => came.push(...all), gap: () => assert.fail("a gap"), fail() {} },
  );
  for (let i = 0; i < 6; i++) {
    const [one, other] = [start(`a${i}`), start(`b${i}`)];
    await reach(count + 500);
    await end(one);
    await reach(count + 200);
    await end(other);
  }

  // Whoever reads it all at the end sees what came while it was written.
  const late = folder({ path: at, history: HISTORY });
  const all: Delivery[] = [];
  for (let after = position, more = true; more; ) {
    const page = await late.history("shared", { after, limit: 777 });
    assert.equal(page.gap, undefined);
    all.push(...page.deliveries);
    ({ position: after, more } = page);
  }
  await reader.history("shared", { limit: 1 });
  assert.deepEqual(
    came.map(({ id }) => id),
    all.map(({ id }) => id),
  );
  for (const [i, { id }] of all.entries()) assert.ok(i === 0 || !isNotAfter(id, all[i - 1]?.id));

  const payloads = new Map(all.map(({ id, frame }) => [id, frame.payload]));
  let duplicates = 0;
  for (const own of stored.values()) {
    for (const { id, payload, duplicate } of own) {
      const kept = payloads.get(id);
      assert.ok(kept !== undefined, `${id} was stored, and isn't there`);
      if (duplicate) duplicates += 1;
      else assert.equal(kept, payload);
    }
    const ids = own.filter(({ duplicate }) => !duplicate).map(({ id }) => id);
    for (const [i, id] of ids.entries())
      assert.ok(i === 0 || !isNotAfter(id, ids[i - 1]), "a writer's own order");
  }
  assert.ok(duplicates > 0, "keys were used by two processes");
  for (const each of [reader, late]) await each.close();
});
