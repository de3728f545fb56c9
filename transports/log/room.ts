/** A channel that somebody listens to: it is watched once, and read from where hearing of it was interrupted. */
import { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import { isNotAfter } from "../../src/position.js";
import type { HistoryPage } from "../../src/transport.js";
import { Backoff } from "./backoff.js";
import { type FanOut, guarded } from "./fan-out.js";
import type { Gate } from "./gate.js";
import { Held } from "./held.js";
import type { Log, Watcher } from "./log.js";
import type { Member } from "./member.js";
import type { Reports } from "./reports.js";
import { rest } from "./rest.js";

/** How much is read at once. */
export const PAGE = { limit: 1_000, maxBytes: 4 * 1_048_576 };

interface Stored {
  readonly after: string;
  readonly deliveries: readonly Delivery[];
}

/** What the rooms of a transport share. */
export interface House {
  /** The transport's. */
  readonly name: string;
  readonly log: Log;
  readonly gate: Gate;
  readonly fanOut: FanOut;
  readonly rooms: Map<string, Room>;
  readonly reports: Reports;
}

export class Room implements Watcher {
  /** The position from which on everything is heard of. Rejects where the channel can't be watched. */
  readonly opened: Promise<string>;
  readonly members = new Set<Member>();
  readonly #channel: string;
  readonly #house: House;
  readonly #backoff = new Backoff();
  /** Up to where the members have been told. */
  #head = "";
  #unwatch: (() => void) | undefined;
  #isOver = false;
  /** The log is being read, so what is heard of has to wait. */
  #isReading = true;
  readonly #held = new Held<Stored>();
  /** Something was heard of that isn't held. */
  #isBehind = false;

  constructor(channel: string, house: House) {
    this.#channel = channel;
    this.#house = house;
    house.rooms.set(channel, this);
    this.opened = this.#open();
    // Told to whoever waits; if nobody does any more, it is no unhandled rejection.
    this.opened.catch(() => {});
  }

  /** Timers that it holds, for tests. */
  get timers(): number {
    return this.#backoff.waiting ? 1 : 0;
  }

  async #open(): Promise<string> {
    try {
      const unwatch = await this.#house.log.watch(this.#channel, this);
      if (this.#isOver) {
        unwatch();
        return "";
      }
      this.#unwatch = unwatch;
      // Watched first: what is stored after this position is heard of.
      const position = await this.#house.log.end(this.#channel);
      this.#head = position;
      if (!this.closeIfEmpty()) this.#resume();
      return position;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  stored(after: string, deliveries: readonly Delivery[]): void {
    if (this.#isOver || deliveries.length === 0) return;
    if (this.#isReading) this.#hold({ after, deliveries });
    else if (!this.#advance({ after, deliveries })) this.#catchUp();
  }

  changed(): void {
    if (this.#isOver) return;
    this.#isBehind = true;
    // It has failed to read and waits: now is the time to try again.
    this.#backoff.wake();
    if (!this.#isReading) this.#catchUp();
  }

  fail(error: RealtimeError): void {
    if (this.#isOver) return;
    const members = [...this.members];
    this.#end();
    for (const member of members) {
      if (!member.endWith(error)) guarded(() => member.sink.fail(error));
    }
  }

  /** Whether it is over by that. One that is still being opened stays for who comes next. */
  closeIfEmpty(): boolean {
    if (!this.#isOver && this.#unwatch && this.members.size === 0) this.#end();
    return this.#isOver;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held.take();
    this.#backoff.wake();
    this.#unwatch?.();
    const { rooms } = this.#house;
    if (rooms.get(this.#channel) === this) rooms.delete(this.#channel);
  }

  #hold(stored: Stored): void {
    if (!this.#held.add(stored, stored.deliveries)) this.#isBehind = true;
  }

  /** Delivers what follows on the head. Whether it does: if not, there may be something between. */
  #advance({ after, deliveries }: Stored): boolean {
    const fresh = rest(this.#head, deliveries);
    if (fresh.length === 0) return true;
    if (!isNotAfter(after, this.#head)) return false;
    this.#head = (fresh.at(-1) as Delivery).id;
    this.#tell((member) => member.deliver(fresh));
    return true;
  }

  /** Reading is over for now: goes on with what was held meanwhile. */
  #resume(): void {
    const held = this.#held.take();
    const isBehind = this.#isBehind;
    this.#isReading = this.#isBehind = false;
    const follows = !isBehind && held.every((stored) => this.#advance(stored));
    if (!follows && !this.#isOver) this.#catchUp();
  }

  #catchUp(): void {
    this.#isReading = true;
    this.#readOn().then(() => {
      if (!this.#isOver) this.#resume();
    });
  }

  /** Reads from the head to the end, for as long as it takes. Never rejects. */
  async #readOn(): Promise<void> {
    while (!this.#isOver) {
      let page: HistoryPage | undefined;
      // What was heard of before is in what is read now.
      this.#isBehind = false;
      try {
        page = await this.#house.gate.run(async () => {
          // It may have ended while it waited for its turn.
          if (this.#isOver) return undefined;
          return this.#house.log.read(this.#channel, { ...PAGE, after: this.#head });
        });
      } catch (error) {
        // The broker's error is nothing that a subscriber could act on: what matters to it is told once it is back.
        if (!this.#isOver) {
          if (this.#backoff.isLasting) this.#tellOf(error);
          await this.#backoff.wait();
        }
        continue;
      }
      this.#backoff.reset();
      if (this.#isOver || !page) return;
      this.#take(page);
      if (!page.more) return;
    }
  }

  #tellOf(cause: unknown): void {
    const { name, reports } = this.#house;
    const text = `${name}: "${this.#channel}" can't be read, so its subscribers wait. It is tried again.`;
    // One channel stands for all: what keeps one from being read mostly keeps the others.
    reports.tell("read", new RealtimeError("TRANSPORT_FAILED", text, { cause }));
  }

  #take({ gap, deliveries, position }: HistoryPage): void {
    this.#head = position;
    this.#tell((member) => {
      if (gap) member.gap(gap);
      if (deliveries.length > 0) member.deliver(deliveries);
    });
  }

  #tell(what: (member: Member) => void): void {
    this.#house.fanOut.together(() => {
      for (const member of this.members) what(member);
    });
  }
}
