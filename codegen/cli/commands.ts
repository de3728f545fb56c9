/** The commands, and what they say. */
import path from "node:path";
import { check, generate, list } from "../index.js";
import type { ChannelModel, Model } from "../model.js";
import type { Options } from "./arguments.js";
import type { ExitCode, Io } from "./main.js";

export async function runGenerate(options: Options, io: Io): Promise<ExitCode> {
  if (options.check) return runCheck(options, io);
  const dryRun = options["dry-run"];
  const { files, models } = await generate({
    cwd: io.cwd,
    project: options.project,
    out: options.out,
    dryRun,
  });
  if (dryRun) {
    for (const { text } of files) io.out(text ?? "");
    return 0;
  }
  for (const { file, status } of files) {
    const what = `${count(models)} in ${shown(file, io)}`;
    say(options, io, status === "same" ? `Nothing to do: ${what}, as before.` : `Wrote ${what}.`);
  }
  return 0;
}

export async function runCheck(options: Options, io: Io): Promise<ExitCode> {
  const { files, stale, diff, models } = await check({
    cwd: io.cwd,
    project: options.project,
    out: options.out,
  });
  if (!stale) {
    for (const { file } of files) say(options, io, `${shown(file, io)} is up to date: ${count(models)}.`);
    return 0;
  }
  if (!options.silent)
    io.error(`${diff.replaceAll(`${io.cwd}${path.sep}`, "")}\n\nRun \`halyard generate\`.\n`);
  return 2;
}

export async function runList(options: Options, io: Io): Promise<ExitCode> {
  const models = await list({ cwd: io.cwd, project: options.project });
  if (options.json) io.out(`${JSON.stringify(models.length === 1 ? models[0] : models, null, 2)}\n`);
  else if (models.every(({ channels }) => channels.length === 0)) io.out("No exported channels.\n");
  else for (const model of models) io.out(table(model));
  return 0;
}

/** One line per channel, in columns. */
function table({ channels }: Model): string {
  const rows = channels.map((channel) => [
    channel.id,
    nameOf(channel),
    channel.topics.map(({ name }) => name).join(", "),
    channel.file,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join("  ")}\n`).join("");
}

function nameOf({ name }: ChannelModel): string {
  if (name.kind === "literal") return name.name;
  if (name.kind === "pattern") return name.pattern;
  const params = name.params.map((param) => param.name);
  return name.template
    .map((part) => (typeof part === "string" ? part : `\${${[params[part.param], ...part.path].join(".")}}`))
    .join("");
}

const count = (models: readonly Model[]) => {
  const channels = models.flatMap(({ channels }) => channels).length;
  return channels === 1 ? "1 channel" : `${channels} channels`;
};

const shown = (file: string, { cwd }: Io) => path.relative(cwd, file) || file;

const say = ({ silent }: Options, io: Io, text: string) => {
  if (!silent) io.out(`${text}\n`);
};
