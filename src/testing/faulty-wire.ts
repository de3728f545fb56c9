/** A wire that fails as real ones do, when a test says so. */
import type { Wire, WireConnection, WireEvents } from "../wire.js";
import type { FaultScript, Faults } from "./faults.js";
import type { InProcessConnection } from "./in-process.js";
import { createLane } from "./lane.js";

export interface FaultyWire extends Wire {
  readonly faults: Faults;
}

/** A line of the wire, as its faults see it. */
interface Line {
  cut(): void;
  silence(): void;
  heal(): void;
}

/** Why the client's line ends that was cut: lost without a closing handshake (RFC 6455, section 7.4.1). */
const LOST = 1006;

/**
 * Wraps a wire: by its script, frame by frame, and by `faults`, it cuts lines, delays, goes silent, refuses.
 * Without either it passes everything on, at once.
 *
 * @example
 * ```ts
 * const wire = faultyWire(inProcess(app));
 * const client = createClient({ url: "http://localhost/api/realtime", wires: [wire] });
 * wire.faults.cut(); // the client reconnects, and resumes
 * ```
 */
export function faultyWire(wire: Wire, script: FaultScript = () => undefined): FaultyWire {
  const lines = new Set<Line>();
  let isSilent = false;
  let refusals = 0;
  let count = 0;

  return {
    name: wire.name,
    ...(wire.oneWay && { oneWay: true }),
    faults: {
      get lines() {
        return lines.size;
      },
      cut() {
        for (const line of [...lines]) line.cut();
      },
      silence() {
        isSilent = true;
        for (const line of lines) line.silence();
      },
      refuse(times = Number.POSITIVE_INFINITY) {
        refusals = times;
      },
      heal() {
        isSilent = false;
        refusals = 0;
        for (const line of [...lines]) line.heal();
      },
    },
    connect(url, events) {
      if (refusals > 0) {
        refusals--;
        return refused(events);
      }
      return connect(wire, url, events, script, { lines, isSilent, number: ++count });
    },
  };
}

/** A line that never comes to be. */
function refused(events: WireEvents): WireConnection {
  let isOver = false;
  const end = (code: number, reason: string) => {
    if (isOver) return;
    isOver = true;
    events.closed(code, reason);
  };
  queueMicrotask(() => end(LOST, ""));
  return { send: () => undefined, close: end };
}

interface Place {
  readonly lines: Set<Line>;
  readonly isSilent: boolean;
  readonly number: number;
}

function connect(
  wire: Wire,
  url: string,
  events: WireEvents,
  script: FaultScript,
  { lines, isSilent: startsSilent, number }: Place,
): WireConnection {
  const lanes = { up: createLane(cut), down: createLane(cut) };
  const counts = { up: 0, down: 0 };
  let isOpen = false;
  let isOver = false;
  let isSilent = false;

  const line: Line = {
    cut,
    silence() {
      isSilent = true;
      lanes.up.hold();
      lanes.down.hold();
      inner["~answerPings"]?.(false);
    },
    heal() {
      isSilent = false;
      inner["~answerPings"]?.(true);
      lanes.up.release();
      lanes.down.release();
    },
  };

  function end(code: number, reason: string): void {
    if (isOver) return;
    isOver = true;
    lanes.up.end();
    lanes.down.end();
    lines.delete(line);
    // A gateway that a vanished client can't tell finds out by its pings, where these can be taken away as well.
    if (!isSilent || !inner["~answerPings"]) inner.close(1000, "");
    events.closed(code, reason);
  }
  function cut(): void {
    end(LOST, "");
  }
  /** Whoever sends isn't told from within: no line knows that soon. Until then, nothing more passes. */
  function cutSoon(): void {
    lanes.up.hold();
    lanes.down.hold();
    queueMicrotask(cut);
  }

  function pass(direction: "up" | "down", frame: string, go: (frame: string) => void): void {
    if (isOver) return;
    const fault = script({ frame, direction, number: ++counts[direction], line: number });
    const lane = lanes[direction];
    const add = (then?: () => void) =>
      lane.add(
        () => {
          go(frame);
          then?.();
        },
        frame.length,
        typeof fault === "object" ? fault.delay : 0,
      );
    switch (fault) {
      case "drop":
        break;
      case "cut":
        lane.add(cutSoon);
        break;
      case "cut-after":
        add(cutSoon);
        break;
      case "silence":
        line.silence();
        add();
        break;
      case "duplicate":
        add();
        add();
        break;
      default:
        add();
    }
  }

  const inner: WireConnection & Partial<InProcessConnection> = wire.connect(url, {
    open: () =>
      lanes.down.add(() => {
        isOpen = true;
        events.open();
      }),
    frame: (text) => pass("down", text, (frame) => events.frame(frame)),
    // What came before it arrives before it.
    closed: (code, reason) => lanes.down.add(() => end(code, reason)),
  });
  lines.add(line);
  if (startsSilent) line.silence();
  return {
    send(text) {
      // A request of a one-way wire is what opens it.
      if (isOpen || wire.oneWay) pass("up", text, (frame) => inner.send(frame));
    },
    close: end,
  };
}
