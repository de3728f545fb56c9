/** Whether what a config file gives is a config: what TypeScript would have said, for those who don't ask it. */
import { type Problem, throwProblems } from "../errors.js";
import { closest } from "../suggest.js";
import type { Config } from "./config.js";

/** What each key has to be, and whether a value is. */
const keys: Readonly<Record<keyof Config, readonly [what: string, is: (value: unknown) => boolean]>> = {
  project: ["the path of a tsconfig", (value) => typeof value === "string"],
  outputs: ["a list of emitters", Array.isArray],
  format: ["a function", (value) => typeof value === "function"],
};

/** The configs that it holds. Throws `CODEGEN_CONFIG` with all that is wrong; `name` says whose fault it is. */
export function checkConfigs(given: unknown, name: string): readonly Config[] {
  const problems: Problem[] = [];
  const report = (message: string, fix?: string) =>
    problems.push({
      code: "CODEGEN_CONFIG",
      message: `${name}: ${message}`,
      ...(fix === undefined ? {} : { fix }),
    });
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) report("the list of configs is empty.", "defineConfig({ outputs: [typescript()] })");
  list.forEach((config, i) => {
    checkConfig(config, Array.isArray(given) ? `[${i}]` : "", report);
  });
  throwProblems(problems);
  // Each has been checked key by key.
  return list as readonly Config[];
}

type Report = (message: string, fix?: string) => void;

function checkConfig(config: unknown, at: string, report: Report): void {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    report(`${at || "the default export"} is no config, but ${kindOf(config)}.`, "defineConfig({ … })");
    return;
  }
  for (const [key, value] of Object.entries(config)) {
    const where = at ? `${at}.${key}` : key;
    if (!isKey(key)) {
      const near = closest(key, Object.keys(keys));
      const all = `keys are ${Object.keys(keys).join(", ")}`;
      report(`"${where}" is no key of a config.`, near === undefined ? all : `did you mean "${near}"?`);
      continue;
    }
    const [what, is] = keys[key];
    if (value === undefined) continue;
    if (!is(value)) report(`"${where}" has to be ${what}, and is ${kindOf(value)}.`);
    else if (key === "outputs") checkOutputs(value as readonly unknown[], where, report);
  }
}

const isKey = (key: string): key is keyof Config => Object.hasOwn(keys, key);

function checkOutputs(outputs: readonly unknown[], where: string, report: Report): void {
  if (outputs.length === 0) report(`"${where}" is empty: nothing would be written.`, "add typescript()");
  outputs.forEach((output, i) => {
    const at = `${where}[${i}]`;
    if (typeof output === "function") {
      report(`${at} is a function, not what it returns.`, `call it: ${output.name || "emitter"}()`);
      return;
    }
    if (typeof output !== "object" || output === null) {
      report(
        `${at} is no emitter, but ${kindOf(output)}.`,
        "typescript(), or your own: defineEmitter({ … })",
      );
      return;
    }
    const { name, out, emit }: { name?: unknown; out?: unknown; emit?: unknown } = output;
    const lacks = [
      ...(typeof name === "string" ? [] : ["a `name`"]),
      ...(typeof out === "string" && out !== "" ? [] : ["an `out`, the path of what it writes"]),
      ...(typeof emit === "function" ? [] : ["a function `emit`"]),
    ];
    if (lacks.length > 0)
      report(`${at} is no emitter: it lacks ${lacks.join(" and ")}.`, "write it with defineEmitter({ … })");
  });
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
