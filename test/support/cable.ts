/** A TCP line between a browser and a server, which a test can cut. */
import { relay } from "./relay.js";

export interface Cable {
  readonly url: string;
  /** Cuts every connection without a goodbye, and lets none through until {@link mend}. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Listens, and passes on to the server at this URL. */
export async function layCable(to: string): Promise<Cable> {
  let isCut = false;
  const { port, sockets, close } = await relay(Number(new URL(to).port), { accepts: () => !isCut });
  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend() {
      isCut = false;
    },
    close,
  };
}
