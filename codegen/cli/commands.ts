/** The commands that run once, and what they say. */
import { check, generate, list } from "../generate.js";
import type { ProjectOptions } from "../project.js";
import type { Options } from "./arguments.js";
import type { ExitCode, Io } from "./io.js";
import { phaseOf } from "./phase.js";
import { countChannels, inCwd, jsonOf, say, sayWarnings, sayWritten, shown, shownDiff } from "./report.js";
import { tableOf } from "./table.js";

/** What all commands take. */
export const projectOf = ({ project, config, silent, json }: Options, io: Io): ProjectOptions => ({
  cwd: io.cwd,
  project,
  config,
  onPhase: silent || json ? undefined : (phase) => io.progress?.show(phaseOf(phase)),
});

export async function runGenerate(options: Options, io: Io): Promise<ExitCode> {
  if (options.check) return runCheck(options, io);
  if (options.watch) return (await import("./watch.js")).runWatch(options, io);
  const dryRun = options["dry-run"] ?? false;
  const generated = await generate({ ...projectOf(options, io), out: options.out, dryRun });
  io.progress?.stop();
  sayWarnings(options, io, generated.warnings);
  if (options.json) io.out(`${JSON.stringify(jsonOf(generated, io, { texts: dryRun }), null, 2)}\n`);
  else if (dryRun) io.out(printed(generated.files, io));
  else sayWritten(options, io, generated);
  return 0;
}

/** The files' texts: one as it is, so that it can be piped; several each below its path. */
function printed(files: readonly { readonly file: string; readonly text: string | undefined }[], io: Io) {
  if (files.length === 1) return files[0]?.text ?? "";
  return files.map(({ file, text }) => `==> ${shown(file, io)} <==\n${text ?? "(removed)\n"}`).join("\n");
}

export async function runCheck(options: Options, io: Io): Promise<ExitCode> {
  const checked = await check({ ...projectOf(options, io), out: options.out });
  io.progress?.stop();
  const { files, stale, diff, warnings } = checked;
  if (options.json) {
    io.out(`${JSON.stringify({ ...jsonOf(checked, io, { stale }), diff: inCwd(diff, io) }, null, 2)}\n`);
    return stale ? 2 : 0;
  }
  sayWarnings(options, io, warnings);
  if (stale && !options.silent) io.error(`${shownDiff(diff, io)}\n\nRun \`halyard generate\`.\n`);
  if (stale) return 2;
  const [only] = files;
  const what = only && files.length === 1 ? `${shown(only.file, io)} is` : `${files.length} files are`;
  say(options, io, `${what} up to date: ${countChannels(checked)}.`);
  return 0;
}

export async function runList(options: Options, io: Io): Promise<ExitCode> {
  const models = await list(projectOf(options, io));
  io.progress?.stop();
  if (options.json) io.out(`${JSON.stringify(models.length === 1 ? models[0] : models, null, 2)}\n`);
  else if (models.every(({ channels }) => channels.length === 0)) io.out("No exported channels.\n");
  else for (const model of models) io.out(tableOf(model));
  return 0;
}
