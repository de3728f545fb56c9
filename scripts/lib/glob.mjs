// @ts-check

/**
 * A path pattern as a regular expression: `*` is any name or part of one, `**` any depth, `{a,b}` a choice.
 * (Node's own `path.matchesGlob` came with Node 22.)
 *
 * @param {string} glob
 */
export function globToRegExp(glob) {
  const source = glob.replace(/\*\*|[*{},]|[.+?^$()|[\]\\]/g, (token) => tokens[token] ?? `\\${token}`);
  return new RegExp(`^${source}$`);
}

/** @type {Record<string, string>} */
const tokens = { "**": ".*", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|" };

/** @param {string} glob @param {string} file */
export const matches = (glob, file) => globToRegExp(glob).test(file);
