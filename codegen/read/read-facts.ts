/** Reads what files export, where it isn't known yet, and each channel under the name that it gets among all. */
import type { ts } from "ts-morph";
import { isLacking, lackingIn, winnersOf } from "../assemble.js";
import type { FileFacts, Part } from "../cache/snapshot.js";
import type { ChannelModel } from "../model.js";
import { type FileReading, readFile, reportImports } from "./channels.js";
import { type Context, createFindings, type Findings, reporter } from "./context.js";
import { reachedFrom } from "./graph.js";
import { isInstalled } from "./packages.js";
import type { Resolver } from "./resolver.js";
import { reportSyntax } from "./syntax.js";

export interface FactsInput {
  /** The project's own modules. */
  readonly own: ReadonlySet<string>;
  readonly root: string;
  readonly resolver: Resolver;
  /** Gets what is wrong. */
  readonly findings: Findings;
  /** Loads files, and what they import. */
  readonly load: (files: readonly string[]) => ts.Program;
  /** Whether it is a problem that an import leads nowhere. */
  readonly isMissing: (specifier: ts.StringLiteral) => boolean;
  /** Whether all files of the project are loaded. */
  readonly whole: boolean;
}

/** The part with the facts of all candidates that are without fault. Of the others nothing is kept, so that they are read again. */
export function readFacts(part: Part, input: FactsInput): Part {
  const pending = new Set(part.candidates.filter((file) => !part.facts[file]));
  // Where a file loses a channel's name to another one, that other one's model isn't known yet.
  for (const { file } of lackingIn(part)) pending.add(file);
  if (pending.size === 0) return part;

  const { own, root, isMissing, whole } = input;
  const findings = createFindings();
  const report = () => input.findings.addAll(findings);
  const files = [...pending].sort();
  const program = input.load(files);
  // A workspace's packages are sources, too.
  const loaded = [...reachedFrom([...files, ...part.ambient], part.nodes)].filter(
    (file) => own.has(file) || !isInstalled(file),
  );
  const sources = (names: readonly string[]) => names.flatMap((name) => program.getSourceFile(name) ?? []);
  reportSyntax(program, sources(loaded.sort()), root, findings);
  if (findings.count() > 0) {
    report();
    return without(part, pending);
  }

  const context = contextOf(program, { ...input, findings });
  const readings = new Map<string, FileReading>();
  const faulty = new Set<string>();
  /** Does a step of a file's reading, and notes whether it was without fault. */
  const watch = <T>(file: string, step: () => T): T => {
    const count = findings.count();
    const result = step();
    if (findings.count() > count) faulty.add(file);
    return result;
  };
  for (const source of sources(files))
    watch(source.fileName, () => reportImports(source, context, isMissing));
  for (const source of sources(files)) {
    const reading = watch(source.fileName, () => readFile(source, context, isMissing));
    readings.set(source.fileName, reading);
  }

  const winners = winnersOf(part.candidates, (file) => readings.get(file) ?? part.facts[file]);
  const lost = winners.filter((winner) => !readings.has(winner.file) && isLacking(part, winner));
  if (lost.length > 0) return readFacts(without(part, new Set(lost.map(({ file }) => file))), input);
  const models = new Map<string, Record<string, ChannelModel>>();
  for (const { file, entry } of winners) {
    const read = readings.get(file)?.readModel;
    if (!read) continue;
    const model = watch(file, () => read(entry));
    models.set(file, { ...models.get(file), ...model });
  }
  report();
  const read = [...readings].flatMap(([file, { exports }]): [string, FileFacts][] =>
    faulty.has(file)
      ? []
      : [[file, { ...(whole ? { whole } : {}), exports, models: models.get(file) ?? {} }]],
  );
  return { ...part, facts: { ...without(part, pending).facts, ...Object.fromEntries(read) } };
}

const without = (part: Part, files: ReadonlySet<string>): Part => ({
  ...part,
  facts: Object.fromEntries(Object.entries(part.facts).filter(([file]) => !files.has(file))),
});

function contextOf(program: ts.Program, { own, root, resolver, findings }: FactsInput): Context {
  return {
    program,
    checker: program.getTypeChecker(),
    root,
    isOwn: (file) => own.has(file.fileName),
    resolves: (specifier) => resolver.resolves(specifier),
    report: reporter(findings, root),
  };
}
