/**
 * The sessions of an app. One timer per heartbeat time beats them all, a part of them at each tick: a hundred thousand
 * timers, or as many pings in one turn of the event loop, would be felt.
 */

/** A session, as its roster sees it. */
export interface Beating {
  /** Called twice per heartbeat time. */
  beat(): void;
  /** Tokens were revoked. */
  recheck(): void;
}

const MAX_SLOTS = 64;
/** Milliseconds that a tick is apart from the next, at least. */
const MIN_TICK = 20;

/** Beats sessions that have the same heartbeat time. */
export class Heart {
  readonly #slots: readonly Set<Beating>[];
  readonly #tick: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #size = 0;
  #next = 0;
  #joining = 0;

  /** `heartbeat` in milliseconds. */
  constructor(heartbeat: number) {
    const period = heartbeat / 2;
    const count = Math.max(1, Math.min(MAX_SLOTS, Math.floor(period / MIN_TICK)));
    this.#slots = Array.from({ length: count }, () => new Set<Beating>());
    // Timers round down: rather a little early than late.
    this.#tick = Math.floor(period / count);
  }

  /** Gives the slot to leave from. Who comes at once is spread over all slots. */
  join(session: Beating): number {
    this.#joining = (this.#joining + 1) % this.#slots.length;
    this.#slots[this.#joining]?.add(session);
    this.#size++;
    this.#timer ??= setInterval(() => this.#beat(), this.#tick);
    return this.#joining;
  }

  leave(session: Beating, slot: number): void {
    if (!this.#slots[slot]?.delete(session) || --this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  each(call: (session: Beating) => void): void {
    for (const slot of this.#slots) for (const session of slot) call(session);
  }

  #beat(): void {
    const slot = this.#slots[this.#next];
    this.#next = (this.#next + 1) % this.#slots.length;
    for (const session of slot ?? []) session.beat();
  }
}

/** All sessions of an app. */
export class Roster {
  readonly #hearts = new Map<number, Heart>();

  /** For a heartbeat time, in milliseconds. */
  heart(heartbeat: number): Heart {
    let heart = this.#hearts.get(heartbeat);
    if (!heart) {
      heart = new Heart(heartbeat);
      this.#hearts.set(heartbeat, heart);
    }
    return heart;
  }

  /** Ends what sessions have whose tokens were revoked. */
  recheck(): void {
    for (const heart of this.#hearts.values()) heart.each((session) => session.recheck());
  }
}
