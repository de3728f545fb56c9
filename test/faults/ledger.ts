/** What was published, as its publishers know it: what was asked for, what was acknowledged, what is uncertain. */

/** One message, as the plan has it. `n` is its content: no two have the same. */
export interface Planned {
  readonly n: number;
  readonly channel: string;
  readonly topic: string;
  readonly key: string | undefined;
}

/** A message and what became of it. */
export interface Entry extends Planned {
  /** Which call of all it first was: 1, 2, … Calls of one publisher are in this order. */
  readonly issued: number;
  /** Who called first. */
  readonly publisher: string;
  /** How many calls were made for it. */
  calls: number;
  /** The ids that were acknowledged. */
  readonly ids: Set<string>;
  /** Whether a call ended without an answer, or with an error that leaves open whether it was stored. */
  isUnsure: boolean;
  /** When it was first acknowledged: 1, 2, … */
  acked: number | undefined;
}

/** A place in a channel. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** Something that must not be, in a sentence. */
export interface Violation {
  readonly kind:
    | "lost"
    | "doubled"
    | "reordered"
    | "silent-break"
    | "foreign"
    | "wrong-id"
    | "ack"
    | "behind"
    | "untold"
    | "ended"
    | "stuck"
    | "process";
  /** Who saw it: a subscription, a publisher, a process. */
  readonly at: string;
  readonly what: string;
}

/** Takes an id apart; `undefined` where it is no position. */
export function placeOf(id: string): Place | undefined {
  const match = /^([\w-]{1,64})\.(\d{1,16})$/.exec(id);
  return match?.[1] === undefined ? undefined : { epoch: match[1], offset: Number(match[2]) };
}

export class Ledger {
  readonly entries = new Map<number, Entry>();
  /** Which message was acknowledged under an id, by channel. */
  readonly #byId = new Map<string, number>();
  readonly problems: Violation[] = [];
  #issued = 0;
  #acked = 0;

  /** Calls until now: what is called later is `issued` after this. */
  get issued(): number {
    return this.#issued;
  }

  get acknowledged(): number {
    return this.#acked;
  }

  /** A call is about to be made. */
  call(message: Planned, publisher: string): void {
    const entry = this.entries.get(message.n);
    if (entry) entry.calls++;
    else {
      this.entries.set(message.n, {
        ...message,
        issued: ++this.#issued,
        publisher,
        calls: 1,
        ids: new Set(),
        isUnsure: false,
        acked: undefined,
      });
    }
  }

  /** It resolved. */
  ack(n: number, id: string): void {
    const entry = this.#entry(n);
    const { channel, key, ids } = entry;
    const other = this.#byId.get(`${channel} ${id}`);
    const refuse = (what: string) => this.problems.push({ kind: "ack", at: `${channel}: ${id}`, what });
    if (other !== undefined && other !== n) refuse(`${n} was given the id of ${other}`);
    if (ids.has(id) && key === undefined) refuse(`two calls for ${n}, without a key, were given one id`);
    const epoch = placeOf(id)?.epoch;
    for (const known of ids) {
      if (key === undefined || known === id || epoch === undefined || placeOf(known)?.epoch !== epoch)
        continue;
      refuse(`${n} was stored a second time under the key ${key}: it was ${known}`);
    }
    this.#byId.set(`${channel} ${id}`, n);
    entry.acked ??= ++this.#acked;
    ids.add(id);
  }

  /** It rejected, or its process died: it may have been stored all the same. */
  fail(n: number): void {
    this.#entry(n).isUnsure = true;
  }

  /** Which message was acknowledged under this id. */
  at(channel: string, id: string): number | undefined {
    return this.#byId.get(`${channel} ${id}`);
  }

  #entry(n: number): Entry {
    const entry = this.entries.get(n);
    if (!entry) throw new RangeError(`Nobody called for message ${n}.`);
    return entry;
  }
}

/**
 * Whether each publisher's messages of a channel were stored in the order of its calls. What was called for more than once
 * is left out: it may have its place from either call.
 */
export function judgeCalls(ledger: Ledger): Violation[] {
  const problems: Violation[] = [];
  const last = new Map<string, { n: number; offset: number }>();
  // A map keeps the order in which entries came: that of first calls.
  for (const { n, channel, publisher, calls, ids } of ledger.entries.values()) {
    const [id] = ids;
    const place = id === undefined ? undefined : placeOf(id);
    if (calls > 1 || !place) continue;
    const line = `${publisher} ${channel} ${place.epoch}`;
    const before = last.get(line);
    if (before && before.offset >= place.offset) {
      const what = `${n} was called for after ${before.n}, and stands before it: ${place.offset}, ${before.offset}`;
      problems.push({ kind: "reordered", at: `${publisher} on ${channel}`, what });
    }
    last.set(line, { n, offset: place.offset });
  }
  return problems;
}
