/** What can go wrong on a line, and who decides that it does. */

/**
 * What happens to a frame:
 * - `"cut"`: the line breaks while it is half-way. Half a frame is no frame: it never arrives, and both ends learn that
 *   the line is gone (1006).
 * - `"cut-after"`: it arrives, and then the line breaks.
 * - `"silence"`: from this frame on nothing arrives, and nobody is told: a half-open line. See {@link Faults.silence}.
 * - `{ delay }`: it arrives so many milliseconds later, and what comes after it on this line waits behind it.
 * - `"drop"`: it alone is lost. No line does that (TCP delivers in order, or not at all): it stands for a fault of a
 *   gateway, or of a proxy that reads the protocol.
 * - `"duplicate"`: it arrives twice: a fault of the same kind, or what a broker delivered again.
 */
export type Fault = "cut" | "cut-after" | "silence" | "drop" | "duplicate" | { readonly delay: number };

/** A frame that is about to pass. */
export interface Passing {
  /** Its text. On a one-way wire, what goes up is a whole request. */
  readonly frame: string;
  /** `"up"` from the client to the gateway, `"down"` from the gateway to the client. */
  readonly direction: "up" | "down";
  /** The how-manieth it is in its direction, on its line, from 1. */
  readonly number: number;
  /** The how-manieth line of this wire, from 1. */
  readonly line: number;
}

/**
 * Decides on each frame; nothing, and it passes. It is called once per frame, in order: with the same decisions a test
 * runs the same way again. Where it draws lots, give it a source of chance that has a seed.
 *
 * @example
 * ```ts
 * const script: FaultScript = ({ direction, number }) =>
 *   direction === "down" && number === 3 ? "cut" : undefined;
 * ```
 */
export type FaultScript = (passing: Passing) => Fault | undefined;

/** Makes faults from outside, at a moment of the test's choosing. */
export interface Faults {
  /** Lines that are open, or that the client takes to be. */
  readonly lines: number;
  /** Breaks every line: the client learns so at once, with 1006. While it is silent, the gateway doesn't. */
  cut(): void;
  /**
   * Nothing arrives any more, in either direction, and nobody is told: what a vanished network looks like. Lines that
   * are opened meanwhile hang. Which end finds out when, and by what, is for the two of them.
   */
  silence(): void;
  /** The client can't connect: the next so many attempts end with 1006. Default: all, until `heal()`. */
  refuse(times?: number): void;
  /**
   * All is well from now on. What silence held back arrives, in order, on lines that nobody has given up, as TCP sends
   * again what wasn't acknowledged.
   */
  heal(): void;
}
