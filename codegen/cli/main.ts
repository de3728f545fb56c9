/** The command line: from arguments to an exit code. */
import { isCodegenError } from "../errors.js";
import { type Command, type Options, readArguments } from "./arguments.js";
import type { ExitCode, Io } from "./io.js";

/** Each is loaded when it is asked for. */
const commands: Readonly<Record<Command, () => Promise<(options: Options, io: Io) => Promise<ExitCode>>>> = {
  init: async () => (await import("./init.js")).runInit,
  generate: async () => (await import("./commands.js")).runGenerate,
  check: async () => (await import("./commands.js")).runCheck,
  list: async () => (await import("./commands.js")).runList,
};

/** Runs the command with the arguments that follow its name. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const given = readArguments(argv);
  if ("problem" in given) {
    if (argv.includes("--json")) return sayJson(io, [{ code: "CODEGEN_OPTIONS", message: given.problem }]);
    io.error(`halyard: ${given.problem}\nRun \`halyard --help\` to see what there is.\n`);
    return 1;
  }
  const { command, options } = given;
  if (options.version) {
    const { readVersion } = await import("./version.js");
    io.out(`${readVersion()}\n`);
    return 0;
  }
  if (options.help || command === undefined) {
    const { helpFor } = await import("./help.js");
    const help = helpFor(command);
    if (options.help) io.out(help);
    else io.error(help);
    return options.help ? 0 : 1;
  }
  try {
    const run = await commands[command]();
    return await run(options, io);
  } catch (error) {
    io.progress?.stop();
    if (!isCodegenError(error)) throw error;
    if (options.json) return sayJson(io, error.problems);
    const { sayError } = await import("./report.js");
    sayError(io, error);
    return 1;
  }
}

async function sayJson(io: Io, problems: Parameters<typeof import("./report.js").jsonOfProblems>[0]) {
  const { jsonOfProblems } = await import("./report.js");
  io.out(`${JSON.stringify(jsonOfProblems(problems), null, 2)}\n`);
  return 1 as const;
}
