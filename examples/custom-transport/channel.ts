/** One channel in this process: it reads what all processes append to the channel's files, and appends itself. */
import { randomUUID } from "node:crypto";
import { type Delivery, type Frame, formatPosition, type Published } from "halyard/transport";
import type { Watcher } from "halyard/transports/log";
import { appendTo, failed, folderOf, foundIn, readFrom, segmentPath, segmentsIn } from "./files.js";
import { Known } from "./known.js";
import { batchLine, hashOf, parseLine, partsOf, SEALED, sealLine } from "./line.js";
import type { Settings } from "./settings.js";
import { sweep } from "./sweep.js";

/** The line that is being written. */
interface Own {
  readonly nonce: string;
  /** Set when it was found in the file. */
  results: Published[] | undefined;
}

const TRIES = 10; // A line that comes too late for its file goes into the next.
const LINE_END = 10;

export class Channel {
  readonly watchers = new Set<Watcher>();
  readonly folder: string;
  epoch = "";
  /** Up to where the files have been read. */
  end = 0;
  /** Where the files begin that have been read. */
  segments: readonly number[] = [];
  known = new Known("", "", 0);
  readonly name: string;
  readonly #settings: Settings;
  #own: Own | undefined;
  #last: Promise<unknown> = Promise.resolve(); // One thing at a time.

  constructor(name: string, settings: Settings) {
    this.name = name;
    this.#settings = settings;
    this.folder = folderOf(settings.path, name);
  }

  /** Reads what was appended since, by whomever, and tells who watches; then does what depends on that. */
  upToDate<T>(then: () => T | Promise<T>): Promise<T> {
    const run = this.#last.then(async () => {
      try {
        await this.#read();
        return await then();
      } catch (error) {
        throw failed(this.name, error);
      }
    });
    // Who called hears of it; the next begins anew.
    this.#last = run.catch(() => {});
    return run;
  }

  append(frames: readonly Frame[]): Promise<Published[]> {
    return this.upToDate(async () => {
      const results: Published[] = [];
      for (const part of partsOf(frames)) {
        const known = part.map(({ key, content }) => this.known.find(key, () => hashOf(content)));
        const stored = await this.#write(part.filter((_, i) => !known[i]));
        results.push(...known.flatMap((result) => result ?? stored.shift() ?? []));
      }
      return results;
    });
  }

  async #write(frames: readonly Frame[]): Promise<Published[]> {
    if (frames.length === 0) return [];
    for (let i = 0; i < TRIES; i++) {
      const segment = this.segments.at(-1) ?? 0;
      const own: Own = { nonce: randomUUID(), results: undefined };
      this.#own = own;
      // A file that is there already isn't made again: it may have been removed since.
      const at = { create: this.end === segment, sync: this.#settings.sync };
      await appendTo(segmentPath(this, segment), batchLine(own.nonce, frames), at);
      // Reading it back tells its place, and whether a key was taken meanwhile.
      await this.#read();
      const { results } = own;
      if (!results && segment === this.segments.at(-1)) throw new Error("what was written isn't there");
      if (!results) continue;
      // The batch is stored, whatever becomes of this. The next who finds the file too long tries again.
      if (this.end - segment > this.#settings.segment) await this.#endFile(segment).catch(() => {});
      return results;
    }
    throw new Error(`its file was ended ${TRIES} times before a line was in it`);
  }

  async #endFile(segment: number): Promise<void> {
    await appendTo(segmentPath(this, segment), sealLine, { create: false, sync: this.#settings.sync });
    await sweep(this, { newest: segment, end: this.end }, this.#settings);
  }

  async #read(): Promise<void> {
    if (this.epoch === "") this.#restart(...(await foundIn(this.folder, this.name)));
    const after = formatPosition(this.epoch, this.known.last);
    const fresh: Delivery[] = [];
    try {
      await this.#readInto(fresh);
    } finally {
      // What was read isn't read again: it is told also where the next file can't be.
      if (fresh.length > 0) for (const watcher of this.watchers) watcher.stored(after, fresh);
    }
  }

  async #readInto(fresh: Delivery[]): Promise<void> {
    for (;;) {
      const segment = this.segments.at(-1) ?? 0;
      const bytes = await readFrom(segmentPath(this, segment), this.end - segment);
      if (bytes) {
        if (!this.#take(bytes, segment, fresh)) return;
        this.segments = [...this.segments, this.end];
        await this.forget();
        continue;
      }
      // Nobody has written it yet; or it is gone, and with it what this process hasn't read.
      const [epoch, oldest] = await foundIn(this.folder, this.name);
      const isSame = epoch === this.epoch && oldest <= segment;
      if (isSame && this.end > segment) throw new Error("its last file is gone");
      if (isSame) return;
      this.#restart(epoch, oldest);
      fresh.length = 0;
      for (const watcher of this.watchers) watcher.changed();
      return this.#read();
    }
  }

  #restart(epoch: string, oldest: number): void {
    this.epoch = epoch;
    this.end = oldest;
    this.segments = [oldest];
    this.known = new Known(this.name, epoch, oldest);
  }

  /** Takes all complete lines; the last may still be being written. Whether the file has come to its end. */
  #take(bytes: Buffer, segment: number, fresh: Delivery[]): boolean {
    let from = 0;
    for (let to = bytes.indexOf(LINE_END); to !== -1; to = bytes.indexOf(LINE_END, from)) {
      const line = from === to ? undefined : parseLine(bytes.toString("utf8", from, to));
      const start = this.end;
      this.end += to + 1 - from;
      if (line === SEALED) return true;
      if (line) {
        const place = { segment, start, bytes: to - from, messages: line.entries.length };
        const results = this.known.store(line, place, fresh);
        if (this.#own?.nonce === line.nonce) this.#own.results = results;
      }
      from = to + 1;
    }
    return false;
  }

  /** Lets go of what was in files that others have removed. */
  async forget(): Promise<void> {
    const [oldest = 0] = await segmentsIn(this);
    this.segments = this.segments.filter((start) => start >= oldest);
    this.known.forget(oldest);
  }
}
