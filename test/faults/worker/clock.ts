/** A process's clock, for it to be wrong: as after a jump of the machine's. Timers go on as they were. */

const RealDate = Date;
let offset = 0;

class ShiftedDate extends RealDate {
  // A date of now takes no arguments; all others are as they were.
  constructor(...args: ConstructorParameters<DateConstructor> | []) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

/** From now on the clock is so many milliseconds off. */
export function shiftClock(milliseconds: number): void {
  offset = milliseconds;
  globalThis.Date = ShiftedDate as DateConstructor;
}
