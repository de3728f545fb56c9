/** A process of a round, as the harness holds it: started, killed, frozen, started again. */
import { type ChildProcess, fork } from "node:child_process";
import { bundleWorker } from "./bundle.js";
import type { Command, Report, WorkerOptions } from "./worker/protocol.js";

/** What the harness wants to hear. */
export interface WorkerEvents {
  /** It is up, for the first time or again. */
  ready(port: number): void;
  report(report: Report): void;
  /** It is gone. `isExpected` where it was told to go; else `output` is what it last wrote. */
  gone(isExpected: boolean, output: string): void;
}

export interface WorkerProcess {
  readonly isUp: boolean;
  /** Starts it, also once it was killed. Rejects where it ends by itself before it is ready. */
  start(): Promise<void>;
  send(command: Command): void;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Asks it to close everything. Gives whether it ended by itself in time; if it didn't, it is killed. */
  stop(patience: number): Promise<boolean>;
}

/** Characters of its output that are kept. */
const OUTPUT = 8_000;

/** Processes that run. None is left behind, however this one ends; a frozen one wouldn't notice. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function createWorker(options: WorkerOptions, events: WorkerEvents): WorkerProcess {
  let child: ChildProcess | undefined;
  let isUp = false;
  let isExpected = false;
  let gone: Promise<void> = Promise.resolve();

  const worker: WorkerProcess = {
    get isUp() {
      return isUp;
    },
    async start() {
      const script = await bundleWorker();
      isExpected = false;
      let output = "";
      const started = fork(script, [JSON.stringify(options)], {
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        execArgv: ["--enable-source-maps"],
      });
      child = started;
      running.add(started);
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding("utf8").on("data", (text: string) => {
          output = (output + text).slice(-OUTPUT);
        });
      }
      // What is sent to a process that is about to die comes to nothing, and is told by its death.
      started.on("error", () => {});
      gone = new Promise((resolve) => {
        started.once("close", () => {
          const wasUp = isUp;
          isUp = false;
          running.delete(started);
          if (wasUp || !isExpected) events.gone(isExpected, output);
          resolve();
        });
      });
      await new Promise<void>((resolve, reject) => {
        started.on("message", (report: Report) => {
          if (report.type === "ready") {
            isUp = true;
            events.ready(report.port);
            resolve();
          } else events.report(report);
        });
        // Killed while it started, it is for whoever killed it to start it again.
        const ended = () =>
          isExpected ? resolve() : reject(new Error(`A process ended before it was ready.\n${output}`));
        gone.then(ended);
      });
    },
    send(command) {
      if (isUp && child?.connected) child.send(command, () => {});
    },
    async kill() {
      isExpected = true;
      child?.kill("SIGKILL");
      await gone;
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async stop(patience) {
      isExpected = true;
      worker.send({ type: "stop" });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), patience);
      });
      const isInTime = await Promise.race([gone.then(() => true), late]);
      clearTimeout(timer);
      if (!isInTime) await worker.kill();
      return isInTime;
    },
  };
  return worker;
}
