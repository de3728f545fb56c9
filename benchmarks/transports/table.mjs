// @ts-check

/**
 * @param {string} title
 * @param {readonly (readonly string[])[]} rows The first cell is a name.
 * @param {readonly string[]} columns
 */
export function table(title, rows, columns) {
  const width = Math.max(...rows.map(([name = ""]) => name.length)) + 2;
  const cell = (/** @type {string} */ text) => text.padStart(15);
  console.log(`\n${title}`);
  console.log(`  ${"".padEnd(width)}${columns.map(cell).join("")}`);
  for (const [name = "", ...cells] of rows) console.log(`  ${name.padEnd(width)}${cells.map(cell).join("")}`);
}

/** @param {number} value */
export const thousandths = (value) => (Number.isNaN(value) ? "–" : value.toFixed(3));

/** @param {number} value */
export const tenths = (value) => (Number.isNaN(value) ? "–" : value.toFixed(1));

/** @param {number} value */
export const whole = (value) => (Number.isNaN(value) ? "–" : Math.round(value).toLocaleString("en"));
