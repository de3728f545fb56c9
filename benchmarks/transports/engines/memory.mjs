// @ts-check
/** The memory transport: what core itself does for a message, without a broker. */
import { memory } from "halyard/transports/memory";
import { halyard, transportAlone } from "../halyard.mjs";

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  // Both ends of a contestant are in this process, and share one transport: it reaches no other.
  const shared = () => {
    let transport = memory();
    let ends = 0;
    return async () => {
      if (ends++ % 2 === 0) transport = memory();
      return { transport, stop: async () => {} };
    };
  };
  return {
    name: "memory",
    about: "no broker",
    pid: undefined,
    messages: 100_000,
    awaited: [
      transportAlone("Halyard's transport in memory", shared()),
      halyard("Halyard in memory", shared()),
    ],
    bursts: [
      transportAlone("Halyard's transport in memory", shared(), { batch: true }),
      halyard("Halyard in memory", shared()),
    ],
    transport: undefined,
    connections: undefined,
    stored: undefined,
    stop: async () => {},
  };
}
