import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { testPair } from "../../testing/pair.js";
import { createRealtime } from "../app.js";
import { ch } from "../handler/set-up.test-support.js";
import type { RealtimeEvent } from "./events.js";
import { errorLine, eventLine } from "./lines.js";
import { SECRET, watched } from "./observe.test-support.js";

const printed = vi.fn();
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(printed);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  printed.mockReset();
});

const turn = () => new Promise(setImmediate);

describe("debug", () => {
  it("gives a line for each thing that happened, and the event", async () => {
    const lines: string[] = [];
    const events: (RealtimeEvent | undefined)[] = [];
    const { app } = watched(memory(), {
      on: undefined,
      debug: (line, event) => {
        lines.push(line.replace(/[\d.]+ (ms|s)\b/g, "_ $1"));
        events.push(event);
      },
    });
    const { client, close } = testPair({ app });
    const got = vi.fn();
    await client.subscribe({ token: await app.token({ channel: ch, subject: "ann" }), onMessage: got });
    await turn();
    await Promise.all(Array.from({ length: 1_200 }, (_, step) => app.publish(ch.step, step)));
    await turn();
    await close();
    await turn();
    expect(lines).toEqual([
      "● connected    #1 · in-process",
      "✓ subscribed   #1 · job:7 log note step · live · subject ann",
      expect.stringMatching(/^\+ published {4}job:7 step · 1,200 messages · \d+ kB · _ ms → 1 connection$/),
      "– unsubscribed #1 · job:7 · subject ann",
      "○ disconnected #1 · 1000, done · after _ ms · subject ann",
    ]);
    expect(events.map((event) => event?.type)).toEqual([
      ...["connected", "subscribed"],
      expect.stringMatching(/published|delivered/),
      ...["unsubscribed", "disconnected"],
    ]);
  });

  it("prints to the console's error stream, with the time", async () => {
    const app = createRealtime({ transport: memory(), secret: SECRET, debug: true });
    await app.publish(ch.step, 1);
    await turn();
    expect(printed.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^\[halyard\] \d\d:\d\d:\d\d\.\d{3} \+ published {4}job:7 step · 1 message · \d+ B · [\d.]+ ms$/,
        ),
      ],
    ]);
    await app.close();
  });

  it.each([
    ["1", undefined, 1],
    ["1", false, 0],
    ["0", undefined, 0],
    ["", undefined, 0],
  ])("the environment's HALYARD_DEBUG=%o, where debug is %o, gives %o lines", async (value, debug, count) => {
    vi.stubEnv("HALYARD_DEBUG", value);
    const app = createRealtime({ transport: memory(), secret: SECRET, debug });
    await app.publish(ch.step, 1);
    await turn();
    expect(printed).toHaveBeenCalledTimes(count);
    await app.close();
  });

  it("has a line for what goes to onError, which hears of it all the same", async () => {
    const transport = memory();
    vi.spyOn(transport, "subscribe").mockRejectedValue(new Error("connect ECONNREFUSED"));
    const debug = vi.fn();
    const { app, onError } = watched(transport, { on: undefined, debug });
    const { client } = testPair({ app });
    client
      .subscribe({ token: await app.token({ channel: ch }), onError: () => undefined })
      .catch(() => undefined);
    await vi.waitFor(() => expect(onError).toHaveBeenCalled());
    await turn();
    expect(debug).toHaveBeenCalledWith(
      expect.stringMatching(
        /^! error {8}TRANSPORT_FAILED: Transport "memory" couldn't .* · because connect ECONNREFUSED$/,
      ),
      undefined,
    );
    client.close();
  });

  it("a log that throws is told to onError, and disturbs nothing", async () => {
    const { app, onError } = watched(memory(), {
      debug: () => {
        throw new Error("full");
      },
    });
    await app.publish(ch.step, 1);
    await turn();
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: "full" }));
  });
});

describe("lines", () => {
  const of = { connection: 3, wire: "websocket", subject: "ann" };
  it.each<[Parameters<typeof eventLine>[0], string]>([
    [
      { type: "connected", ...of, origin: "https://a.example" },
      "● connected    #3 · websocket · from https://a.example",
    ],
    [
      {
        type: "disconnected",
        ...of,
        code: 1006,
        reason: "The client gave no sign of life.",
        durationMs: 65_000,
      },
      "○ disconnected #3 · 1006, The client gave no sign of life · after 65 s · subject ann",
    ],
    [
      { type: "subscribed", ...of, channel: "c", topics: ["a", "b"], after: "e.1" },
      "✓ subscribed   #3 · c a b · resumes after e.1 · subject ann",
    ],
    [
      { type: "unsubscribed", ...of, channel: "c", code: "TOKEN_EXPIRED" },
      "– unsubscribed #3 · c · TOKEN_EXPIRED · subject ann",
    ],
    [
      { type: "gap", ...of, channel: "c", reason: "trimmed", after: "e.1" },
      "! gap          #3 · c after e.1: the history since then was dropped · subject ann",
    ],
    [
      { type: "dropped", channel: "c", reason: "overflow", count: 2 },
      "! dropped      c · 2 messages · overflow",
    ],
    [
      { type: "slow", ...of, unwritten: 1_400_000 },
      "! slow         #3 · 1.4 MB unread, held back · subject ann",
    ],
    [
      {
        type: "refused",
        what: "publish",
        code: "TOKEN_SCOPE",
        message: "No.\u001b[2J\n!",
        channel: "c",
        topic: "t",
      },
      "✗ refused      publish c t · TOKEN_SCOPE: No.\uFFFD[2J\uFFFD!",
    ],
  ])("%o", (event, text) => {
    expect(eventLine(event)).toBe(text);
  });

  it("an error that is none, and causes in a circle", () => {
    expect(errorLine(undefined)).toBe("! error        see onError");
    const [a, b] = [new Error("a"), new Error("b")];
    a.cause = b;
    b.cause = a;
    expect(errorLine(a)).toMatch(/^! error {8}a/);
  });
});
