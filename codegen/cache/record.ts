/** Keeps snapshots on disk, so that the next process has less to do, or nothing. Without a node_modules nothing is kept. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { MODEL_VERSION } from "../model.js";
import type { ReaderOptions } from "../reader.js";
import { hashOf } from "./disk.js";
import type { Snapshot } from "./snapshot.js";

/** Goes up when a snapshot takes another form. */
const FORMAT = 1;
/** Of more projects than this, the oldest are forgotten. */
const MAX_RECORDS = 40;

/** Reads and writes the snapshot of one project. None of it ever fails: what isn't there, or is of no use, costs time. */
export interface RecordFile {
  load(): Snapshot | undefined;
  save(snapshot: Snapshot): void;
}

/** Where a project's snapshot is kept; `undefined` where it can't be. */
export function openRecord({ cwd, project, outputNames }: ReaderOptions): RecordFile | undefined {
  const folder = cacheFolder(path.resolve(cwd, project ?? ""));
  if (folder === undefined) return undefined;
  const name = hashOf(JSON.stringify([cwd, project ?? null, outputNames])).slice(0, 24);
  const file = path.join(folder, `${name}.json`);
  return {
    load() {
      try {
        const record: { key?: string; snapshot?: Snapshot } = JSON.parse(readFileSync(file, "utf8"));
        return record.key === keyOfReader() ? record.snapshot : undefined;
      } catch {
        return undefined;
      }
    },
    save(snapshot) {
      const temporary = `${file}.${process.pid}.tmp`;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(temporary, JSON.stringify({ key: keyOfReader(), snapshot }));
        renameSync(temporary, file);
        forgetOldest(folder);
      } catch {
        // A disk that is full or read-only slows the next run down, no more.
        if (existsSync(temporary)) rmSync(temporary, { force: true });
      }
    },
  };
}

function cacheFolder(from: string): string | undefined {
  const modules = path.join(from, "node_modules");
  try {
    return path.join(realpathSync(modules), ".cache", "halyard");
  } catch {
    const parent = path.dirname(from);
    return parent === from ? undefined : cacheFolder(parent);
  }
}

function forgetOldest(folder: string): void {
  const records = readdirSync(folder).map((name) => path.join(folder, name));
  if (records.length <= MAX_RECORDS) return;
  const age = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const byAge = records.map((file) => ({ file, age: age(file) })).sort((a, b) => b.age - a.age);
  for (const { file } of byAge.slice(MAX_RECORDS)) rmSync(file, { force: true });
}

let key: string | undefined;

/** What this reader is: another one may read the same otherwise. */
function keyOfReader(): string {
  if (key !== undefined) return key;
  const own = path.join(import.meta.dirname, "..");
  const manifest = ["..", "../.."].map((up) => textOf(path.join(own, up, "package.json"))).find(Boolean);
  // What is installed has a version; what one works on changes under the same.
  const isInstalled = own.includes(`${path.sep}node_modules${path.sep}`);
  key = hashOf(JSON.stringify([FORMAT, MODEL_VERSION, manifest ?? null, isInstalled ? [] : timesIn(own)]));
  return key;
}

const timesIn = (folder: string): readonly string[] =>
  ["", "read", "cache"].flatMap((name) =>
    readdirSync(path.join(folder, name))
      .filter((file) => /\.[jt]s$/.test(file))
      .map((file) => `${file} ${statSync(path.join(folder, name, file)).mtimeMs}`),
  );

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
