/** Reads a project with ts-morph. Nothing outside of this folder knows a compiler. */
import { createRequire } from "node:module";
import path from "node:path";
import type { Disk } from "../cache/disk.js";
import type { Part, Snapshot, SnapshotChanges } from "../cache/snapshot.js";
import { type Changes, emptyTrace } from "../cache/trace.js";
import { CodegenError } from "../errors.js";
import type { ReaderOptions, Session } from "../reader.js";
import { type Config, findConfig, readConfigs } from "./config.js";
import { createFindings } from "./context.js";
import { isInstalled } from "./packages.js";
import { openPart, type PartReader } from "./part.js";

/** Opens a project. `loadsAll` reads every file of it, whether it can hold channels or not: for comparison. */
export function openSession(
  { cwd, project, outputNames }: ReaderOptions,
  disk: Disk,
  loadsAll = false,
): Session {
  let latest: Snapshot;
  let configs: readonly Config[] | undefined;
  const readers = new Map<string, PartReader>();
  const views = {
    configs: disk.view(() => latest.configs),
    sources: disk.view(() => latest.sources),
    program: disk.view(() => latest.program),
    unnoted: disk.view(emptyTrace),
  };
  const readerOf = (config: Config) => {
    const reader = readers.get(config.file) ?? openPart({ ...views, outputNames, loadsAll });
    readers.set(config.file, reader);
    return reader;
  };

  return {
    read(before, changes) {
      const isOutdated = before.parts.length === 0 || isAmbient(changes);
      latest = before;
      if (!configs || before.torn || isOutdated || isAny(changes.configs)) {
        configs = undefined;
        latest = { ...before, configs: emptyTrace() };
        try {
          const file = findConfig(cwd, project, views.configs);
          configs = readConfigs(file, views.configs);
          latest = { ...latest, root: path.dirname(file) };
        } catch (error) {
          if (!(error instanceof CodegenError)) throw error;
          return { snapshot: { ...latest, torn: true }, loaded: [], error };
        }
      }
      // What is known names its files as they are to be found from the root.
      const isNew = isOutdated || latest.root !== before.root;
      // Where files came or went, an import may lead elsewhere; what was looked at before may no longer matter.
      const { shape, files } = changes.sources;
      const keepsTargets = !isNew && shape.length === 0 && !files.some((file) => MANIFEST.test(file));
      const { torn: _, ...whole } = latest;
      latest = {
        ...whole,
        sources: keepsTargets ? latest.sources : emptyTrace(),
        program: isNew ? emptyTrace() : latest.program,
      };
      if (isNew) {
        readers.clear();
        noteCompiler(views.program.hash);
      }
      const known = new Map(isNew ? [] : before.parts.map((part) => [part.config, part]));
      const findings = createFindings();
      const sourcesLoaded = new Set<string>();
      const { root } = latest;
      const parts = configs.map((config): Part => {
        const input = {
          config,
          before: known.get(config.file),
          keepsTargets,
          root,
          findings,
          loaded: sourcesLoaded,
        };
        return readerOf(config).read(input);
      });
      latest = { ...latest, parts };
      const loaded = [...sourcesLoaded].sort();
      const [first, ...more] = findings.problems;
      if (first) return { snapshot: latest, loaded, error: new CodegenError([first, ...more]) };
      return { snapshot: latest, loaded };
    },
  };
}

/** What says how a package's modules are to be found. */
const MANIFEST = /[\\/]package\.json$/;

/** Whether something changed that may matter to every file: a package, or what is known everywhere. */
const isAmbient = ({ configs, sources, program }: SnapshotChanges) =>
  isAny(program) ||
  [configs, sources].some(({ files, shape }) => files.some(isInstalled) || shape.some(isInstalled));

const isAny = ({ files, shape }: Changes) => files.length + shape.length > 0;

/** Takes note of which compiler reads: another one may read the same otherwise. */
function noteCompiler(note: (file: string) => unknown): void {
  const require = createRequire(import.meta.url);
  for (const name of ["ts-morph", "@ts-morph/common"]) {
    try {
      const from = name === "ts-morph" ? require : createRequire(require.resolve("ts-morph"));
      note(path.join(path.dirname(from.resolve(name)), "../package.json"));
    } catch {
      // It is loaded, so it is there; how it was found is nothing that could be noted.
    }
  }
}
