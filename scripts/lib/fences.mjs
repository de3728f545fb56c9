// @ts-check
/**
 * The TypeScript in a Markdown document. Every fence is a module of its own, unless its first line says otherwise:
 *
 * - `// file: channels.ts` names it, so that other fences of the document can import "./channels.js";
 * - `// continues` appends it to the fence before it, `// continues: channels.ts` to that file.
 *
 * A fence that opens with "ts no-check" is left out.
 */

/** @typedef {{ info: string[], start: number, column: number, lines: string[] }} Fence `start`: line of its first line. */

/**
 * @typedef {object} Source A module that a document spells out.
 * @property {string} name
 * @property {string[]} lines
 * @property {{ line: number, column: number }[]} origins Where each line stands: its number and the columns cut off.
 */

/**
 * @param {string} markdown
 * @returns {Fence[]}
 */
export function fencesOf(markdown) {
  /** @type {Fence[]} */
  const fences = [];
  /** @type {{ fence: Fence, end: RegExp, indent: RegExp } | undefined} */
  let open;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    if (open) {
      if (open.end.test(text)) open = undefined;
      else open.fence.lines.push(text.replace(open.indent, ""));
      continue;
    }
    const [, before = "", mark = "", info = ""] = /^([\s>]*)(`{3,}|~{3,})\s*([^`]*)$/.exec(text) ?? [];
    if (mark === "") continue;
    const fence = { info: info.trim().split(/\s+/), start: index + 2, column: before.length, lines: [] };
    fences.push(fence);
    const indent = new RegExp(`^[\\s>]{0,${before.length}}`);
    open = { fence, indent, end: new RegExp(`^[\\s>]*${mark[0]}{${mark.length},}\\s*$`) };
  }
  return fences;
}

/**
 * @param {string} markdown
 * @returns {{ sources: Source[], skipped: number, problems: { line: number, text: string }[] }}
 */
export function sourcesOf(markdown) {
  /** @type {Map<string, Source>} */
  const sources = new Map();
  /** @type {{ line: number, text: string }[]} */
  const problems = [];
  const fences = fencesOf(markdown).filter(({ info }) => /^(ts|tsx|typescript)$/.test(info[0] ?? ""));
  const checked = fences.filter(({ info }) => !info.includes("no-check"));
  let last = "";
  for (const { info, start, column, lines } of checked) {
    const [, verb, given = ""] = /^\/\/ (file(?=:)|continues)(?:: *(.*?))? *$/.exec(lines[0] ?? "") ?? [];
    const unnamed = verb === "continues" ? last : `line-${start}.${info[0] === "tsx" ? "tsx" : "ts"}`;
    const name = given || unnamed;
    const refuse = (/** @type {string} */ text) => problems.push({ line: start, text });
    if (verb === "file" && !given) refuse("name the file: `// file: channels.ts`");
    else if (!/^[\w-][\w./-]*\.tsx?$/.test(name) || name.includes(".."))
      refuse(`"${name}" is no name of a TypeScript file`);
    else if (verb === "continues" && !sources.has(name))
      refuse(`there is no earlier fence "${name}" to continue`);
    else if (verb !== "continues" && sources.has(name))
      refuse(`"${name}" was given before; write \`// continues: ${name}\``);
    else {
      const source = sources.get(name) ?? { name, lines: [], origins: [] };
      sources.set(name, source);
      source.lines.push(...lines);
      source.origins.push(...lines.map((_, index) => ({ line: start + index, column })));
      last = name;
    }
  }
  return { sources: [...sources.values()], skipped: fences.length - checked.length, problems };
}
