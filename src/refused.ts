/** How a misuse is told in the compiler's output: in one sentence, which says what to do. */

/**
 * No value has this type; it stands where one was refused, and says why. A type only.
 *
 * @example
 * ```ts
 * // Type 'string' is not assignable to type 'Refused<"This transport keeps no history: …">'.
 * ```
 */
export interface Refused<Why extends string> {
  readonly "~refused": Why;
}
