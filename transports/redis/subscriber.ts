/** One connection that hears of all channels that are watched, and is opened anew where it is lost. */
import type { RealtimeError } from "../../src/errors.js";
import { Backoff } from "../log/backoff.js";
import type { Connection, Line } from "./clients.js";
import { failure, isRefusal, within } from "./errors.js";

/** Who is told of a name. */
export interface Hearer {
  heard(text: string): void;
  /** Something may not have been heard. */
  changed(): void;
  /** Nothing will be heard any more. */
  fail(error: RealtimeError): void;
}

interface Watched {
  readonly name: string;
  readonly hearer: Hearer;
  /** In which second of a round it is looked at. */
  readonly second: number;
  /** For who waits until it is heard of; `undefined` once it was. */
  settle: ((error?: unknown) => void) | undefined;
}

/** Names that one SUBSCRIBE has. */
const AT_ONCE = 1_000;

/** Seconds after which the connection is tried, and after which every channel is looked at, whatever was heard. */
const PING = 5;
const ROUND = 60;

/** Milliseconds between two attempts to connect while somebody waits for it; else they become rarer. */
const SOON = 250;

const DOING = "a subscription";

export class Subscriber {
  readonly #connection: Connection;
  readonly #timeout: number;
  readonly #watched = new Map<string, Watched>();
  readonly #backoff = new Backoff();
  /** Watched since the last turn, to be subscribed with one command. */
  #fresh: Watched[] = [];
  #line: Line | undefined;
  #lose: (error: unknown) => void = () => {};
  /** Why there is no connection. */
  #trouble: unknown;
  /** When it was last tried to connect, in milliseconds; and what will soon cut the waiting short. */
  #triedAt = 0;
  #nudge: ReturnType<typeof setTimeout> | undefined;
  #ticks = 0;
  /** Ends what runs; `undefined` where nothing does. */
  #stop: (() => void) | undefined;
  /** Hears of a connection that stays lost. */
  failed: (error: RealtimeError) => void = () => {};

  /** `timeout` in milliseconds. */
  constructor(connection: Connection, timeout: number) {
    this.#connection = connection;
    this.#timeout = timeout;
  }

