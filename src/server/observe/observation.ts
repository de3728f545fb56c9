/** All that hears of what happens in an app: its hooks, its `onError`, and what prints. */
import { guardOnError } from "../on-error.js";
import type { RealtimeOptions } from "../options.js";
import { createDebug } from "./debug.js";
import { createObserver, type Observer } from "./observer.js";

export interface Observation {
  /** The hooks; `undefined` where there is none. */
  readonly observer: Observer | undefined;
  readonly onError: (error: unknown) => void;
}

/** Reads the options `on`, `onError` and `debug`. */
export function createObservation({
  on,
  onError,
  debug = debugOfEnvironment(),
}: RealtimeOptions): Observation {
  const tell = guardOnError(onError);
  if (debug === false) return { observer: createObserver([on], tell), onError: tell };
  const printing = createDebug(debug === true ? undefined : debug, tell);
  return {
    observer: createObserver([on, printing.hooks], tell),
    onError(error) {
      // Without an onError of the app's, the console has it anyway, and whole.
      if (onError || debug !== true) printing.failed(error);
      tell(error);
    },
  };
}

function debugOfEnvironment(): boolean {
  // Not every runtime has it.
  const { HALYARD_DEBUG: value = "" } = globalThis.process?.env ?? {};
  return value !== "" && value !== "0";
}
