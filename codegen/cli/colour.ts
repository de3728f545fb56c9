/** Colours, where a terminal takes them and nobody minds. */

/** Whether to colour what a stream is given: `FORCE_COLOR` wins, then `NO_COLOR`, then what the stream is. */
export function wantsColour(
  { isTTY = false }: { readonly isTTY?: boolean },
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY && !NO_COLOR && TERM !== "dumb";
}

const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[39m`;
const red = paint(31);
const green = paint(32);
const yellow = paint(33);
const cyan = paint(36);
const grey = paint(90);

/** A problem's text with its level, its code, its frame and its way out set apart. */
export const colourProblem = (text: string): string =>
  text
    .replace(/^(\S+:\d+:\d+)(?= - )/, (place) => cyan(place))
    .replace(/\b(error|warning) (CODEGEN_\w+)(?=:)/, (_, level: string, code: string) =>
      [level === "error" ? red(level) : yellow(level), grey(code)].join(" "),
    )
    .replace(/^( *>? *\d* *\|)(.*)$/gm, (_, gutter: string, rest: string) =>
      [grey(gutter), /^\s*\^$/.test(rest) ? red(rest) : rest].join(""),
    )
    .replace(/^ {2}Fix: /m, (fix) => green(fix));

/** A diff with what goes in red, and what comes in green. */
export const colourDiff = (text: string): string =>
  text
    .replace(/^-.*$/gm, (line) => red(line))
    .replace(/^\+.*$/gm, (line) => green(line))
    .replace(/^@@.*@@$/gm, (line) => cyan(line));
