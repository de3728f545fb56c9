// @ts-check
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fencesOf } from "./fences.mjs";

/**
 * A document's lines with its code blanked out.
 *
 * @param {string} markdown
 */
function proseOf(markdown) {
  const lines = markdown.split(/\r?\n/);
  for (const { start, lines: code } of fencesOf(markdown)) lines.fill("", start - 1, start - 1 + code.length);
  return lines;
}

/**
 * @param {string} markdown
 * @returns {{ text: string, anchor: string, line: number }[]} The headings, with the anchors that GitHub gives them.
 */
export function headingsOf(markdown) {
  /** @type {Map<string, number>} */
  const uses = new Map();
  return proseOf(markdown).flatMap((line, index) => {
    const [, written] = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
    if (written === undefined) return [];
    const text = written.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = uses.get(slug) ?? 0;
    uses.set(slug, count + 1);
    return [{ text, anchor: count === 0 ? slug : `${slug}-${count}`, line: index + 1 }];
  });
}

/** @param {string} markdown */
function linksOf(markdown) {
  return proseOf(markdown).flatMap((line, index) => {
    const prose = line.replace(/`[^`]*`/g, "");
    const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
    const defined = prose.matchAll(/^ {0,3}\[[^\]^][^\]]*\]:\s*<?([^\s>]+)>?/g);
    const html = prose.matchAll(/\b(?:href|src)="([^"]+)"/g);
    return [...inline, ...defined, ...html].map(([, target = ""]) => ({ target, line: index + 1 }));
  });
}

/**
 * Checks that every relative link leads to a file, and to a heading where it names one.
 *
 * @param {string} base The repository's root.
 * @param {string} document Path from the root.
 * @returns {string[]}
 */
export function brokenLinks(base, document) {
  const markdown = readFileSync(path.join(base, document), "utf8");
  return linksOf(markdown).flatMap(({ target, line }) => {
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return [];
    const [written = "", anchor] = target.split("#");
    const found = written === "" ? document : path.posix.join(path.posix.dirname(document), written);
    const problem = (/** @type {string} */ text) => [`${document}:${line}: link "${target}": ${text}`];
    if (found.startsWith("..")) return problem("it leaves the repository");
    if (!existsSync(path.join(base, found))) return problem(`there is no ${found}`);
    if (!anchor || !found.endsWith(".md")) return [];
    const headings = headingsOf(readFileSync(path.join(base, found), "utf8"));
    return headings.some((heading) => heading.anchor === anchor)
      ? []
      : problem(`${found} has no heading #${anchor}`);
  });
}
