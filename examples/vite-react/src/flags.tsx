/** Flags of the International Code of Signals, drawn. */
import type { ReactElement } from "react";
import type { MastHoisted } from "./channels.gen.js";

export type Letter = MastHoisted["flag"];

const red = "#d8263a";
const blue = "#1450a3";
const yellow = "#f7c325";
const white = "#fdfdfb";

/** A part of a flag, in sixths of its width and height. */
const part = (fill: string, x: number, y: number, width: number, height: number) => (
  <rect key={`${x}:${y}`} fill={fill} x={x} y={y} width={width} height={height} />
);
const across = (...colours: string[]) =>
  colours.map((colour, i) => part(colour, 0, (i * 6) / colours.length, 6, 6 / colours.length));
const squares = Array.from({ length: 16 }, (_, i) =>
  part((i + (i >> 2)) % 2 === 0 ? blue : white, (i % 4) * 1.5, (i >> 2) * 1.5, 1.5, 1.5),
);

/** What each says where it flies alone. */
export const signals: Readonly<Record<Letter, { readonly says: string; readonly parts: ReactElement[] }>> = {
  C: { says: "Yes", parts: across(blue, white, red, white, blue) },
  D: { says: "Keep clear of me", parts: [part(yellow, 0, 0, 6, 6), part(blue, 0, 1.5, 6, 3)] },
  H: { says: "I have a pilot on board", parts: [part(white, 0, 0, 3, 6), part(red, 3, 0, 3, 6)] },
  K: { says: "I wish to talk to you", parts: [part(yellow, 0, 0, 3, 6), part(blue, 3, 0, 3, 6)] },
  N: { says: "No", parts: squares },
  O: {
    says: "Man overboard",
    parts: [part(yellow, 0, 0, 6, 6), <path key="half" fill={red} d="M0 0H6V6Z" />],
  },
  U: {
    says: "You are running into danger",
    parts: [part(red, 0, 0, 3, 3), part(white, 3, 0, 3, 3), part(white, 0, 3, 3, 3), part(red, 3, 3, 3, 3)],
  },
  W: {
    says: "I need a doctor",
    parts: [part(blue, 0, 0, 6, 6), part(white, 1, 1, 4, 4), part(red, 2, 2, 2, 2)],
  },
};

export function Flag({ letter }: { readonly letter: Letter }) {
  return (
    <svg className="flag" viewBox="0 0 6 6" role="img" aria-label={`${letter}: ${signals[letter].says}`}>
      {signals[letter].parts}
    </svg>
  );
}