  /** How much it holds, for tests. */
  get held(): { watched: number; lines: number } {
    return { watched: this.#watched.size, lines: this.#line ? 1 : 0 };
  }

  /** Resolves once everything that is told from now on will be heard, with what ends it. */
  async watch(name: string, hearer: Hearer): Promise<() => void> {
    const second = this.#watched.size % ROUND;
    const watched: Watched = { name, hearer, second, settle: undefined };
    const live = new Promise<void>((resolve, reject) => {
      watched.settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.#watched.set(name, watched);
    if (!this.#stop) this.#start();
    else if (this.#line) this.#subscribeSoon(watched);
    else this.#trySoon();
    try {
      await within(live, this.#timeout, DOING, () => this.#trouble);
    } catch (error) {
      this.#drop(watched);
      throw failure(DOING, error);
    }
    return () => this.#drop(watched);
  }

  /** Ends all watches with an error, and closes the connection. A later watch opens another. */
  close(error: RealtimeError): void {
    this.#stop?.();
    const all = [...this.#watched.values()];
    this.#watched.clear();
    for (const { settle, hearer } of all) {
      if (settle) settle(error);
      else hearer.fail(error);
    }
  }

  #start(): void {
    const timer = setInterval(() => this.#tick(), 1_000);
    const stopListening = this.#connection.onEnd(() =>
      this.close(failure(DOING, new Error("Connection is closed."))),
    );
    let isOver = false;
    this.#stop = () => {
      isOver = true;
      this.#stop = undefined;
      clearInterval(timer);
      clearTimeout(this.#nudge);
      stopListening();
      this.#lose(undefined);
      this.#backoff.wake();
    };
    this.#run(() => isOver);
  }

  /** Keeps a connection open. Never rejects. */
  async #run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.#triedAt = performance.now();
      try {
        await this.#listen(isOver);
      } catch (error) {
        if (isOver()) return;
        this.#trouble = error;
        // Who waits for it to begin is told.
        if (this.#backoff.isLasting) this.failed(failure("a subscription, which is tried again", error));
        // To wait wouldn't help; who is heard of already is served by looking.
        if (isRefusal(error)) this.#settle(error);
        if ([...this.#watched.values()].some(({ settle }) => settle)) this.#trySoon();
      }
      await this.#backoff.wait();
    }
  }

  #trySoon(): void {
    clearTimeout(this.#nudge);
    const rest = this.#triedAt + SOON - performance.now();
    this.#nudge = setTimeout(() => this.#backoff.wake(), Math.max(0, rest));
  }

  /** Opens a connection, subscribes, and rejects once it is lost. */
  async #listen(isOver: () => boolean): Promise<void> {
    const lost = new Promise<never>((_, reject) => {
      this.#lose = reject;
    });
    // It may be lost while nobody waits for that.
    lost.catch(() => {});
    const message = (name: string, text: string) => this.#watched.get(name)?.hearer.heard(text);
    const attempt = new AbortController();
    const opening = this.#connection.listen({ message, lost: this.#lose }, attempt.signal);
    let line: Line;
    try {
      line = await Promise.race([within(opening, this.#timeout, "connecting"), lost]);
    } catch (error) {
      attempt.abort();
      // Should it open after all. Where it doesn't, why is known.
      opening.then((late) => late.close()).catch(() => {});
      throw error;
    }
    try {
      if (isOver()) return;
      this.#line = line;
      await Promise.race([this.#subscribe(line, [...this.#watched.values()]), lost]);
      this.#trouble = undefined;
      this.#backoff.reset();
      await lost;
    } finally {
      this.#line = undefined;
      line.close();
    }
  }

  async #subscribe(line: Line, all: readonly Watched[]): Promise<void> {
    for (let i = 0; i < all.length; i += AT_ONCE) {
      // Who has left meanwhile has nobody to unsubscribe it again.
      const part = all.slice(i, i + AT_ONCE).filter((one) => this.#watched.get(one.name) === one);
      if (part.length === 0) continue;
      await within(line.subscribe(part.map(({ name }) => name)), this.#timeout, "SUBSCRIBE");
      for (const watched of part) {
        const { settle, hearer } = watched;
        watched.settle = undefined;
        if (settle) settle();
        else if (this.#watched.get(watched.name) === watched) hearer.changed();
      }
    }
  }

  #subscribeSoon(watched: Watched): void {
    this.#fresh.push(watched);
    if (this.#fresh.length > 1) return;
    queueMicrotask(() => {
      const fresh = this.#fresh;
      this.#fresh = [];
      const line = this.#line;
      if (!line) return;
      this.#subscribe(line, fresh).catch((error) => {
        // What is refused concerns these; otherwise they are subscribed with the next connection.
        if (isRefusal(error)) this.#settle(error, fresh);
        else if (line === this.#line) this.#lose(error);
      });
    });
  }

  #settle(error: unknown, all: Iterable<Watched> = this.#watched.values()): void {
    for (const { settle } of [...all]) settle?.(error);
  }

  #drop(watched: Watched): void {
    const { name } = watched;
    if (this.#watched.get(name) !== watched) return;
    this.#watched.delete(name);
    const line = this.#line;
    line?.unsubscribe([name]).catch((error) => {
      if (line === this.#line) this.#lose(error);
    });
  }

  /** Looks at what nothing may have been heard of: pub/sub is told at most once, and a lost line may look like a quiet one. */
  #tick(): void {
    this.#ticks++;
    for (const { second, settle, hearer } of this.#watched.values()) {
      if (!settle && second === this.#ticks % ROUND) hearer.changed();
    }
    const line = this.#line;
    if (!line || this.#ticks % PING !== 0) return;
    within(line.ping(), this.#timeout, "PING").catch((error) => {
      if (line === this.#line) this.#lose(error);
    });
  }
}
