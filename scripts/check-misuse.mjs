// @ts-check
/**
 * Compiles the mistakes in type-tests/errors with every supported compiler, and looks for the sentence that each is to say.
 * The compilers' own words differ between versions: they are not compared. Run `npm run build` first.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compilers, isMain, report, root, run } from "./lib/repo.mjs";

const MARK = "// says: ";

/**
 * @typedef {object} Mistake
 * @property {string} file
 * @property {number} line Where it starts, from 1.
 * @property {number} end Its last line.
 * @property {string} sentence
 */

/**
 * The mistakes of a file: each starts below its mark, and ends before an empty line.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Mistake[]}
 */
export function mistakesOf(file, text) {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    if (!line.startsWith(MARK)) return [];
    const empty = lines.indexOf("", i);
    return [{ file, line: i + 2, end: empty < 0 ? lines.length : empty, sentence: line.slice(MARK.length) }];
  });
}

/**
 * @param {string} folder Has a tsconfig.json.
 * @param {string} tsc
 * @returns {{ count: number, problems: string[] }}
 */
export function checkMisuse(folder, tsc) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const mistakes = files.flatMap((file) => mistakesOf(file, readFileSync(path.join(folder, file), "utf8")));
  const args = [tsc, "-p", path.join(folder, "tsconfig.json"), "--noEmit", "--pretty", "false"];
  const { output } = run(process.execPath, args, { cwd: folder });
  const errors = output.split(/\n(?=\S)/).map((text) => {
    const [, file = "", line = "0"] = /^(.*?)\((\d+),\d+\): error /.exec(text) ?? [];
    // In a type's text, quotes are escaped.
    return { file: path.basename(file), line: Number(line), text: text.replaceAll('\\"', '"') };
  });
  /** @type {(mistake: Mistake) => typeof errors} */
  const within = ({ file, line, end }) =>
    errors.filter((error) => error.file === file && error.line >= line && error.line <= end);
  const unsaid = mistakes
    .filter((mistake) => !within(mistake).some(({ text }) => text.includes(mistake.sentence)))
    .map((mistake) => {
      const said = within(mistake).map(({ text }) => text);
      return `${mistake.file}:${mistake.line}: doesn't say "${mistake.sentence}"${said.length ? `, but:\n${said.join("\n")}` : ": it compiles"}`;
    });
  const expected = new Set(mistakes.flatMap(within));
  const unexpected = errors.filter((error) => error.text && !expected.has(error)).map(({ text }) => text);
  return { count: mistakes.length, problems: [...unsaid, ...unexpected] };
}

if (isMain(import.meta.url)) {
  const results = compilers.map(({ name, tsc }) => ({
    name,
    ...checkMisuse(path.join(root, "type-tests/errors"), tsc),
  }));
  report(
    results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
    `${results[0]?.count} mistakes say what to do, on ${results.length} compilers.`,
  );
}
