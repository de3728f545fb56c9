/** Writes to a terminal: lines that stay, and below them a few that are drawn again and again. */
import type { WriteStream } from "node:tty";

export interface Screen {
  /** Whether there is somebody to draw for, and room: no pipe, no log file. */
  readonly isLive: boolean;
  /** A line that stays. */
  print(line?: string): void;
  /** Replaces the lines that are drawn. Does nothing where nobody watches. */
  draw(lines: readonly string[]): void;
  readonly style: Style;
}

/** Makes text bold, quiet, … where the terminal can. */
export type Style = Readonly<Record<"bold" | "quiet" | "accent" | "good" | "bad", (text: string) => string>>;

/** Lines that wrap can't be drawn over. */
const NARROWEST = 64;
const ESC = "\u001b[";

export function createScreen(stream: WriteStream): Screen {
  const isLive = stream.isTTY === true && stream.columns >= NARROWEST;
  const hasColors = isLive && stream.hasColors();
  const styled = (on: number, off: number) => (text: string) =>
    hasColors ? `${ESC}${on}m${text}${ESC}${off}m` : text;
  let drawn = 0;

  const erase = () => (drawn > 0 ? `${ESC}${drawn}A${ESC}J` : "");

  return {
    isLive,
    style: {
      bold: styled(1, 22),
      quiet: styled(2, 22),
      accent: styled(36, 39),
      good: styled(32, 39),
      bad: styled(31, 39),
    },
    print(line = "") {
      stream.write(`${erase()}${line}\n`);
      drawn = 0;
    },
    draw(lines) {
      if (!isLive) return;
      stream.write(`${erase()}${lines.map((line) => `${line}\n`).join("")}`);
      drawn = lines.length;
    },
  };
}

/** Makes text as wide as it may be, from the left, so that the end of a path stays. A name can't steer the terminal. */
export function shorten(text: string, width: number): string {
  const plain = text.replace(/\p{Cc}/gu, "·");
  return plain.length > width
    ? `…${plain.slice(plain.length - Math.max(width - 1, 0))}`
    : plain.padEnd(width);
}
