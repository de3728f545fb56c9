/** Reads the command line. */

import { parseArgs } from "node:util";
import { reasonOf } from "../errors.js";
import { closest } from "../suggest.js";

export type Command = "init" | "generate" | "check" | "list";

/** Which command takes which options, beside `--help` and `--version`. */
const commands: Readonly<Record<Command, readonly string[]>> = {
  init: ["project", "yes", "silent"],
  generate: ["out", "project", "config", "check", "watch", "poll", "dry-run", "silent", "json"],
  check: ["out", "project", "config", "silent", "json"],
  list: ["project", "config", "json"],
};

/** Options that make no sense together. */
const exclusive: readonly (readonly [keyof Options, keyof Options])[] = [
  ["watch", "check"],
  ["watch", "dry-run"],
  ["check", "dry-run"],
];

export interface Options {
  readonly out?: string | undefined;
  readonly project?: string | undefined;
  readonly config?: string | undefined;
  readonly check?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly poll?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly silent?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
  readonly version?: boolean | undefined;
}

export type Arguments =
  | { readonly command: Command | undefined; readonly options: Options }
  | { readonly problem: string };

const isCommand = (text: string): text is Command => Object.hasOwn(commands, text);

/** The command and its options, or what is wrong with them. */
export function readArguments(argv: readonly string[]): Arguments {
  const [first, ...others] = argv;
  if (first === "help") return readArguments([...others, "--help"]);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { problem: explain(error, argv) };
  }
  const [command, ...rest] = parsed.positionals;
  if (command !== undefined && !isCommand(command)) {
    const names = Object.keys(commands);
    const all = `Commands: ${names.join(", ")}.`;
    return { problem: `there is no command "${command}". ${meant(closest(command, names), all)}` };
  }
  if (rest.length > 0) return { problem: `"${rest[0]}" is too much: ${command} takes options only.` };
  const given = Object.keys(parsed.values);
  if (given.includes("help") || given.includes("version")) return { command, options: parsed.values };
  const misplaced = given.find((name) => command && !commands[command].includes(name));
  if (misplaced !== undefined) return { problem: `${command} has no option --${misplaced}.` };
  const both = exclusive.find((names) => names.every((name) => parsed.values[name]));
  if (both) return { problem: `--${both[0]} and --${both[1]} exclude each other.` };
  if (parsed.values.poll && !parsed.values.watch) return { problem: "--poll says how to --watch." };
  return { command, options: parsed.values };
}

/** What Node found wrong, with what may have been meant. */
function explain(error: unknown, argv: readonly string[]): string {
  const message = reasonOf(error);
  const [, unknown] = /^Unknown option '(-[^']+)'/.exec(message) ?? [];
  // Node's own sentence names the option; what follows it is about positionals that start with a dash.
  if (unknown === undefined) return message.replace(/\. To specify a positional.*$/s, ".");
  const command = argv.find(isCommand);
  const known = command ? [...commands[command], "help"] : ["help", "version"];
  const near = unknown.startsWith("--") ? closest(unknown.slice(2), known) : undefined;
  const all = command ? `\`halyard ${command} --help\` lists them.` : "";
  return `${command ?? "halyard"} has no option ${unknown}. ${meant(near && `--${near}`, all)}`.trimEnd();
}

const meant = (near: string | undefined, otherwise: string) =>
  near === undefined ? otherwise : `Did you mean ${near}?`;

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: "string", short: "o" },
      project: { type: "string", short: "p" },
      config: { type: "string", short: "c" },
      check: { type: "boolean" },
      watch: { type: "boolean", short: "w" },
      poll: { type: "boolean" },
      "dry-run": { type: "boolean" },
      yes: { type: "boolean", short: "y" },
      silent: { type: "boolean", short: "s" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
