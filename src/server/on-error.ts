/** What hears of errors that no caller awaits. */
import { isThenable } from "../schema.js";

/**
 * The application's `onError`, or the console. It is called from timers and from a broker's callbacks, where what it throws would
 * end the process: that, and a promise of its that rejects, goes to the console, with what it was to hear.
 */
export function guardOnError(onError: ((error: unknown) => unknown) | undefined): (error: unknown) => void {
  if (onError === undefined) return report;
  return (error) => {
    const failed = (thrown: unknown) => {
      report(error);
      report(thrown);
    };
    try {
      const returned = onError(error);
      if (isThenable(returned)) returned.then(undefined, failed);
    } catch (thrown) {
      failed(thrown);
    }
  };
}

// biome-ignore lint/suspicious/noConsole: an error that nobody asked for must be seen somewhere.
const report = (error: unknown) => console.error("[halyard]", error);
