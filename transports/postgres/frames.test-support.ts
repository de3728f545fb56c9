/** Frames, and what became of them. */
import type { Published } from "../../src/transport.js";

export { frame, frames } from "../conformance/frames.js";

/** The id of a frame that was taken. */
export function idOf(result: Published | undefined): string {
  if (result && "id" in result) return result.id;
  throw new Error(`A frame was refused: ${result?.error}`);
}
