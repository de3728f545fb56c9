/** The stream that holds all channels: found or made, and known again when it was replaced. */
import { RealtimeError } from "../../src/errors.js";
import { randomEpoch } from "../log/limits.js";
import type { MessageQuery, NatsManager, StoredMessage, StreamInfo } from "./clients.js";
import { type Layout, layoutOf, newConfig } from "./config.js";
import { decodeEnvelope, digest } from "./envelope.js";
import { isNameInUse, isStreamMissing } from "./errors.js";
import type { Link } from "./link.js";
import type { Settings } from "./options.js";

/** The stream, as it was when it was last asked for. */
export interface Opened extends Layout {
  /** Another one whenever sequence numbers could be used twice. */
  readonly epoch: string;
  /** The server that stores, where there are several. */
  readonly leader: string | undefined;
}

/** The newest message that was heard of. Should another come in its place, the stream has lost what it had stored. */
interface Newest {
  readonly seq: number;
  readonly stamp: string;
}

/** How often a stream that seems to have lost messages is asked again: a new leader may need a moment. */
const DOUBTS = 3;
const DOUBT_PAUSE = 300;

/**
 * Milliseconds for which an answer is good: longer than between the looks of who watches. Who only publishes or reads
 * isn't told that the stream was replaced.
 */
const FRESH_FOR = 15_000;

/** Milliseconds after which a stream that was deleted is made again, at the earliest. */
const REMOVED_AFTER = 300;

/** Milliseconds within which one of those who found out gives the stream another epoch. */
const RENEW_WITHIN = 500;

/** The server lists all numbers that are missing; beyond so many, they aren't asked for. */
const MAX_HOLES = 10_000;

export class Stream {
  readonly #link: Link;
  readonly #settings: Settings;
  readonly #manager: () => Promise<NatsManager>;
  #opened: Opened | undefined;
  #openedAt = 0;
  #opening: Promise<Opened> | undefined;
  /** The epoch that was last learned. */
  #known: string | undefined;
  /** Of that epoch. */
  #newest: Newest | undefined;
  /** Counts how often it was said that the stream may have been replaced. */
  #doubted = 0;

  constructor(link: Link, settings: Settings) {
    this.#link = link;
    this.#settings = settings;
    this.#manager = async () => (await settings.client.jetstreamManager(false)) as NatsManager;
  }

  /** The stream; asked for where it isn't known, may have changed, or was asked for long ago. */
  async open(): Promise<Opened> {
    const isFresh = performance.now() - this.#openedAt < FRESH_FOR;
    return this.#opened && isFresh ? this.#opened : this.refresh();
  }

