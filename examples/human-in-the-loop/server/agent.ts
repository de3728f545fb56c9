/** The agent: it plans a passage, and asks where it is not for it to decide. A script stands for the model. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "halyard/server";
import { passage } from "../channels.js";
import type { Asking } from "./asking.js";

export interface AgentOptions {
  readonly app: App;
  readonly asking: Asking;
  /** Milliseconds that a piece of work takes. */
  readonly pace: number;
  readonly signal: AbortSignal;
}

/** Plans one passage. Resolves when the plan is told. */
export async function planPassage({ app, asking, pace, signal }: AgentOptions): Promise<void> {
  const work = async (text: string) => {
    await sleep(pace, undefined, { signal });
    await app.publish(passage.work, { text });
  };
  await app.publish(passage.begun, { from: "Kiel", to: "Ærøskøbing" });
  await work("Read the forecast: west 4 at noon, north-west 6 from the evening on");
  await work("Measured the route: 38 nautical miles, seven hours under sail");
  const leave = await asking.ask({
    id: randomUUID(),
    text: "When do we leave?",
    choices: [
      { id: "noon", label: "Today at noon", hint: "The last hour in a fresh wind, and in the dark" },
      { id: "dawn", label: "Tomorrow at five", hint: "An early start, the wind from astern" },
      { id: "later", label: "The day after", hint: "Light wind, and a free morning in Kiel" },
    ],
    fallback: "dawn",
  });
  await work(`Looked at the traffic in the fjord then: two ferries, no exercise of the navy`);
  await work("Asked for berths: two harbours have one");
  const berth = await asking.ask({
    id: randomUUID(),
    text: "Where do we moor?",
    choices: [
      { id: "town", label: "Town harbour", hint: "Among the old houses; boats three abreast" },
      { id: "marina", label: "Marina", hint: "Quiet, with a walk of ten minutes" },
      { id: "anchor", label: "At anchor", hint: "Free of charge, and open to the north-west" },
    ],
    fallback: "marina",
  });
  await work("Wrote it down");
  await app.publish(passage.finished, {
    plan: [
      `Leave Kiel: ${leave.answer}`,
      "North past Bülk, then 020° to Skjoldnæs, 38 nautical miles",
      `In Ærøskøbing: ${berth.answer}`,
      "Call the harbour master an hour before",
    ],
  });
}
