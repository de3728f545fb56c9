// @ts-check
/** The bindings of the examples are up to date, and nothing had to be warned of. */
import path from "node:path";
import { isMain, report, root } from "./lib/repo.mjs";

/** What is generated in this repository beside fixtures: the options of `halyard check`. */
const examples = [{ cwd: "examples/scan", out: "page/channels.gen.ts" }, { cwd: "examples/vite-react" }];

/**
 * @param {{ cwd: string, out?: string }[]} projects
 * @param {string} base What their folders are relative to.
 * @returns {Promise<string[]>} Problems.
 */
export async function checkCodegen(projects, base) {
  // Built: who lints a fresh clone has none yet.
  const { check, isCodegenError } = await import("halyard/codegen");
  const problems = [];
  for (const { cwd, out } of projects) {
    try {
      const { diff, warnings } = await check({ cwd: path.join(base, cwd), out, cache: false });
      if (diff) problems.push(`${cwd}: ${diff}\nRun \`halyard generate\` there.`);
      problems.push(...warnings.map(({ code, message }) => `${cwd}: warning ${code}: ${message}`));
    } catch (error) {
      if (!isCodegenError(error)) throw error;
      problems.push(`${cwd}: ${error.message}`);
    }
  }
  return problems;
}

if (isMain(import.meta.url)) {
  report(await checkCodegen(examples, root), `The bindings of ${examples.length} examples are up to date.`);
}
