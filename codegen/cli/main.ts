/** The command line: from arguments to an exit code. */
import { isCodegenError } from "../errors.js";
import { readArguments } from "./arguments.js";
import { runCheck, runGenerate, runList } from "./commands.js";
import { helpFor } from "./help.js";
import { readVersion } from "./version.js";

/** What the command reads and writes, passed in so that tests need no process. */
export interface Io {
  readonly cwd: string;
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
}

/** 0: done. 1: something is wrong. 2: the output is stale. */
export type ExitCode = 0 | 1 | 2;

const commands = { generate: runGenerate, check: runCheck, list: runList };

/** Runs the command with the arguments that follow its name. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const given = readArguments(argv);
  if ("problem" in given) {
    io.error(`halyard: ${given.problem}\nRun \`halyard --help\` to see what there is.\n`);
    return 1;
  }
  const { command, options } = given;
  if (options.version) {
    io.out(`${readVersion()}\n`);
    return 0;
  }
  if (options.help || command === undefined) {
    const help = helpFor(command);
    if (options.help) io.out(help);
    else io.error(help);
    return options.help ? 0 : 1;
  }
  try {
    return await commands[command](options, io);
  } catch (error) {
    if (!isCodegenError(error)) throw error;
    const count = error.problems.length;
    io.error(
      `${error.message}\n\n${count === 1 ? "1 problem" : `${count} problems`}; nothing was written.\n`,
    );
    return 1;
  }
}
