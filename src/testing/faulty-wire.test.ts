import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Wire, WireEvents } from "../wire.js";
import { tick, URL_OF_GATEWAY } from "./channels.test-support.js";
import type { FaultScript } from "./faults.js";
import { faultyWire } from "./faulty-wire.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A wire that a test plays the far end of. */
function far(oneWay?: true) {
  const up: string[] = [];
  const ends: { events: WireEvents; closed: unknown[] }[] = [];
  const wire: Wire = {
    name: "far",
    ...(oneWay && { oneWay }),
    connect(_url, events) {
      const end = { events, closed: [] as unknown[] };
      ends.push(end);
      return {
        send: (text) => void up.push(text),
        close(code, reason) {
          if (end.closed.length > 0) return;
          end.closed.push(code);
          events.closed(code, reason);
        },
      };
    },
  };
  return { wire, up, ends };
}

function dial(script?: FaultScript, oneWay?: true) {
  const { wire, up, ends } = far(oneWay);
  const faulty = faultyWire(wire, script);
  const log: string[] = [];
  const connect = () =>
    faulty.connect(URL_OF_GATEWAY, {
      open: () => log.push("open"),
      frame: (text) => log.push(text),
      closed: (code) => log.push(`closed ${code}`),
    });
  const connection = connect();
  const end = ends[0] as (typeof ends)[number];
  if (!oneWay) end.events.open();
  return { faults: faulty.faults, faulty, log, up, end, ends, connect, connection };
}

/** What its one test is about: the second frame. */
const second =
  (fault: ReturnType<FaultScript>, way: "up" | "down" = "down"): FaultScript =>
  ({ number, direction }) =>
    number === 2 && direction === way ? fault : undefined;

describe("a script", () => {
  it("that decides nothing passes all, at once, and is told of each frame once", () => {
    const script = vi.fn<FaultScript>();
    const { log, up, end, connection, connect } = dial(script);
    end.events.frame("a");
    connection.send("b");
    end.events.frame("c");
    connect();
    end.events.closed(1012, "");
    expect([log, up]).toEqual([["open", "a", "c", "closed 1012"], ["b"]]);
    expect(script.mock.calls.map(([passing]) => passing)).toEqual([
      { frame: "a", direction: "down", number: 1, line: 1 },
      { frame: "b", direction: "up", number: 1, line: 1 },
      { frame: "c", direction: "down", number: 2, line: 1 },
    ]);
  });

  it.each([
    ["drop", ["open", "a", "c"]],
    ["duplicate", ["open", "a", "b", "b", "c"]],
    ["cut", ["open", "a", "closed 1006"]],
    ["cut-after", ["open", "a", "b", "closed 1006"]],
    ["silence", ["open", "a"]],
  ] as const)("%s, on the way down", async (fault, expected) => {
    const { log, end, faults } = dial(second(fault));
    for (const frame of ["a", "b", "c"]) end.events.frame(frame);
    await tick();
    expect(log).toEqual(expected);
    expect([end.closed.length, faults.lines]).toEqual(fault.startsWith("cut") ? [1, 0] : [0, 1]);
  });

  it.each([
    ["drop", ["a", "c"]],
    ["duplicate", ["a", "b", "b", "c"]],
    ["cut", ["a"]],
    ["cut-after", ["a", "b"]],
    ["silence", ["a"]],
  ] as const)("%s, on the way up", async (fault, expected) => {
    const { up, connection, log } = dial(second(fault, "up"));
    for (const frame of ["a", "b", "c"]) connection.send(frame);
    // No line tells from within what it is sent.
    expect(log).toEqual(["open"]);
    await tick();
    expect(up).toEqual(expected);
    expect(log).toEqual(fault.startsWith("cut") ? ["open", "closed 1006"] : ["open"]);
  });

  it("delays a frame, and what comes behind it, and nothing the other way", async () => {
    const { log, end, connection, up } = dial(second({ delay: 100 }));
    for (const frame of ["a", "b", "c"]) end.events.frame(frame);
    connection.send("up");
    await tick(99);
    expect([log, up]).toEqual([["open", "a"], ["up"]]);
    end.events.closed(1012, "");
    await tick(1);
    expect(log).toEqual(["open", "a", "b", "c", "closed 1012"]);
  });
});

describe("faults", () => {
  it("cut every line, and tell the client at once", () => {
    const { log, faults, end, connect, connection } = dial();
    connect();
    expect(faults.lines).toBe(2);
    faults.cut();
    expect([log, end.closed, faults.lines]).toEqual([["open", "closed 1006", "closed 1006"], [1000], 0]);
    connection.close(1000, "");
    connection.send("late");
    expect(log).toHaveLength(3);
  });

  it("silence, until healed: then what was held back arrives in order", () => {
    const { log, up, end, connection, faults, connect, ends } = dial();
    faults.silence();
    end.events.frame("a");
    connection.send("b");
    connect();
    ends[1]?.events.open();
    end.events.frame("c");
    expect([log, up]).toEqual([["open"], []]);
    faults.heal();
    expect([log, up]).toEqual([["open", "a", "c", "open"], ["b"]]);
  });

  it("silence: a line that was given up meanwhile stays so", () => {
    const { log, up, end, connection, faults } = dial();
    faults.silence();
    end.events.frame("a");
    connection.send("b");
    connection.close(4408, "");
    faults.heal();
    end.events.frame("c");
    expect([log, up, end.closed]).toEqual([["open", "closed 4408"], [], [1000]]);
  });

  it("silence: what waits is bounded", () => {
    const { log, end, faults } = dial();
    faults.silence();
    for (let i = 0; i < 11; i++) end.events.frame("x".repeat(100_000));
    expect(log).toEqual(["open", "closed 1006"]);
  });

  it("refuse so many attempts, or all until healed", async () => {
    const { log, faults, connect, ends } = dial();
    faults.refuse(1);
    connect();
    expect(log).toEqual(["open"]);
    await tick();
    expect([log, ends.length]).toEqual([["open", "closed 1006"], 1]);
    connect();
    expect(ends).toHaveLength(2);
    faults.refuse();
    connect().close(1000, "");
    connect();
    await tick();
    expect([log.slice(2), ends.length]).toEqual([["closed 1000", "closed 1006"], 2]);
    faults.heal();
    connect();
    expect(ends).toHaveLength(3);
  });
});

describe("the wire", () => {
  it("ignores what is sent before it is open, where it goes both ways", () => {
    const { wire, up, ends } = far();
    const connection = faultyWire(wire).connect(URL_OF_GATEWAY, {
      open: () => undefined,
      frame: () => undefined,
      closed: () => undefined,
    });
    connection.send("early");
    ends[0]?.events.open();
    connection.send("in time");
    expect(up).toEqual(["in time"]);
  });

  it("says that it is one-way where it is, and sends what opens it", () => {
    const { faulty, connection, up } = dial(undefined, true);
    connection.send("a request");
    expect([faulty.oneWay, faulty.name, up]).toEqual([true, "far", ["a request"]]);
    expect("oneWay" in dial().faulty).toBe(false);
  });
});
