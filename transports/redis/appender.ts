/** Appending: a batch is one entry of the stream. */
import type { Frame } from "../../src/frame.js";
import { formatPosition } from "../../src/position.js";
import type { Published } from "../../src/transport.js";
import { conflict, randomEpoch } from "../log/index.js";
import { encodeFrames } from "./batch.js";
import type { Connection } from "./clients.js";
import { failure, within } from "./errors.js";
import { namesOf } from "./names.js";
import type { Limits } from "./options.js";
import { textOf } from "./running.js";
import { hash, type Script } from "./script.js";

/** Characters of an entry, about. Beyond that a batch becomes several: an entry is read as a whole. */
const ENTRY = 262_144;

/** Frames that are taken or refused together: such without a key, or one with a key. */
interface Segment {
  readonly frames: Frame[];
  readonly key: string | undefined;
}

export class Appender {
  readonly #connection: Connection;
  readonly #script: Script;
  readonly #prefix: string;
  readonly #timeout: number;
  /** Who and what this is, for the script to know what it ran before. */
  readonly #writer = randomEpoch();
  #sequence = 0;
  /** The server's clock less this process's, in milliseconds; as of the last answer. */
  #clock: number | undefined;
  /** Whether it is known that this user may publish. */
  #isAllowed = false;
  /** By channel, until it is answered: the script knows only what a writer sent last, so one waits for the other. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(connection: Connection, script: Script, { prefix, timeout }: Limits) {
    this.#connection = connection;
    this.#script = script;
    this.#prefix = prefix;
    this.#timeout = timeout;
  }

  append(channel: string, frames: readonly Frame[]): Promise<Published[]> {
    const before = this.#underWay.get(channel);
    const mine = before ? before.then(() => this.#append(channel, frames)) : this.#append(channel, frames);
    const end = () => {
      if (this.#underWay.get(channel) === done) this.#underWay.delete(channel);
    };
    const done = mine.then(end, end);
    this.#underWay.set(channel, done);
    return mine;
  }

  async #append(channel: string, frames: readonly Frame[]): Promise<Published[]> {
    const doing = `a publish to channel "${channel}"`;
    const results: Published[] = [];
    for (const part of partsOf(frames)) {
      try {
        const answered = await this.#appendPart(channel, part, doing);
        if (part === frames) return answered;
        results.push(...answered);
      } catch (cause) {
        const error = failure(doing, cause, true);
        if (results.length === 0) throw error;
        // What came before is stored, and its publishers are told so.
        while (results.length < frames.length) results.push({ error });
        break;
      }
    }
    return results;
  }

  async #appendPart(channel: string, frames: readonly Frame[], doing: string) {
    const names = namesOf(this.#prefix, channel);
    const segments = segmentsOf(frames);
    const sequence = ++this.#sequence;
    const keys = [names.state, names.stream, names.writer(this.#writer)];
    const args: string[] = [];
    for (const { frames, key } of segments) {
      if (key !== undefined) keys.push(names.used(key));
      const content = key === undefined ? "" : await contentOf(frames);
      args.push(String(frames.length), content, encodeFrames(frames));
    }
    // Of a state that isn't there yet; never the same.
    const seed = `${this.#writer}w${sequence.toString(36)}`;
    let isOver = false;
    const call = () => this.#run(keys, [seed, String(sequence)], [names.live], args, () => isOver);
    try {
      return resultsOf(channel, segments, await within(call(), this.#timeout, doing, undefined, true));
    } finally {
      isOver = true;
    }
  }

  /** Runs the script, again where only the clocks disagreed: as at first, when the server's isn't known. */
  async #run(
    keys: readonly string[],
    head: readonly string[],
    live: readonly string[],
    rest: readonly string[],
    isOver: () => boolean,
  ) {
    for (let attempt = 1; ; attempt++) {
      const deadline =
        this.#clock === undefined ? "0" : String(Math.floor(performance.now() + this.#clock + this.#timeout));
      const probe = this.#isAllowed ? "0" : "1";
      const args = [...head, deadline, ...live, probe, ...rest];
      const answer = textOf(await this.#connection.run(this.#script, keys, args));
      const [, late, now] = /^(late )?(\d+)/.exec(answer) ?? [];
      if (now === undefined) throw new Error(`The script answered ${JSON.stringify(answer)}.`);
      this.#clock = Number(now) - performance.now();
      if (late && attempt > 2)
        throw new Error("The server's clock runs away: commands come after their time.");
      // Its publisher was told that it failed: what a client kept in its queue, or sends again, came too late indeed.
      if (late && isOver()) throw new Error("It came too late, so it wasn't stored.");
      if (late) continue;
      this.#isAllowed = true;
      return answer;
    }
  }
}

/** The parts of a batch that become an entry each; mostly it is the batch itself. */
function partsOf(frames: readonly Frame[]): (readonly Frame[])[] {
  const parts: Frame[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const frame of frames) {
    length += frame.payload.length;
    if (length > ENTRY) {
      parts.push([]);
      length = frame.payload.length;
    }
    parts.at(-1)?.push(frame);
  }
  return parts.length === 1 ? [frames] : parts;
}

function segmentsOf(frames: readonly Frame[]): Segment[] {
  const segments: Segment[] = [];
  for (const frame of frames) {
    const open = segments.at(-1);
    if (frame.key === undefined && open && open.key === undefined) open.frames.push(frame);
    else segments.push({ frames: [frame], key: frame.key });
  }
  return segments;
}

/** What tells contents apart: half of a hash. */
async function contentOf([frame]: readonly Frame[]): Promise<string> {
  return (await hash("SHA-256", frame?.content ?? "")).slice(0, 32);
}

/** What each frame got, of the script's answer: `<now> <epoch> <last before> <a mark per segment>`. */
function resultsOf(channel: string, segments: readonly Segment[], answer: string): Published[] {
  const [, epoch = "", first, ...marks] = answer.split(" ");
  const results: Published[] = [];
  let offset = Number(first);
  for (const [i, { frames, key = "" }] of segments.entries()) {
    const mark = marks[i];
    if (mark === "!") results.push({ error: conflict("redis", channel, key) });
    else if (mark === "+") {
      for (const _ of frames) results.push({ id: formatPosition(epoch, ++offset), duplicate: false });
    } else if (mark) results.push({ id: mark, duplicate: true });
    else throw new Error(`The script answered ${JSON.stringify(answer)}.`);
  }
  return results;
}
