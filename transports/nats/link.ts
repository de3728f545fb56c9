/** The user's connection: whether it is up, and calls that end when it breaks. */

import type { RealtimeError } from "../../src/errors.js";
import type { NatsConnection } from "./clients.js";
import { clientClosed, lost, tooLate } from "./errors.js";

/** What hears of a connection. */
export interface LinkEvents {
  /** It is lost. What the server sends from now on may be missed. */
  down?(): void;
  /** It is back, with the subscriptions that it had. */
  up?(): void;
  /** It is closed for good. */
  closed?(error: RealtimeError): void;
  /** The server refused something, after it was sent. */
  refused?(error: unknown): void;
}

/** How to call. */
interface CallOptions {
  /** Call again when the connection was lost meanwhile: for what changes nothing. */
  readonly again?: boolean;
}

interface Status {
  readonly type?: unknown;
  readonly error?: unknown;
  readonly server?: unknown;
}

/** Rejects, and never with anything else than an error of ours. */
type Reject = (error: RealtimeError) => void;

export class Link {
  readonly connection: NatsConnection;
  readonly #name: string;
  readonly #timeout: number;
  readonly #events: LinkEvents;
  readonly #underWay = new Set<Reject>();
  readonly #waiting = new Set<() => void>();
  readonly #status: AsyncIterable<object> & { stop?: unknown };
  #isUp: boolean;
  #isOver = false;
  /** Why the connection was lost. */
  #why: unknown = new Error("disconnected");
  #closed: RealtimeError | undefined;

  constructor(connection: NatsConnection, name: string, timeout: number, events: LinkEvents) {
    this.connection = connection;
    this.#name = name;
    this.#timeout = timeout;
    this.#events = events;
    this.#isUp = connection.info !== undefined;
    this.#status = connection.status();
    this.#listen();
    connection.closed().then((cause) => this.#close(cause));
    // Nobody listens yet: it is told to the first who calls.
    if (connection.isClosed()) this.#closed = clientClosed(name, undefined);
  }

  get isClosed(): boolean {
    return this.#closed !== undefined || this.#isOver;
  }

  /** Throws where the client is closed. */
  check(): void {
    if (this.#closed) throw this.#closed;
  }

  /**
   * Calls the client once there is a connection. Rejects when that takes too long, when the connection is lost before
   * there is an answer, and when the client is closed.
   */
  async call<T>(task: () => Promise<T>, { again = false }: CallOptions = {}): Promise<T> {
    const end = performance.now() + this.#timeout;
    for (;;) {
      this.check();
      if (!this.#isUp) await this.#untilUp(end - performance.now());
      const attempt = await this.#attempt(task, end - performance.now());
      if ("value" in attempt) return attempt.value;
      if (!again) throw lost(this.#name, this.#why);
    }
  }

  /** Lets go of the connection, which stays open. */
  close(): void {
    this.#isOver = true;
    const { stop } = this.#status;
    if (typeof stop === "function") stop.call(this.#status);
    this.#settle(clientClosed(this.#name, undefined));
  }

  /** One attempt: its result, or nothing where the connection was lost. */
  #attempt<T>(task: () => Promise<T>, milliseconds: number): Promise<{ value: T } | { lost: true }> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        this.#underWay.delete(cut);
        then();
      };
      const cut: Reject = (error) => {
        if (this.#closed || this.#isOver) settle(() => reject(error));
        else settle(() => resolve({ lost: true }));
      };
      const late = () =>
        settle(() => reject(tooLate(this.#name, this.#timeout, true, new Error("no answer"))));
      const timer = setTimeout(late, Math.max(0, milliseconds));
      this.#underWay.add(cut);
      // In a promise, so that a client that throws at once rejects too.
      new Promise<T>((given) => given(task())).then(
        (value) => settle(() => resolve({ value })),
        (error) => settle(() => reject(error)),
      );
    });
  }

  #untilUp(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        if (this.#closed) reject(this.#closed);
        else if (this.#isUp) resolve();
        else reject(tooLate(this.#name, this.#timeout, false, this.#why));
      };
      const timer = setTimeout(settle, Math.max(0, milliseconds));
      this.#waiting.add(settle);
    });
  }

  #settle(error: RealtimeError): void {
    for (const cut of [...this.#underWay]) cut(error);
    for (const settle of [...this.#waiting]) settle();
  }

  #down(): void {
    this.#isUp = false;
    for (const cut of [...this.#underWay]) cut(lost(this.#name, this.#why));
    this.#events.down?.();
  }

  #up(): void {
    // It was lost and found again without a word: what was under way is lost all the same.
    if (this.#isUp) this.#down();
    this.#isUp = true;
    for (const settle of [...this.#waiting]) settle();
    this.#events.up?.();
  }

  #close(cause: unknown): void {
    if (this.#closed || this.#isOver) return;
    this.#closed = clientClosed(this.#name, cause);
    this.#settle(this.#closed);
    this.#events.closed?.(this.#closed);
  }

  /** Never rejects: the client's iterator doesn't, and its end is told by `closed()` as well. */
  async #listen(): Promise<void> {
    for await (const status of this.#status) {
      if (this.#isOver) return;
      const { type, error, server } = status as Status;
      if (type === "disconnect") {
        this.#why = new Error(`disconnected from ${String(server)}`);
        this.#down();
      } else if (type === "reconnect") this.#up();
      else if (type === "error") this.#events.refused?.(error);
    }
  }
}
