/** Shows in the browser what is wrong, until it is repaired. */
import { existsSync } from "node:fs";
import path from "node:path";
import { formatProblem, isCodegenError } from "../errors.js";
import type { Outcome } from "./generator.js";
import type { ViteServer } from "./vite-hooks.js";

/** The overlay of a server: in all pages that are open, and in those that are opened while something is wrong. */
export function createOverlay(ws: ViteServer["ws"], root: string) {
  let shown: object | undefined;
  // Vite would keep an error for the next page to come, though it was repaired meanwhile: each page is told on its own.
  const send = (payload: object) => {
    for (const client of ws.clients) client.send(payload);
  };
  ws.on("connection", (socket) => {
    if (shown) socket.send(JSON.stringify(shown));
  });
  return {
    show({ generated, error }: Outcome): void {
      const wasShown = shown !== undefined;
      shown = generated ? undefined : { type: "error", err: describe(error, root) };
      if (shown) send(shown);
      // An update, even of nothing, takes the overlay away.
      else if (wasShown) send({ type: "update", updates: [] });
    },
  };
}

/** An error as the overlay shows it. */
function describe(error: unknown, root: string): object {
  const plain = { plugin: "halyard", stack: "" };
  if (!isCodegenError(error)) {
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { ...plain, message, stack };
  }
  const [first, ...rest] = error.problems;
  if (!first?.place) return { ...plain, message: error.message };
  const { place, ...said } = first;
  const message = [said, ...rest].map((problem) => formatProblem(problem)).join("\n\n");
  const { line, column, frame } = place;
  // Places are relative to the tsconfig, which needn't lie in the root.
  const absolute = path.resolve(root, place.file);
  const file = existsSync(absolute) ? absolute : place.file;
  return { ...plain, message, id: file, frame, loc: { file, line, column } };
}
