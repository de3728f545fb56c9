import { describe, it } from "vitest";
import { transportConformance } from "../conformance/index.js";
import { readOptions } from "./options.js";
import { createMemory } from "./transport.js";

const create = () => createMemory(readOptions({}));

/** What each transport of the suite holds. */
const held = new WeakMap<object, () => Record<string, number>>();

transportConformance({
  describe,
  it,
  name: "memory",
  supports: create().transport.supports,
  factory() {
    const memory = create();
    held.set(memory.transport, memory.held);
    return { transport: memory.transport };
  },
  resources: (transport) => {
    const { rooms = 0, listeners = 0, timers = 0 } = held.get(transport)?.() ?? {};
    return rooms + listeners + timers;
  },
});
