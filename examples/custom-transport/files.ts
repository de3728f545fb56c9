/** What is done with the folder: each function is one step that other processes see whole, or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { RealtimeError } from "halyard/transport";
import { randomEpoch } from "halyard/transports/log";

/** A channel's own folder. Names may be longer than a file's, and hold what no file's may: this is neither. */
export const folderOf = (root: string, channel: string): string =>
  path.join(root, createHash("sha256").update(channel).digest("hex"));

/** The files of a channel: those of another epoch are none. */
export interface Files {
  readonly folder: string;
  readonly epoch: string;
}

/** A file begins where the one before it ended: at this offset. */
export const segmentPath = ({ folder, epoch }: Files, start: number): string =>
  path.join(folder, `${epoch}.${String(start).padStart(16, "0")}.log`);

/** Where a channel's files begin, in order. */
export const segmentsIn = async ({ folder, epoch }: Files): Promise<number[]> =>
  (await readdir(folder))
    .filter((name) => name.startsWith(`${epoch}.`) && name.endsWith(".log"))
    .map((name) => Number.parseInt(name.slice(epoch.length + 1), 10))
    .sort((a, b) => a - b);

/** The code of an error of the file system, such as `ENOENT`. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The epoch of a channel. Who comes first makes the folder and the epoch; they are lost together. */
async function epochOf(folder: string, channel: string): Promise<string> {
  const file = path.join(folder, "channel.json");
  for (;;) {
    try {
      return (JSON.parse(await readFile(file, "utf8")) as { epoch: string }).epoch;
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
    // Not the folders above it: where those are missing, a disk isn't there.
    await mkdir(folder).catch(unless("EEXIST"));
    const own = path.join(folder, randomUUID());
    await writeFile(own, JSON.stringify({ channel, epoch: randomEpoch() }));
    // Only one of several can give it this name.
    await link(own, file).catch(unless("EEXIST"));
    await unlink(own);
  }
}

/** The epoch of a channel, and where the oldest of its files begins. */
export async function foundIn(folder: string, channel: string): Promise<[epoch: string, oldest: number]> {
  const epoch = await epochOf(folder, channel);
  const [oldest = 0] = await segmentsIn({ folder, epoch });
  return [epoch, oldest];
}

/** What most looks at a file find is less than this. */
const CHUNK = 65_536;

/** What a file holds from a place on; `undefined` where there is no such file. */
export async function readFrom(file: string, from: number): Promise<Buffer | undefined> {
  const handle = await open(file, "r").catch(unless("ENOENT"));
  if (!handle) return undefined;
  try {
    const chunks: Buffer[] = [];
    for (let at = from; ; ) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
      chunks.push(buffer.subarray(0, bytesRead));
      at += bytesRead;
      if (bytesRead < CHUNK) return Buffer.concat(chunks);
    }
  } finally {
    await handle.close();
  }
}

/** Appends with one write, which the system does as a whole between those of others. */
export async function appendTo(
  file: string,
  bytes: Buffer,
  at: { create: boolean; sync: boolean },
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_APPEND | (at.create ? constants.O_CREAT : 0);
  const handle = await open(file, flags);
  try {
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length)
      throw new Error(`Only ${bytesWritten} of ${bytes.length} bytes were written.`);
    if (at.sync) await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Lets an error of this code pass. */
export const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (codeOf(error) !== code) throw error;
  };

/** Whatever the file system refuses, as the contract wants it. */
export function failed(channel: string, cause: unknown): RealtimeError {
  if (cause instanceof RealtimeError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RealtimeError(
    "TRANSPORT_FAILED",
    `folder: channel "${channel}" can't be read or written: ${why}`,
    {
      cause,
    },
  );
}