  /** Asks for the stream. Who asks meanwhile gets the same answer. */
  refresh(): Promise<Opened> {
    if (this.#opening) return this.#opening;
    const opening = this.#ask().finally(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  /** It may have been replaced: ask before it is used again. */
  invalidate(): void {
    this.#doubted++;
    this.#opened = this.#opening = undefined;
  }

  /** Changes whenever the stream may have been replaced. */
  get doubted(): number {
    return this.#doubted;
  }

  /** The sequence number of the newest message that was heard of. */
  get newest(): number {
    return this.#newest?.seq ?? 0;
  }

  /** Something is stored. Without a stamp, somebody else stored it. */
  heard(epoch: string, { seq, stamp }: { seq: number; stamp: string | undefined }): void {
    if (epoch === this.#known && stamp !== undefined && seq > this.newest) this.#newest = { seq, stamp };
  }

  /**
   * A stored message, or nothing where there is none. The leader is asked, not whoever has a copy ("direct get"): a replica
   * may not have the newest yet, and a server of 2.9 may go on answering for a stream that was deleted and made again.
   */
  async get(query: MessageQuery): Promise<StoredMessage | undefined> {
    return this.call(async ({ streams }, name) => (await streams.getMessage(name, query)) ?? undefined);
  }

  /** The number of the stream's last message, and how many messages a subject has. */
  async state(subject: string): Promise<{ last: number; count: number }> {
    const { state } = await this.call(({ streams }, name) =>
      streams.info(name, { subjects_filter: subject }),
    );
    return { last: state.last_seq, count: state.subjects?.[subject] ?? 0 };
  }

  /** Whether all that was stored from a number on, of all subjects, is known to be kept. */
  async keepsFrom(seq: number): Promise<boolean> {
    const { state } = await this.call(({ streams }, name) => streams.info(name));
    // Age and size drop the stream's oldest messages, and so move its first number.
    if (state.first_seq > seq) return false;
    const { num_deleted: holes = 0 } = state;
    if (holes === 0 || holes > MAX_HOLES) return holes === 0;
    const details = await this.call(({ streams }, name) => streams.info(name, { deleted_details: true }));
    return details.state.first_seq <= seq && !details.state.deleted?.some((deleted) => deleted >= seq);
  }

  /** Asks the stream's manager for something that changes nothing. */
  call<T>(ask: (manager: NatsManager, name: string) => Promise<T>): Promise<T> {
    const { stream } = this.#settings;
    return this.#link.call(async () => ask(await this.#manager(), stream), { again: true });
  }

  /** Where a consumer is asked for its next messages. */
  pullSubject(consumer: string): string {
    return `${this.#settings.client.apiPrefix}.CONSUMER.MSG.NEXT.${this.#settings.stream}.${consumer}`;
  }

  /** Where the server tells what happens to the stream. */
  get advisories(): string {
    return `$JS.EVENT.ADVISORY.STREAM.*.${this.#settings.stream}`;
  }

  async #ask(): Promise<Opened> {
    checkVersion(this.#link.connection.info?.version);
    const doubted = this.#doubted;
    // What is heard of while it answers may be newer than the answer, and another call may learn of a new epoch meanwhile.
    const newest = this.#newest;
    const known = this.#known;
    let info = await this.#find();
    const layout = layoutOf(info, this.#settings);
    let epoch = await epochOf(info, layout);
    if (newest && epoch === known && (await this.#hasLost(newest, info))) {
      info = await this.#renew(info.config.description);
      epoch = await epochOf(info, layout);
    }
    // It was asked before it may have been replaced: that answer is worth nothing.
    if (doubted !== this.#doubted) return this.open();
    if (epoch !== this.#known) this.#newest = undefined;
    this.#known = epoch;
    this.#opened = { ...layout, epoch, leader: info.cluster?.leader };
    this.#openedAt = performance.now();
    return this.#opened;
  }

  async #find(): Promise<StreamInfo> {
    let found = await this.#info();
    if (found) return found;
    if (this.#known !== undefined) {
      // It was there: the server may still be removing its files, and would remove those of a new one with them.
      await pause(REMOVED_AFTER * (1 + Math.random()));
      found = await this.#info();
      if (found) return found;
    }
    try {
      const config = newConfig(this.#settings, randomEpoch());
      return await this.call(({ streams }) => streams.add(config));
    } catch (error) {
      // Another process made it in the same moment.
      if (!isNameInUse(error)) throw error;
      return this.call(({ streams }, name) => streams.info(name));
    }
  }

  /** The stream; `undefined` where there is none, and it is to be made. */
  async #info(): Promise<StreamInfo | undefined> {
    try {
      return await this.call(({ streams }, name) => streams.info(name));
    } catch (error) {
      if (!this.#settings.create || !isStreamMissing(error)) throw error;
      return undefined;
    }
  }

  /** Whether a message that was stored is gone with all that followed, or another is in its place. */
  async #hasLost({ seq, stamp }: Newest, first: StreamInfo): Promise<boolean> {
    let { last_seq: last } = first.state;
    for (let doubt = 0; doubt < DOUBTS; doubt++) {
      if (doubt > 0) {
        await pause(DOUBT_PAUSE);
        last = (await this.call(({ streams }, name) => streams.info(name))).state.last_seq;
      }
      if (last < seq) continue;
      const stored = await this.call(({ streams }, name) => streams.getMessage(name, { seq }));
      return stored !== null && decodeEnvelope(stored.data)?.stamp !== stamp;
    }
    return true;
  }

  /** Gives the stream another epoch, for everybody: its description is part of it. */
  async #renew(before: string | undefined): Promise<StreamInfo> {
    // All who were connected find out in the same moment, and one of them is to be first.
    await pause(Math.random() * RENEW_WITHIN);
    const info = await this.call(({ streams }, name) => streams.info(name));
    if (info.config.description !== before) return info;
    const description = `Channels of Halyard. Stored messages were lost: epoch ${randomEpoch()}.`;
    try {
      return await this.call(({ streams }, name) => streams.update(name, { description }));
    } catch (cause) {
      throw new RealtimeError(
        "TRANSPORT_FAILED",
        `nats: stream "${this.#settings.stream}" has lost messages that it had stored, so positions of before and after can't be told apart. Change the stream's description; the transport may not.`,
        { cause },
      );
    }
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const epochOf = async ({ created, config }: StreamInfo, { stored }: Layout): Promise<string> =>
  (await digest(JSON.stringify([created, stored, config.description ?? ""]))).slice(0, 12);

/** The first server that has what is used here: republishing, and reads of one message by subject. */
const OLDEST = [2, 9] as const;

/** Throws where a server is too old. */
export function checkVersion(version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (version === undefined || major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new RealtimeError(
    "TRANSPORT_FAILED",
    `nats: the server is nats-server ${version}: ${OLDEST.join(".")} or later is needed. Upgrade it, or use natsCore().`,
  );
}
