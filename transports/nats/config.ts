/** How the stream is made, and what one that exists must have. */
import { RealtimeError } from "../../src/errors.js";
import type { StreamConfig, StreamInfo } from "./clients.js";
import { DEFAULT_AGE, DEFAULT_COUNT, RESERVED, type Settings } from "./options.js";

/** Nanoseconds of a millisecond. */
const NANOS = 1_000_000;

/**
 * A new stream's configuration. `nonce` becomes part of its subjects: should the stream be deleted and made anew, nobody
 * who still knows the old one can publish to the new one, or hear it, and take its numbers for the old one's.
 */
export function newConfig(settings: Settings, nonce: string): StreamConfig {
  const { stream: name, prefix, age = DEFAULT_AGE, count = DEFAULT_COUNT, totalBytes } = settings;
  const src = `${prefix}.${nonce}.c.>`;
  return {
    name,
    description: "Channels of Halyard. Change this text after you restored a backup.",
    subjects: [src],
    retention: "limits",
    discard: "old",
    storage: settings.storage ?? "file",
    num_replicas: settings.replicas ?? 1,
    max_age: age * NANOS,
    max_msgs_per_subject: count,
    max_bytes: totalBytes ?? -1,
    duplicate_window: settings.keyWindow * NANOS,
    republish: { src, dest: `${prefix}.${nonce}.live.>` },
  };
}

/** Where channels are in a stream. */
export interface Layout {
  /** A channel's token after this is the subject that it is stored under. */
  readonly stored: string;
  /** And after this, the subject that tells of what was stored. */
  readonly live: string;
}

const withoutWildcard = (subject: string | undefined) =>
  subject?.endsWith(".>") ? subject.slice(0, -1) : undefined;

/** Where the channels of an existing stream are. Throws `INVALID_OPTIONS` where it doesn't fit. */
export function layoutOf({ config }: StreamInfo, settings: Settings): Layout {
  const { subjects = [], republish } = config;
  const stored = withoutWildcard(subjects[0]);
  const live = withoutWildcard(republish?.dest);
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => holds || faults.push(fault);
  const equal = (key: keyof StreamConfig, wanted: unknown, option: string) => {
    const is = config[key];
    expect(
      wanted === undefined || is === wanted,
      `${key} is ${String(is)}, while ${option} asks for ${String(wanted)}`,
    );
  };
  const nanos = (milliseconds: number | undefined) => milliseconds && milliseconds * NANOS;

  expect(
    subjects.length === 1 && stored !== undefined,
    `its subjects are [${subjects}], not one that ends with .>`,
  );
  // Else two that were told apart by their prefixes would hear each other.
  expect(
    settings.within === undefined || !stored || stored.startsWith(`${settings.within}.`),
    `its subject is ${subjects[0]}, while prefix asks for ${settings.within}.>`,
  );
  expect(
    live !== undefined && republish?.src === subjects[0] && !republish?.headers_only,
    "it doesn't republish its subject, with data, to one that ends with .>",
  );
  expect(config.retention === "limits", `retention is ${config.retention}, not limits`);
  expect(!config.no_ack && !config.sealed, "it doesn't acknowledge, or is sealed");
  equal("duplicate_window", nanos(settings.keyWindow), "keyWindow");
  equal("max_age", nanos(settings.age), "history.age");
  equal("max_msgs_per_subject", settings.count, "history.count");
  equal("max_bytes", settings.totalBytes, "totalBytes");
  equal("num_replicas", settings.replicas, "replicas");
  equal("storage", settings.storage, "storage");
  const { max_msg_size: size = -1 } = config;
  expect(
    size < 0 || size >= settings.maxBytes + RESERVED,
    `max_msg_size is ${size}: give a smaller maxBytes`,
  );

  if (faults.length > 0 || stored === undefined || live === undefined) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `nats: stream "${settings.stream}" exists, but doesn't fit the options: ${faults.join("; ")}. Change the options or the stream, or give another stream.`,
    );
  }
  return { stored, live };
}
