/** When a store makes a snapshot of what came: with the next frame that the browser paints, or after an interval. */

/** Where nothing is painted: a hidden page, a frame out of sight, no page at all. */
const UNPAINTED = 100;

export interface Schedule {
  /** Calls `run` soon; once, however often it is asked. */
  request(): void;
  /** Never mind. */
  cancel(): void;
}

/** `interval` in milliseconds; 0: with the next frame. */
export function createSchedule(interval: number, run: () => void): Schedule {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame: number | undefined;
  return {
    request() {
      if (timer) return;
      // No page can be asked whether it will be painted: one that is visible may be out of sight. So whichever comes first.
      frame = interval ? undefined : globalThis.requestAnimationFrame?.(run);
      timer = setTimeout(run, interval || (frame === undefined ? 16 : UNPAINTED));
    },
    cancel() {
      if (frame !== undefined) globalThis.cancelAnimationFrame(frame);
      clearTimeout(timer);
      timer = frame = undefined;
    },
  };
}
