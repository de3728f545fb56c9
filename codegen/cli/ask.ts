/** Asks at a terminal. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The line that is typed, or `undefined` where the terminal is left: by Ctrl-C, Ctrl-D, or its end. */
export function ask(question: string, input: Readable, output: Writable): Promise<string | undefined> {
  const lines = createInterface({ input, output });
  return new Promise((resolve) => {
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => resolve(undefined));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
