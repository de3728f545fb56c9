// @ts-check
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, test } from "node:test";
import {
  available,
  brokerUrl,
  freePort,
  startNats,
  startPostgres,
  startRedis,
} from "../test-support/brokers/index.mjs";
import { brokers, kinds } from "../test-support/brokers/kinds.mjs";
import { probe } from "../test-support/brokers/probe.mjs";
import { findPrograms } from "../test-support/brokers/programs.mjs";
import { provide } from "../test-support/brokers/provide.mjs";
import { withTree } from "./lib/temp-tree.mjs";

const before = { ...process.env };
after(() => Object.assign(process.env, before));

/**
 * A server that says this to whoever comes, or to the first that they say.
 *
 * @param {string} text @param {{ first?: boolean }} options @param {(port: number) => Promise<void>} use
 */
async function saying(text, { first = false }, use) {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (first) socket.write(text);
    else socket.once("data", () => socket.write(text));
  });
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
  try {
    await use(port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Waits until a condition holds. @param {() => Promise<boolean>} holds */
async function until(holds) {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "it took more than 30 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @param {import("../test-support/brokers/kinds.mjs").Kind} kind */
const installed = (kind) => ({
  skip: findPrograms(brokers[kind].programs) ? false : `${brokers[kind].title} isn't installed`,
});

for (const kind of kinds) {
  test(`${kind}: a port where nobody listens is told apart`, async () => {
    const answer = await probe(kind, `x://127.0.0.1:${await freePort()}/test`);
    assert.deepEqual({ ok: answer.ok, absent: !answer.ok && answer.absent }, { ok: false, absent: true });
  });

  test(`${kind}: another server at the port is said`, () =>
    saying("HTTP/1.1 400 Bad Request\r\n\r\n", {}, async (port) => {
      const answer = await probe(kind, `x://127.0.0.1:${port}/test`, 200);
      assert.ok(!answer.ok && !answer.absent);
      assert.match(answer.why, kind === "nats" ? /no answer in 200 ms/ : /no \w+.*: it says "HTTP\/1\.1 400/);
    }));

  test(`${kind}: what is no URL is said`, async () => {
    const answer = await probe(kind, "localhost");
    assert.match(answer.ok ? "" : answer.why, /^localhost is no URL: give one such as /);
  });
}

test("a Redis that wants a password is said, and the password isn't", () =>
  saying("-NOAUTH Authentication required.\r\n", {}, async (port) => {
    const answer = await probe("redis", `redis://127.0.0.1:${port}`);
    assert.match(answer.ok ? "" : answer.why, /it says "-NOAUTH Authentication required\."$/);
    const other = await probe("redis", `redis://me:secret@127.0.0.1:${port}`);
    assert.match(other.ok ? "" : other.why, /^redis:\/\/me:…@127.*another password/);
  }));

test("a NATS server without JetStream is said", () =>
  saying('INFO {"version":"2.9.10","jetstream":false}\r\n', { first: true }, async (port) => {
    const answer = await probe("nats", `nats://127.0.0.1:${port}`);
    assert.match(answer.ok ? "" : answer.why, /NATS 2\.9\.10 without JetStream: start it with -js$/);
  }));

test("programs that belong together are found in one folder", () =>
  withTree({ "a/initdb": "", "b/initdb": "", "b/postgres": "", "c/postgres": "no program" }, (folder) => {
    const at = (/** @type {string} */ name) => path.join(folder, name);
    for (const file of ["a/initdb", "b/initdb", "b/postgres"]) chmodSync(at(file), 0o755);
    const env = { PATH: [at("a"), at("c")].join(path.delimiter) };
    const names = ["initdb", "postgres"];
    assert.deepEqual(findPrograms(names, env, [at("b")]), {
      initdb: at("b/initdb"),
      postgres: at("b/postgres"),
    });
    assert.equal(findPrograms(names, env, []), undefined);
  }));

test("a broker that is nowhere is lacking, and its tests can ask", async () => {
  delete process.env.HALYARD_REDIS_URL;
  const url = `redis://127.0.0.1:${await freePort()}`;
  const facts = { ...brokers.redis, url, programs: ["no-such-program"] };
  const provided = await provide("redis", facts);
  assert.match("lacks" in provided ? provided.lacks : "", /Redis .*`npm run setup` installs it/);
  assert.equal(process.env.HALYARD_REDIS_URL, "none");
  assert.equal(available("redis"), false);
  assert.throws(() => brokerUrl("redis"), /skip what needs it/);
});

test("another server at the default port is said, where nothing is installed either", () =>
  saying("HTTP/1.1 400 Bad Request\r\n\r\n", {}, async (port) => {
    delete process.env.HALYARD_REDIS_URL;
    const facts = { ...brokers.redis, url: `redis://127.0.0.1:${port}`, programs: ["no-such-program"] };
    const provided = await provide("redis", facts);
    assert.match("lacks" in provided ? provided.lacks : "", /not used: .*it says "HTTP/);
  }));

test("an address that was given and doesn't answer is a failure, not a skip", async () => {
  process.env.HALYARD_NATS_URL = `nats://127.0.0.1:${await freePort()}`;
  await assert.rejects(provide("nats"), /^Error: NATS with JetStream of HALYARD_NATS_URL: .*nobody listens$/);
});

test(
  "where nothing runs, one is started; its address stands in the environment",
  installed("redis"),
  async () => {
    delete process.env.HALYARD_REDIS_URL;
    const facts = { ...brokers.redis, url: `redis://127.0.0.1:${await freePort()}` };
    const provided = await provide("redis", facts);
    assert.match("note" in provided ? provided.note : "", /started for this run at redis:/);
    assert.equal((await probe("redis", brokerUrl("redis"))).ok, true);
    // A second run of the same environment takes that one.
    const again = await provide("redis", facts);
    assert.equal("note" in again && again.note.includes(brokerUrl("redis")), true);
  },
);

for (const [kind, start] of Object.entries({ redis: startRedis, nats: startNats, postgres: startPostgres })) {
  const known = /** @type {import("../test-support/brokers/kinds.mjs").Kind} */ (kind);
  test(`${kind}: one's own can be stopped, killed and started again`, installed(known), async () => {
    const server = await start();
    const { url, pid } = server;
    for (const end of [server.stop, server.kill]) {
      await end();
      assert.throws(() => server.pid, /doesn't run/);
      assert.equal((await probe(known, url)).ok, false);
      await server.restart();
      assert.equal((await probe(known, url)).ok, true);
      assert.notEqual(server.pid, pid);
    }
    await server.stop();
    await server.stop();
  });
}

test("what can't start says why", installed("redis"), async () => {
  await assert.rejects(
    startRedis({ args: ["--no-such-option", "1"] }),
    /redis-server ended: [\s\S]*no-such-option/,
  );
});

test(
  "one's own server ends with the process that started it, also by kill -9",
  installed("redis"),
  async () => {
    const code = `
    const { startRedis } = await import(${JSON.stringify(new URL("../test-support/brokers/index.mjs", import.meta.url).href)});
    const { url, folder } = await startRedis();
    console.log(JSON.stringify({ url, folder }));
    setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await new Promise((resolve) => child.stdout.once("data", resolve));
    const { url, folder } = JSON.parse(String(said));
    assert.equal((await probe("redis", url)).ok, true);
    child.kill("SIGKILL");
    await until(async () => !(await probe("redis", url)).ok && !existsSync(folder));
  },
);
