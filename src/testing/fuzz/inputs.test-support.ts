/** Bad input, at random: text, JSON, and what was good before it was changed a little. */
import type { Random } from "../../random.test-support.js";

/** What breaks parsers: quotes, escapes, separators, half surrogates, a byte order mark, names that objects have anyway. */
const PIECES = [
  ...'{}[]":,\\/.-_~%+ \t\n\r\0',
  ..."abcXYZ0123456789",
  ..."éß漢😀",
  "\ud800",
  "\udc00",
  "\ufeff",
  "\u2028",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "1e999",
  "%2F",
  "%ff",
  "\\u0000",
  "data: ",
];

export const text = (random: Random, longest = 12): string =>
  random.list(random.below(longest + 1), () => random.pick(PIECES)).join("");

const NUMBERS = [0, -0, 1, -1, 0.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e308, -1e308];

/** Any JSON value. */
export function json(random: Random, depth = 3): unknown {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return random.pick(NUMBERS);
    case 3:
    case 4:
      return text(random);
    case 5:
      return random.list(random.below(4), () => json(random, depth - 1));
    default:
      return Object.fromEntries(
        random.list(random.below(4), () => [text(random, 2), json(random, depth - 1)]),
      );
  }
}

/** Text that was changed in one to three places. */
export function mutateText(random: Random, given: string): string {
  let mutated = given;
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(mutated.length + 1);
    const end = Math.min(mutated.length, at + 1 + random.below(random.below(4) === 0 ? 40 : 2));
    const before = mutated.slice(0, at);
    switch (random.below(5)) {
      case 0:
        mutated = before + mutated.slice(end);
        break;
      case 1:
        mutated = before + random.pick(PIECES) + mutated.slice(at);
        break;
      case 2:
        mutated = before + random.pick(PIECES) + mutated.slice(end);
        break;
      case 3:
        mutated = before + mutated.slice(at, end) + mutated.slice(at);
        break;
      default:
        mutated = before;
    }
  }
  return mutated;
}

/** An object of which members were changed, left out or added. */
export function mutateObject(random: Random, given: object): object {
  const members = Object.entries(given);
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(members.length + 1);
    const [name = text(random, 2)] = members[at] ?? [];
    if (random.below(4) === 0) members.splice(at, 1);
    else members[at] = [name, json(random)];
  }
  return Object.fromEntries(members);
}

/** The text of a frame: good, changed in its members, changed in its characters, or anything. */
export function frameText(random: Random, good: object): string {
  switch (random.below(8)) {
    case 0:
      return mutateText(random, JSON.stringify(good));
    case 1:
      return text(random, 40);
    case 2:
      return JSON.stringify(json(random));
    case 3:
    case 4:
      return JSON.stringify(mutateObject(random, good));
    default:
      return JSON.stringify(good);
  }
}
