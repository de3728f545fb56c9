/** Names for what is generated. */

/** `job-done` and `jobDone` give `JobDone`. Empty where there is no letter or digit. */
export const pascalCase = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}]*([\p{L}\p{N}]+)/gu, (_, word: string) => upperFirst(word))
    .replace(/[^\p{L}\p{N}]/gu, "");

const upperFirst = (text: string) => {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
};

/** Whether a text is an identifier, though it may be a reserved word: fit for a property. */
export const isIdentifier = (text: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);

const RESERVED = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static " +
    "super switch this throw true try typeof var void while with yield arguments eval undefined"
  ).split(" "),
);

/** Whether a text can name a constant of a module. */
export const isBindingName = (text: string): boolean => isIdentifier(text) && !RESERVED.has(text);
