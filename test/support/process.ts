/** Runs programs as a user would, and reads what they print. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  /** Everything it has printed until now. */
  readonly stdout: string;
  readonly stderr: string;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /** Resolves with the match once it has printed it; rejects where it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

const started = new Set<Running>();

/** Starts a program, by default in the repository's root. {@link endAll} ends it, if nothing else does. */
export function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd: string = root,
): Running {
  const { PORT: _, NO_COLOR: __, ...inherited } = process.env;
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env } });
  const text = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const exited = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const running: Running = {
    child,
    exited,
    get stdout() {
      return text.stdout;
    },
    get stderr() {
      return text.stderr;
    },
    printed(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text.stdout);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        exited.then((end) => {
          look();
          reject(
            new Error(`It ended with ${end} and never printed ${pattern}.\n${text.stdout}${text.stderr}`),
          );
        }, reject);
      });
    },
  };
  started.add(running);
  exited.finally(() => started.delete(running)).catch(() => {});
  return running;
}

/** Ends what is still running, and waits for that. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...started].map(({ child, exited }) => {
      child.kill("SIGKILL");
      return exited;
    }),
  );
}
