/** Reads the command line. */
import { parseArgs } from "node:util";

export type Command = "generate" | "check" | "list";

/** Which command takes which options, beside `--help` and `--version`. */
const commands: Readonly<Record<Command, readonly string[]>> = {
  generate: ["out", "project", "check", "dry-run", "silent"],
  check: ["out", "project", "silent"],
  list: ["project", "json"],
};

export interface Options {
  readonly out?: string | undefined;
  readonly project?: string | undefined;
  readonly check?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
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
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    // Node's own sentence names the option; what follows it is about positionals that start with a dash.
    const message = error instanceof Error ? error.message : String(error);
    return { problem: message.replace(/\. To specify a positional.*$/s, ".") };
  }
  const [command, ...rest] = parsed.positionals;
  if (command !== undefined && !isCommand(command)) {
    return { problem: `there is no command "${command}". Commands: ${Object.keys(commands).join(", ")}.` };
  }
  if (rest.length > 0) return { problem: `"${rest[0]}" is too much: ${command} takes options only.` };
  const misplaced = Object.keys(parsed.values).find(
    (name) => command && !commands[command].includes(name) && name !== "help" && name !== "version",
  );
  if (misplaced !== undefined) return { problem: `${command} has no option --${misplaced}.` };
  return { command, options: parsed.values };
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: "string", short: "o" },
      project: { type: "string", short: "p" },
      check: { type: "boolean" },
      "dry-run": { type: "boolean" },
      silent: { type: "boolean", short: "s" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
