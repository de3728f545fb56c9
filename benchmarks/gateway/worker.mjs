// @ts-check
/**
 * Parts of a benchmark in processes of their own, so that what one costs isn't counted for another: one end calls functions,
 * the other has them.
 */
import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a script, and gives `call(name, ...args)`, which resolves with what the script's function of that name gives.
 *
 * @param {string} file beside this one
 * @param {string[]} args
 */
export async function start(file, args) {
  const child = fork(new URL(file, import.meta.url), args, {
    execArgv: ["--expose-gc", ...(process.env.HALYARD_BENCH_FLAGS?.split(" ") ?? [])],
    stdio: "inherit",
  });
  let last = 0;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const open = new Map();
  child.on("message", (/** @type {any} */ { id, value, error }) => {
    const { resolve, reject } = open.get(id) ?? {};
    open.delete(id);
    if (error === undefined) resolve?.(value);
    else reject?.(new Error(`${file}: ${error}`));
  });
  child.on("exit", (code) => {
    for (const { reject } of open.values()) reject(new Error(`${file} ended with code ${code}.`));
  });
  await once(child, "spawn");
  return {
    /** @param {string} name @param {unknown[]} given @returns {Promise<any>} */
    call(name, ...given) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject });
        child.send({ id, name, given });
      });
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/**
 * The other end: answers calls with these functions, until whoever started this process is done with it.
 *
 * @param {Record<string, (...given: any[]) => unknown>} functions
 */
export function answer(functions) {
  process.on("message", async (/** @type {any} */ { id, name, given }) => {
    try {
      process.send?.({ id, value: await functions[name]?.(...given) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
}
