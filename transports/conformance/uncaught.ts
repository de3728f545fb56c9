/** An error that is thrown on purpose, and would otherwise fail the run. */

/** What the suite uses of Node's `process`; elsewhere there is none, and nobody fails the run. */
interface Emitter {
  listeners(event: string): readonly ((...args: readonly unknown[]) => void)[];
  on(event: string, listener: (...args: readonly unknown[]) => void): unknown;
  off(event: string, listener: (...args: readonly unknown[]) => void): unknown;
}

const EVENTS = ["uncaughtException", "unhandledRejection"];

/**
 * Runs `body`; meanwhile, `expected` may come up as an uncaught error or not at all. Others go where they went before.
 */
export async function uncaught(expected: Error, body: () => Promise<void>): Promise<void> {
  const { process } = globalThis as { process?: Partial<Emitter> };
  if (!process?.listeners || !process.on || !process.off) return body();
  const emitter = process as Emitter;
  const undo = EVENTS.map((event) => {
    const before = [...emitter.listeners(event)];
    const ours = (error: unknown, ...rest: readonly unknown[]) => {
      if (error === expected) return;
      for (const listener of before) listener.call(emitter, error, ...rest);
      // Where nobody listened, it would have ended the process.
      if (before.length === 0) throw error;
    };
    for (const listener of before) emitter.off(event, listener);
    emitter.on(event, ours);
    return () => {
      emitter.off(event, ours);
      for (const listener of before) emitter.on(event, listener);
    };
  });
  try {
    await body();
    // What was thrown last comes up after the promises have settled.
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    for (const restore of undo) restore();
  }
}
