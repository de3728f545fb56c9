/** What the tests of this folder publish, and what they wait for. */
import { vi } from "vitest";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";

export const SECRET = "a secret of at least thirty-two characters";
export const URL_OF_GATEWAY = "http://localhost/api/realtime";

export const room = realtime.channel({
  name: "room:{id}",
  topics: {
    a: { schema: staticSchema<number>() },
    b: { schema: staticSchema<number>() },
    c: { schema: staticSchema<number>() },
  },
});
export const ch = room({ id: "1" });

/** Microtasks and timers that are due, under vitest's timers. */
export const tick = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
