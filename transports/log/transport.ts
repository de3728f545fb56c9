/** A log joined to the contract of transports. */
import type { Frame } from "../../src/frame.js";
import type { Gap, HistoryQuery, Published, Sink, Supports, Transport } from "../../src/transport.js";
import { FanOut } from "./fan-out.js";
import { Gate } from "./gate.js";
import { bytesOf, whole } from "./limits.js";
import type { Log } from "./log.js";
import { Member } from "./member.js";
import { closed, noKeys, tooLarge } from "./refusals.js";
import { Reports } from "./reports.js";
import { PAGE, Room } from "./room.js";

/** What a transport is made of. */
export interface LogTransportOptions<S extends Supports> {
  /** For errors and logs. */
  readonly name: string;
  /** What it claims; `replay` must be true. */
  readonly supports: S & { readonly replay: true };
  readonly log: Log;
}

/** A transport over a log: it always has a history. */
export interface LogTransport<S extends Supports> extends Transport<S> {
  history: NonNullable<Transport["history"]>;
}

/** After a broker's restart, this many channels at a time are read; else all would be at once. */
const READS_AT_ONCE = 32;

/** The transport, and how much it holds: tests count that. */
export function createLogTransport<S extends Supports>({ name, supports, log }: LogTransportOptions<S>) {
  const rooms = new Map<string, Room>();
  const gate = new Gate(READS_AT_ONCE);
  const fanOut = new FanOut();
  const reports = new Reports();
  log.reportTo?.((error) => reports.tell(error.message, error));
  let closing: Promise<void> | undefined;

  function checkOpen(): void {
    if (closing) throw closed(name);
  }

  function refusal(channel: string, frame: Frame): Published | undefined {
    if (frame.key !== undefined && supports.keys === false) return { error: noKeys(name, channel) };
    const bytes = bytesOf(frame, supports.maxBytes);
    if (bytes <= supports.maxBytes) return undefined;
    return { error: tooLarge(name, channel, bytes, supports.maxBytes) };
  }

  /** Tells a member all that came after a position, up to where it goes on live. Gives the position where it starts. */
  async function replay(channel: string, member: Member, after: string): Promise<string> {
    let position = after;
    let gap: Gap | undefined;
    while (!member.ended) {
      // Before it reads: what is stored while it does must be in one of the two.
      member.collect();
      const page = await log.read(channel, { ...PAGE, after: position });
      gap ??= page.gap;
      member.tell(page.deliveries, page.gap);
      position = page.position;
      if (!page.more && member.goLive(position)) break;
    }
    return gap ? position : after;
  }

  const transport: LogTransport<S> = {
    name,
    supports,

    async publish(channel, frames, at) {
      checkOpen();
      const results = frames.map((frame) => refusal(channel, frame));
      const taken = frames.filter((_, i) => !results[i]);
      if (taken.length === 0) return results as Published[];
      const answers = (await log.append(channel, taken, at)).values();
      return results.map((refused) => refused ?? (answers.next().value as Published));
    },

    async subscribe(channel, { after, signal }, sink: Sink) {
      checkOpen();
      signal?.throwIfAborted();
      const known = rooms.get(channel);
      const room = known ?? new Room(channel, { name, log, gate, fanOut, rooms, reports });
      const member = new Member(sink, signal, fanOut, () => {
        room.members.delete(member);
        room.closeIfEmpty();
      });
      member.collect();
      room.members.add(member);
      try {
        const position = await member.begin(async () => {
          const start = await room.opened;
          if (after !== undefined) return replay(channel, member, after);
          // What the channel has yet to be told may be older than this call.
          const now = known ? await log.end(channel) : start;
          return member.goLive(now) ? now : replay(channel, member, now);
        });
        return { position, unsubscribe: member.end };
      } catch (error) {
        member.end();
        throw error;
      }
    },

    async history(channel, query: HistoryQuery) {
      checkOpen();
      whole(query.limit, `${name}: limit`);
      return log.read(channel, query);
    },

    reportTo: (report) => reports.add(report),

    close() {
      closing ??= (async () => {
        for (const room of [...rooms.values()]) room.fail(closed(name));
        await log.close();
      })();
      return closing;
    },
  };

  const held = () => {
    const all = [...rooms.values()];
    const sum = (of: (room: Room) => number) => all.reduce((total, room) => total + of(room), 0);
    return {
      rooms: all.length,
      members: sum(({ members }) => members.size),
      timers: sum(({ timers }) => timers),
    };
  };
  return { transport, held };
}

/**
 * Makes a transport of a log: it hands over from replay to live without a hole or a repeat, tells of gaps, bounds
 * what it holds, and begins and ends subscriptions. The log only appends, reads and watches.
 *
 * @example
 * ```ts
 * export const folder = (path: string) =>
 *   logTransport({ name: "folder", supports: { replay: true, keys: false, maxBytes: 65_536, shared: true }, log: openFolder(path) });
 * ```
 */
export const logTransport = <const S extends Supports>(options: LogTransportOptions<S>): LogTransport<S> =>
  createLogTransport(options).transport;
