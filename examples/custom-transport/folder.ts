/** A transport over a folder, which processes of one machine share: each channel is a few files that all append to. */
import { mkdirSync, watch } from "node:fs";
import { type Duration, formatPosition, RealtimeError } from "halyard/transport";
import { type Log, lasting, logTransport, whole } from "halyard/transports/log";
import { Channel } from "./channel.js";
import { readPage } from "./page.js";
import type { Settings } from "./settings.js";

export interface FolderOptions {
  /** The folder. It is made where it isn't there. */
  readonly path: string;
  /** Bytes that a channel keeps for replay, at least. Default 4 MiB. */
  readonly history?: number | undefined;
  /** How long an idempotency key is remembered, at least. Default `"10m"`. Files are kept as long. */
  readonly keyWindow?: Duration | undefined;
  /** Bytes of payload that one message may have. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** How often files are looked at beside what the system tells of them. Default `"500ms"`. */
  readonly poll?: Duration | undefined;
  /** Whether a publish waits for the disk: then what is stored outlasts a power cut, too. Default `false`. */
  readonly sync?: boolean | undefined;
}

/** Channels that are known though nobody listens to them; others are read anew when they are needed. */
const KNOWN = 1_000;

/**
 * Keeps channels in a folder, for all processes of this machine that are given it. Throws `INVALID_OPTIONS` where the
 * folder can't be made, or a number is none.
 *
 * @example
 * ```ts
 * const app = createRealtime({ transport: folder({ path: "./channels" }) });
 * ```
 */
export const folder = (options: FolderOptions) => {
  const { log, supports } = openFolder(options);
  return logTransport({ name: "folder", supports, log });
};

/** The log of it, and how many channels it follows: tests count that. */
export function openFolder({ path, history = 4_194_304, poll = "500ms", ...options }: FolderOptions) {
  const { maxBytes = 1_048_576, keyWindow = "10m", sync = false } = options;
  const settings: Settings = {
    path,
    history: whole(history, "folder: history"),
    segment: Math.max(4_096, Math.ceil(history / 4)),
    keyWindow: lasting(keyWindow, "folder: keyWindow"),
    sync,
  };
  const pause = lasting(poll, "folder: poll");
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new RealtimeError("INVALID_OPTIONS", `folder: path "${path}" can't be made a folder.`, { cause });
  }

  const channels = new Map<string, Channel>();
  let watched = 0;

  function channel(name: string): Channel {
    const found = channels.get(name) ?? new Channel(name, settings);
    // The one that was used last stands last.
    channels.delete(name);
    channels.set(name, found);
    for (const [other, { watchers }] of channels) {
      if (channels.size <= KNOWN + watched) break;
      if (watchers.size === 0) channels.delete(other);
    }
    return found;
  }

  const log: Log = {
    append: (name, frames) => channel(name).append(frames),
    read: (name, query) => readPage(channel(name), settings.history, query),
    end(name) {
      const own = channel(name);
      return own.upToDate(() => formatPosition(own.epoch, own.known.last));
    },

    async watch(name, watcher) {
      const own = channel(name);
      let isReading = false;
      let isAgain = false;
      const look = () => {
        // What comes now may be behind what is being read.
        isAgain = isReading;
        if (isReading) return;
        isReading = true;
        // Where it fails, it is tried again by the next look; who publishes or reads hears of it.
        const read = own.upToDate(() => {}).catch(() => {});
        read.then(() => {
          isReading = false;
          if (isAgain && own.watchers.has(watcher)) look();
        });
      };
      await own.upToDate(() => {});
      const stop = follow(own.folder, look, pause);
      own.watchers.add(watcher);
      watched += 1;
      // From here on, whatever this process reads is told, whoever asked it to.
      return () => {
        if (!own.watchers.delete(watcher)) return;
        watched -= 1;
        stop();
      };
    },

    async close() {
      channels.clear();
    },
  };

  const supports = {
    replay: true,
    keys: settings.keyWindow,
    maxBytes: whole(maxBytes, "folder: maxBytes"),
    shared: true,
  } as const;
  return { log, supports, watched: () => watched };
}

/** Calls back when something in a folder may have changed, and every now and then. */
function follow(folder: string, look: () => void, pause: number): () => void {
  const timer = setInterval(look, pause).unref();
  try {
    const files = watch(folder, { persistent: false }, look);
    // A system follows so many folders, and some not at all: then there is the timer.
    files.on("error", () => files.close());
    return () => {
      clearInterval(timer);
      files.close();
    };
  } catch {
    return () => clearInterval(timer);
  }
}
