/** The commands, and what they say. */
import path from "node:path";
import { check, generate, list } from "../index.js";
import type { ChannelModel, Model } from "../model.js";
import type { Options } from "./arguments.js";
import type { ExitCode, Io } from "./main.js";

export async function runGenerate(options: Options, io: Io): Promise<ExitCode> {
  if (options.check) return runCheck(options, io);
  const dryRun = options["dry-run"];
  const result = await generate({ cwd: io.cwd, project: options.project, out: options.out, dryRun });
  if (dryRun) {
    io.out(result.code);
    return 0;
  }
  const what = `${count(result.model)} in ${shown(result.file, io)}`;
  say(options, io, result.changed ? `Wrote ${what}.` : `Nothing to do: ${what}, as before.`);
  return 0;
}

export async function runCheck(options: Options, io: Io): Promise<ExitCode> {
  const { file, stale, diff, model } = await check({
    cwd: io.cwd,
    project: options.project,
    out: options.out,
  });
  const name = shown(file, io);
  if (!stale) {
    say(options, io, `${name} is up to date: ${count(model)}.`);
    return 0;
  }
  if (!options.silent) {
    const why = diff === "" ? `${name} isn't there yet.` : `${name} is stale:\n\n${diff}\n`;
    io.error(`${why}\nRun \`halyard generate\`.\n`);
  }
  return 2;
}

export async function runList(options: Options, io: Io): Promise<ExitCode> {
  const model = await list({ cwd: io.cwd, project: options.project });
  if (options.json) io.out(`${JSON.stringify(model, null, 2)}\n`);
  else if (model.channels.length === 0) io.out("No exported channels.\n");
  else io.out(table(model));
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

const count = ({ channels }: Model) => (channels.length === 1 ? "1 channel" : `${channels.length} channels`);

const shown = (file: string, { cwd }: Io) => path.relative(cwd, file) || file;

const say = ({ silent }: Options, io: Io, text: string) => {
  if (!silent) io.out(`${text}\n`);
};
