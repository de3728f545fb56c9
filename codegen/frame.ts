/** The lines around a place in a text, as an error shows them. */

/** The line and the ones beside it, with a mark below the character. Both count from 0. */
export function frameOf(text: string, line: number, character: number): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(0, line - 1);
  const shown = lines.slice(first, line + 2);
  const width = String(first + shown.length).length;
  return shown
    .flatMap((content, i) => {
      const number = first + i;
      const row = `${number === line ? ">" : " "} ${String(number + 1).padStart(width)} | ${content}`;
      // Tabs are kept, so that the mark stands below its character.
      const indent = content.slice(0, character).replace(/[^\t]/g, " ");
      return number === line ? [row, `  ${" ".repeat(width)} | ${indent}^`] : [row];
    })
    .map((row) => `  ${row}`.trimEnd())
    .join("\n");
}
