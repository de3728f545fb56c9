/** `npm run demo`: starts the server, scans a folder, and shows in the terminal what a client receives. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DemoError } from "./errors.js";
import { startDemo } from "./server.js";
import { watch } from "./terminal.js";

const USAGE = `Usage: npm run demo -- [options]

  --folder PATH  The folder to scan. Default: this project's node_modules.
  --port PORT    Where the page is. Default: the environment's PORT, else any free port.
  --once         Scan once and exit; otherwise it goes on until Ctrl-C.
  --help         This text.`;

interface Options {
  readonly folder: string;
  readonly port: number;
  readonly once: boolean;
}

async function run({ folder, port, once }: Options): Promise<void> {
  await checkFolder(folder);
  const demo = await startDemo({ folder, port });
  console.log(`\n${demo.url}${once ? "" : "   open it in a browser; Ctrl-C stops"}`);
  const terminal = watch(demo.app, demo.url, await demo.scan(), process.stdout);

  const interrupted = new Promise<void>((resolve) => {
    const stop = () => {
      // What was to be done once isn't done.
      if (once) process.exitCode = 130;
      resolve();
    };
    // By a second Ctrl-C it ends at once.
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
  });
  try {
    await Promise.race([once ? terminal.finished : terminal.finished.then(() => interrupted), interrupted]);
  } finally {
    terminal.close();
    await demo.close();
  }
}

/** Throws a {@link DemoError} where there is nothing to scan. */
async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new DemoError("FOLDER_NOT_FOUND", `There is no folder ${folder}.`);
  if (!found.isDirectory()) throw new DemoError("NOT_A_FOLDER", `${folder} is no folder.`);
  await access(folder, constants.R_OK | constants.X_OK).catch(() => {
    throw new DemoError("FOLDER_UNREADABLE", `${folder} can't be read.`);
  });
}

/** Throws a {@link DemoError}. Gives nothing where help was asked for. */
function readOptions(): Options | undefined {
  const { folder, port, once, help } = parse();
  if (help) return undefined;
  // npm runs scripts in the project's folder, and says from where it was called.
  const from = process.env.INIT_CWD ?? process.cwd();
  const ownModules = path.join(
    path.dirname(fileURLToPath(import.meta.resolve("halyard/package.json"))),
    "node_modules",
  );
  const given = port ?? process.env.PORT ?? "0";
  if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535) {
    throw new DemoError("INVALID_PORT", `"${given}" is no port: give a number from 0 to 65535.`);
  }
  return {
    folder: folder === undefined ? ownModules : path.resolve(from, folder),
    port: Number(given),
    once: once ?? false,
  };
}

function parse() {
  try {
    const string = { type: "string" } as const;
    const boolean = { type: "boolean" } as const;
    return parseArgs({ options: { folder: string, port: string, once: boolean, help: boolean } }).values;
  } catch (error) {
    throw new DemoError("INVALID_OPTION", (error as Error).message.split("\n")[0] ?? "");
  }
}

try {
  const options = readOptions();
  if (options) await run(options);
  else console.log(USAGE);
} catch (error) {
  const isOurs = error instanceof DemoError;
  console.error(isOurs ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}
