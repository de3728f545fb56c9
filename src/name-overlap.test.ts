import { describe, expect, it } from "vitest";
import { parsePattern } from "./name.js";
import { namesOverlap, placesOf } from "./name-overlap.js";

const literal = (pattern: string) => placesOf({ pattern });
const namesOf = (source: string) => (/[{}]/.test(source) ? placesOf(parsePattern(source)) : literal(source));

describe("namesOverlap", () => {
  it.each([
    ["news", "news", true],
    ["news", "new", false],
    ["chat:{room}", "chat:lobby", true],
    ["chat:{room}", "chat:a:b", true],
    ["chat:{room}", "chat:{room}:{user}", true],
    ["chat:{room}:log", "chat:{room}:file", false],
    ["chat:{room}", "chat:", false],
    ["chat-{room}", "chat-{room}-{user}", true],
    ["{a}-{b}", "{a}-{b}-{c}", true],
    ["{a}", "{b}", true],
    ["{a}:x", "y:{b}", true],
    ["{a}:x", "{b}:y", false],
    ["{a}.{b}", "x_{c}", true],
    ["{a}", "é", true],
    ["{a}", "%C3%A9", true],
  ])("%j and %j: %j", (a, b, expected) => {
    expect(namesOverlap(namesOf(a), namesOf(b))).toBe(expected);
    expect(namesOverlap(namesOf(b), namesOf(a))).toBe(expected);
  });

  it("takes a literal's braces for text", () => {
    expect(namesOverlap(literal("{a}"), literal("{b}"))).toBe(false);
    expect(namesOverlap(literal("{a}"), placesOf(parsePattern("x{b}")))).toBe(false);
  });

  it("agrees with trying every short name", () => {
    const names = [1, 2, 3, 4, 5, 6, 7].flatMap((length) => wordsOf(["a", "-", ":"], length));
    const given = [1, 2, 3, 4]
      .flatMap((length) => wordsOf(["a", "-", ":", "{p}"], length))
      .map((word) => word.replace(/p/g, (_, at) => `p${at}`))
      .filter(isLegal)
      .map((source) => {
        // Which texts fit its type.
        const value = ".+";
        const shape = new RegExp(`^${source.replace(/\{\w+\}/g, value)}$`);
        return { source, names: names.filter((name) => shape.test(name)) };
      });
    let yes = 0;
    for (const [i, a] of given.entries()) {
      const ofA = new Set(a.names);
      for (const b of given.slice(i)) {
        const expected = b.names.some((name) => ofA.has(name));
        if (expected) yes++;
        const found = namesOverlap(namesOf(a.source), namesOf(b.source));
        if (found !== expected) expect([a.source, b.source, found]).toEqual([a.source, b.source, expected]);
      }
    }
    expect([given.length > 150, yes > 2000]).toEqual([true, true]);
  });
});

/** All words of a length. */
function wordsOf(tokens: readonly string[], length: number): string[] {
  if (length === 0) return [""];
  return wordsOf(tokens, length - 1).flatMap((word) => tokens.map((token) => word + token));
}

function isLegal(source: string): boolean {
  try {
    return !!parsePattern(source);
  } catch {
    return false;
  }
}
