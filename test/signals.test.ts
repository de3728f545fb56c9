/** Real signals to real processes: how a server ends, and what its clients notice. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { root } from "./support/process.js";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Options {
  readonly drain?: string;
  readonly signals?: readonly string[];
  readonly keepsAlive?: boolean;
  readonly listens?: boolean;
  readonly failsToClose?: boolean;
  readonly hangs?: boolean;
  readonly upgrades?: boolean;
  readonly other?: boolean;
}

/** The server's process, when it is ready. */
async function start(options: Options = {}) {
  const script = path.join(root, "test/fixtures/signals-server.mjs");
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const exited = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const said = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  await vi.waitFor(() => expect(lines).toContain("ready"), 20_000);
  return { child, lines, exited, said, token: said("token") ?? "", origin: `127.0.0.1:${said("server")}` };
}

/** A socket with a subscription: the numbers that it was sent, and whether it was told of a gap. */
async function subscribe(origin: string, token: string, after?: string) {
  const socket = new WebSocket(`ws://${origin}/api/realtime`, "halyard.v1");
  const numbers: number[] = [];
  const state = { numbers, gaps: 0, after };
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => {
    socket.on("close", resolve);
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "subscribe", id: 1, token, ...(after !== undefined && { after }) }));
  await new Promise<void>((resolve) => {
    socket.on("message", (bytes) => {
      const frame = JSON.parse(String(bytes));
      if (frame.type === "gap") state.gaps++;
      if (frame.type === "subscribed") {
        state.after = frame.position;
        resolve();
      }
      if (frame.type !== "messages") return;
      for (const [id, { data }] of frame.messages) {
        state.after = id;
        numbers.push(data);
      }
    });
  });
  return { state, closed };
}

const health = async (origin: string) => {
  const { status } = await fetch(`http://${origin}/api/realtime/health`, {
    headers: { connection: "close" },
  });
  return status;
};

test("it drains: says so, sends new clients elsewhere, closes the others in turn, ends by itself", async () => {
  const { child, origin, token, lines, exited } = await start({ drain: "8s" });
  expect(await health(origin)).toBe(200);
  const clients = [await subscribe(origin, token), await subscribe(origin, token)];
  const codes: number[] = [];
  for (const { closed } of clients) void closed.then((code) => codes.push(code));
  child.kill("SIGTERM");
  await vi.waitFor(() => expect(codes).toEqual([1012]), 7_000);
  expect(await health(origin)).toBe(503);
  const late = new WebSocket(`ws://${origin}/api/realtime`, "halyard.v1");
  expect((await once(late, "close"))[0]).toBe(1012);
  expect(lines).not.toContain("server closed");
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(codes).toEqual([1012, 1012]);
  expect(lines.slice(-2)).toEqual(["server closed", "exit"]);
});

test("what keeps the process alive doesn't, once everything is closed", async () => {
  const { child, exited } = await start({ keepsAlive: true });
  child.kill("SIGINT");
  expect(await exited).toEqual({ code: 0, signal: null });
});

test("whoever listens to the signal as well decides on the end", async () => {
  const { child, exited } = await start({ keepsAlive: true, listens: true });
  child.kill("SIGTERM");
  expect(await exited).toEqual({ code: 7, signal: null });
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("a second %s ends it at once", async (signal, code) => {
  const { child, origin, token, exited, lines } = await start({ drain: "10m" });
  const clients = [await subscribe(origin, token), await subscribe(origin, token)];
  child.kill(signal);
  await Promise.race(clients.map(({ closed }) => closed));
  child.kill(signal);
  expect(await exited).toEqual({ code, signal: null });
  expect(lines).not.toContain("server closed");
});

test("a request that is never answered is cut; an idle connection holds nothing up", async () => {
  const { child, origin, exited } = await start();
  const [host, port] = origin.split(":");
  // Nothing asked; half a request.
  for (const text of ["", "POST /api/realtime/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"]) {
    const socket = connect(Number(port), host);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(text);
  }
  child.kill("SIGTERM");
  expect(await exited).toEqual({ code: 0, signal: null });
});

test("a failure to close is told, and in the exit code", async () => {
  const { child, exited, lines } = await start({ failsToClose: true });
  child.kill("SIGTERM");
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(lines).toContain("error The broker is gone.");
  expect(lines).toContain("server closed");
});

test("a client that goes from server to server has every message, once", async () => {
  const { child, origin, token, said } = await start({ other: true, drain: "500ms", signals: ["SIGUSR2"] });
  const first = await subscribe(origin, token);
  await vi.waitFor(() => expect(first.state.numbers.length).toBeGreaterThan(50), 20_000);
  child.kill("SIGUSR2");
  expect(await first.closed).toBe(1012);
  const second = await subscribe(`127.0.0.1:${said("other")}`, token, first.state.after);
  await vi.waitFor(() => expect(second.state.numbers.length).toBeGreaterThan(50), 20_000);
  const all = [...first.state.numbers, ...second.state.numbers];
  expect(all).toEqual(all.map((_, i) => (all[0] ?? 0) + i));
  expect(second.state.gaps).toBe(0);
});

test("a broker that never answers keeps nothing alive: it is told, and the process ends", async () => {
  const { child, exited, lines } = await start({ hangs: true, drain: "0s" });
  child.kill("SIGTERM");
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(lines).toContainEqual(expect.stringMatching(/^error .*wasn't closed 2000 ms after the signal/));
  expect(lines).toContain("exit");
});

test("a socket that another library upgraded doesn't keep the process alive", async () => {
  const { child, origin, exited } = await start({ upgrades: true, drain: "0s" });
  const { hostname, port } = new URL(`http://${origin}`);
  const socket = connect(Number(port), hostname);
  socket.write("GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");
  await once(socket, "data");
  child.kill("SIGTERM");
  expect((await exited).code).toBe(0);
  socket.destroy();
});
