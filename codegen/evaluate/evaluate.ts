/** Asks the validators of channels for their JSON Schema, which takes running the modules that declare them. */
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { TopicHints } from "../emit/json-schema/channel.js";
import type { Hint } from "../emit/json-schema/hint.js";
import type { EmitContext } from "../emitter.js";
import { failure, type Problem } from "../errors.js";
import type { ChannelModel } from "../model.js";
import type { Asked, Evaluated, TopicAnswer } from "./worker.js";

/** What was said, by channel and topic. */
export interface VendorSchemas {
  hintsOf(channel: string, topic: string): TopicHints | undefined;
}

type Context = Pick<EmitContext, "root" | "report" | "warn" | "placeOf">;

/** Loads the modules of these channels in a thread of its own. Throws `CODEGEN_MISSING_PEER`; reports `CODEGEN_EVALUATE`. */
export async function evaluateChannels(
  channels: readonly ChannelModel[],
  { root, report, warn, placeOf }: Context,
): Promise<VendorSchemas> {
  const asked = channels.map(({ id, file, topics }) => ({
    id,
    file: path.join(root, file),
    topics: topics.map(({ name }) => name),
  }));
  const problem = (code: Problem["code"], id: string, message: string, fix?: string): Problem => {
    const place = placeOf(id);
    return { code, message, ...(fix === undefined ? {} : { fix }), ...(place ? { place } : {}) };
  };
  const answers = await runWorker(asked);
  const known = new Map<string, Readonly<Record<string, TopicAnswer>>>();
  /** A module with several channels fails once. */
  const failed = new Set<string>();
  for (const [i, { id, file }] of channels.entries()) {
    const answer = answers[i];
    if (answer && "topics" in answer) {
      known.set(id, answer.topics);
      for (const [topic, { why, fix }] of Object.entries(answer.topics)) {
        if (why === undefined) continue;
        const message = `channel "${id}", topic "${topic}": ${why}. What the types say is written there.`;
        warn(problem("CODEGEN_SCHEMA", id, message, fix));
      }
      continue;
    }
    const why = answer?.why ?? "it never came to its end: it awaits what doesn't come, or ends the process";
    const fix = "keep what connects or needs an environment out of it, or leave `evaluate` away";
    // What else it says, such as a stack of requires, is of no use here.
    const [line = ""] = why.split("\n");
    const message = `${file} can't be evaluated: ${line.replace(/\.$/, "")}.`;
    if (!failed.has(message)) report(problem("CODEGEN_EVALUATE", id, message, fix));
    failed.add(message);
    // The thread ended there.
    if (!answers[i + 1]) break;
  }
  return {
    hintsOf(channel, topic) {
      const answer = known.get(channel)?.[topic];
      return answer && { input: hintOf(answer.input, answer), output: hintOf(answer.output, answer) };
    },
  };
}

const hintOf = (document: object | undefined, { vendor }: TopicAnswer): Hint | undefined =>
  document && { raw: document, document, vendor };

/**
 * A thread: it begins with no module loaded, so that each run sees what is on disk, and whatever the modules hold open
 * ends with it.
 */
async function runWorker(asked: readonly Asked[]): Promise<readonly (Evaluated | undefined)[]> {
  const jiti = pathToFileURL(resolveJiti()).href;
  const self = fileURLToPath(import.meta.url);
  const file = path.join(path.dirname(self), `worker${path.extname(self)}`);
  const start = `
    const { workerData } = require("node:worker_threads");
    import(workerData.jiti).then(async ({ createJiti }) => {
      const { evaluate } = await createJiti(workerData.file).import(workerData.file);
      await evaluate(createJiti, workerData.asked);
    });`;
  const worker = new Worker(start, { eval: true, workerData: { jiti, file, asked }, stdout: true });
  // What modules print isn't what the command prints.
  worker.stdout.pipe(process.stderr, { end: false });
  const answers: Evaluated[] = [];
  try {
    return await new Promise((resolve) => {
      worker.on("message", (answer: Evaluated) => {
        answers.push(answer);
        if (answers.length === asked.length) resolve(answers);
      });
      // Thrown where nobody waited for it.
      worker.on("error", (error) => resolve([...answers, { why: `it threw: ${error.message}` }]));
      worker.on("exit", () => resolve(answers));
    });
  } finally {
    worker.stdout.unpipe(process.stderr);
    await worker.terminate();
  }
}

function resolveJiti(): string {
  try {
    return createRequire(import.meta.url).resolve("jiti");
  } catch (cause) {
    const fix = "npm install -D jiti";
    throw failure("CODEGEN_MISSING_PEER", `To evaluate channels takes the package "jiti".`, fix, cause);
  }
}
