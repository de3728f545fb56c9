/** What `--help` prints. */
import type { Command } from "./arguments.js";

const overview = `halyard reads the channels that your project exports, and writes typed client bindings for them:
one TypeScript file without your sources and without a validator.

Usage: halyard <command> [options]

Commands
  generate     write the bindings
  check        exit with 2 where the bindings are stale; the same as generate --check
  list         show the channels that were found

Options
  -p, --project FILE   the tsconfig of the project, or its folder (default: the nearest tsconfig.json)
  -h, --help           show this, or the help of a command: halyard generate --help
  -v, --version        show the version

Exit codes: 0 done, 1 something is wrong, 2 the bindings are stale.
`;

const common = `  -p, --project FILE   the tsconfig of the project, or its folder (default: the nearest tsconfig.json)
  -h, --help           show this
`;

const out = `  -o, --out FILE       the file to write (default: src/halyard.gen.ts beside the tsconfig). It has to lie in the
                       folder that you are in, or in the tsconfig's. A file that halyard didn't write is left alone.
`;

const silent = `  -s, --silent         say nothing but what is wrong
`;

const commands: Readonly<Record<Command, string>> = {
  generate: `Usage: halyard generate [options]

Writes the bindings of all exported channels into one file, and only where something changed. What can't be read is
reported with its place; then nothing is written.

Options
${out}${common}${silent}      --check            write nothing; exit with 2 where the file is stale
      --dry-run          write nothing; print the file

Exit codes: 0 done, 1 something is wrong, 2 (with --check) the file is stale.
`,
  check: `Usage: halyard check [options]

Generates in memory and compares with the file: for CI. Shows the lines that differ.

Options
${out}${common}  -s, --silent         say nothing but what is wrong: the exit code tells whether the file is stale

Exit codes: 0 up to date, 1 something is wrong, 2 stale.
`,
  list: `Usage: halyard list [options]

Shows each exported channel: its export, its name, its topics, its file.

Options
${common}      --json             print all that is known of them, as JSON

Exit codes: 0 done, 1 something is wrong.
`,
};

/** The help of a command, or of all. */
export const helpFor = (command: Command | undefined): string => (command ? commands[command] : overview);
