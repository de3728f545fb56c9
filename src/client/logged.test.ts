import { beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import { logged } from "./logged.js";
import { channel, gateway, tick, token, url, useGateway } from "./set-up.test-support.js";

useGateway();

const lines: string[] = [];
const wire = (of = gateway) => logged(of.wire, (line) => lines.push(line));
beforeEach(() => {
  lines.length = 0;
});

/** The lines since the last call, without the wire's name. */
const said = () => lines.splice(0).map((line) => line.replace(/^scripted: /, ""));

describe("a logged wire", () => {
  it("tells of a connection from its beginning to the next one, and of no token or payload", async () => {
    const client = createClient({ wires: [wire()], random: () => 1 });
    const secret = {
      ...token,
      key: "a-secret-key",
      url: `https://user:pass@host/api?key=${"a-secret-key"}#x`,
    };
    const subscribing = client.subscribe({
      token: () => ({ ...secret }),
      channel,
      topics: ["status"],
      onError() {},
    });
    await tick(5);
    gateway.last.open().subscribed("e.0");
    const subscription = await subscribing;
    gateway.last.messages(1, "e.1", "e.2");
    gateway.last.send({ type: "heartbeat" });
    gateway.last.send({ type: "gap", id: 1, reason: "trimmed", after: "e.2", position: "e.9" });
    expect(said()).toEqual([
      "connects to https://host/api",
      "open after 5 ms",
      "asks for pipeline:1 (status), from now on",
      "the gateway answers, and promises a sign of life every 15 s",
      "subscribed to pipeline:1 after e.0; the token holds for 15 min",
      expect.stringMatching(/^pipeline:1: 2 messages \(status\), \d+ B$/),
      "pipeline:1: messages may be missing after e.2: the history since then was dropped",
    ]);
    gateway.last.close(1012, "The server restarts.");
    await tick(500);
    gateway.last.open();
    expect(said()).toEqual([
      "closed (1012, The server restarts) after 5 ms",
      "connects to https://host/api again, 500 ms after the last line ended",
      "open after 0 ms",
      "asks for pipeline:1 (status), resuming after e.9",
      "the gateway answers, and promises a sign of life every 15 s",
    ]);
    gateway.last.send({ type: "ended", id: 1, code: "TOKEN_EXPIRED", message: "It expired.", retry: true });
    subscription.close();
    expect(said()).toEqual([
      "pipeline:1: ended, TOKEN_EXPIRED: It expired. (may be tried again)",
      "closed by this client (1000, done) after 0 ms",
    ]);
    client.close();
  });

  it("tells what a request of a one-way wire asks for", async () => {
    const oneWay = new Gateway({ oneWay: true });
    const client = createClient({ wires: [wire(oneWay)] });
    expect(wire(oneWay).oneWay).toBe(true);
    const subscribing = client.subscribe({ token, after: "e.5" });
    await tick(10);
    oneWay.last.open().subscribed("e.5", 1);
    await subscribing;
    expect(said()).toContain("asks for pipeline:1, resuming after e.5");
    client.close();
  });

  it("passes on a refusal to connect, and what isn't of the protocol", async () => {
    gateway.refusal = new Error("no sockets here");
    expect(() => wire().connect(url, { open() {}, frame() {}, closed() {} })).toThrow("no sockets here");
    expect(said()).toContain("can't connect: no sockets here");
    gateway.refusal = undefined;
    const frame = vi.fn();
    const line = wire().connect(url, { open() {}, frame, closed() {} });
    for (const text of ["{", "[]", "null", '{"type":"messages","id":1}', '{"type":"new\\u001b[2J"}']) {
      gateway.last.text(text);
    }
    expect(frame).toHaveBeenCalledTimes(5);
    expect(said().slice(1)).toEqual(
      ["{", "null", "messages"].map(() => "a frame that is none of the protocol's"),
    );
    line.close(1000, "");
  });

  it("leaves the terminal alone, whatever a gateway says", () => {
    wire().connect(url, { open() {}, frame() {}, closed() {} });
    gateway.last.send({ type: "ended", id: 1, code: "X", message: "\u001b[2J\nfake line", retry: false });
    expect(said()[1]).toBe("subscription 1: ended, X: \uFFFD[2J\uFFFDfake line (for good)");
    gateway.last.close(4400, "\u001b[2J\nfake line");
    expect(said()[0]).toBe("closed (4400, \uFFFD[2J\uFFFDfake line) after 0 ms");
  });

  it("a log that throws disturbs nothing", async () => {
    vi.stubGlobal("reportError", vi.fn());
    const broken = logged(gateway.wire, () => {
      throw new Error("full");
    });
    const client = createClient({ wires: [broken] });
    const onMessage = vi.fn();
    const subscribing = client.subscribe({ token, onMessage });
    await tick();
    gateway.last.open().subscribed();
    await subscribing;
    gateway.last.messages(1, "e.1");
    expect(onMessage).toHaveBeenCalledOnce();
    expect(reportError).toHaveBeenCalledWith(expect.objectContaining({ code: "HANDLER_FAILED" }));
    client.close();
  });

  it("prints to the console by itself", () => {
    const info = vi.spyOn(console, "info").mockImplementation(() => undefined);
    logged(gateway.wire)
      .connect(url, { open() {}, frame() {}, closed() {} })
      .close(1000, "");
    expect(info.mock.calls[0]).toEqual([`[halyard] scripted: connects to ${url}`]);
    info.mockRestore();
  });
});
