/** What `--help` prints. */
import type { Command } from "./arguments.js";

const overview = `halyard reads the channels that your project exports, and writes what others need to use them:
typed client bindings, without your sources and without a validator; JSON Schemas; a contract to review.

Usage: halyard <command> [options]

Commands
  init         write a channels.config.ts, and what Git should know of the outputs
  generate     write the outputs; with --watch after each change
  check        exit with 2 where an output is stale; the same as generate --check
  list         show the channels that were found

Options
  -p, --project FILE   the tsconfig of the project, or its folder (default: the nearest tsconfig.json)
  -c, --config FILE    the config (default: channels.config.ts, .mts, .js or .mjs where you are, if it is there)
  -h, --help           show this, or the help of a command: halyard generate --help
  -v, --version        show the version

Exit codes: 0 done, 1 something is wrong, 2 an output is stale.
`;

const project = `  -p, --project FILE   the tsconfig of the project, or its folder (default: the nearest tsconfig.json)
`;
const config = `  -c, --config FILE    the config (default: channels.config.ts, .mts, .js or .mjs where you are, if it is there)
`;
const out = `  -o, --out FILE       the TypeScript file to write, where there is no config (default: src/halyard.gen.ts beside
                       the tsconfig). It has to lie in the folder that you are in, or in the tsconfig's.
`;
const silent = `  -s, --silent         say nothing but what is wrong
`;
const json = `      --json           print one JSON document: status, files, warnings, problems
`;
const help = `  -h, --help           show this
`;

const commands: Readonly<Record<Command, string>> = {
  init: `Usage: halyard init [options]

Writes a channels.config.ts, after asking which outputs you want and whether to commit them, and tells Git of them.
What is there already is never overwritten. Without a terminal it asks nothing and takes the defaults.

Options
${project}  -y, --yes            ask nothing: bindings in TypeScript, committed
${silent}${help}
Exit codes: 0 done, or there is a config already; 1 something is wrong.
`,
  generate: `Usage: halyard generate [options]

Writes the outputs of all exported channels, and only where something changed. What can't be read is reported with its
place; then nothing is written. A file that halyard didn't write is left alone.

Options
${out}${project}${config}  -w, --watch          generate, and again after each change, until Ctrl-C; errors don't end it
      --poll           with --watch: look for changes, for file systems that don't tell of them (some containers)
      --check          write nothing; exit with 2 where an output is stale
      --dry-run        write nothing; print the outputs
${silent}      --json           print one JSON document: status, files, warnings, problems; with --watch one line for each run
${help}
Exit codes: 0 done, 1 something is wrong, 2 (with --check) an output is stale.
`,
  check: `Usage: halyard check [options]

Generates in memory and compares with the files: for CI. Shows the lines that differ.

Options
${out}${project}${config}  -s, --silent         say nothing but what is wrong: the exit code tells whether an output is stale
${json}${help}
Exit codes: 0 up to date, 1 something is wrong, 2 stale.
`,
  list: `Usage: halyard list [options]

Shows each exported channel: its export, its name, its topics, its file.

Options
${project}${config}      --json           print all that is known of them, as JSON
${help}
Exit codes: 0 done, 1 something is wrong.
`,
};

/** The help of a command, or of all. */
export const helpFor = (command: Command | undefined): string => (command ? commands[command] : overview);
