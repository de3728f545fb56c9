/** One direction of a line that has faults: what passes, in order, and what waits. */

/** Characters that may wait while nothing arrives. A kernel's buffers aren't endless either. */
const MAX_WAITING = 1_048_576;

export interface Lane {
  /** Passes, after all that waits, and no earlier than in so many milliseconds. `size` in characters. */
  add(pass: () => void, size?: number, delay?: number): void;
  hold(): void;
  release(): void;
  /** Drops what waits, and takes nothing more. */
  end(): void;
}

/** `overflowed` is called when too much waits. */
export function createLane(overflowed: () => void): Lane {
  const waiting: { readonly pass: () => void; readonly size: number; readonly delay: number }[] = [];
  let size = 0;
  let isHeld = false;
  let isEnded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function run(): void {
    while (timer === undefined && !isHeld) {
      const next = waiting[0];
      if (!next) return;
      if (next.delay > 0) {
        timer = setTimeout(() => {
          timer = undefined;
          // It has waited; it may have been held meanwhile.
          waiting[0] = { ...next, delay: 0 };
          run();
        }, next.delay);
        return;
      }
      waiting.shift();
      size -= next.size;
      next.pass();
    }
  }

  function end(): void {
    isEnded = true;
    clearTimeout(timer);
    timer = undefined;
    waiting.length = size = 0;
  }

  return {
    add(pass, length = 0, delay = 0) {
      if (isEnded) return;
      waiting.push({ pass, size: length, delay });
      size += length;
      if (size > MAX_WAITING) {
        end();
        overflowed();
      } else if (waiting.length === 1) run();
    },
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      run();
    },
    end,
  };
}
