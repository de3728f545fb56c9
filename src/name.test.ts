import { describe, expect, it } from "vitest";
import { isRealtimeError } from "./errors.js";
import { checkName, parsePattern } from "./name.js";
import { seeded } from "./random.test-support.js";

const half = "\ud83d";
const code = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return isRealtimeError(error) ? error.code : error;
  }
};
/** For callers without types. */
const untyped = (value: unknown) => value as string;

describe("checkName", () => {
  it.each(["a", "chat:1", "€".repeat(85), "😀".repeat(63), "x".repeat(255), "a b\0\n%", "{", "undefined"])(
    "takes %j",
    (name) => expect(checkName(name)).toBe(name),
  );

  it.each(["", "x".repeat(256), `${"€".repeat(85)}x`, half, `a${half}b`, "\udc00\ud800"])(
    "refuses %j",
    (name) => expect(code(() => checkName(name))).toBe("INVALID_NAME"),
  );

  it.each([undefined, null, 5, true, ["a"], { name: "a" }, new String("a")])(
    "refuses %j, no string",
    (name) => expect(code(() => checkName(untyped(name)))).toBe("INVALID_NAME"),
  );

  it("says what is wrong with which name", () => {
    expect(() => checkName("")).toThrow('Channel "": needs 1 to 255 bytes of text.');
  });
});

describe("parsePattern", () => {
  it.each([
    ["{a}{b}", "{a}x{b}", "{a}9{b}", "{a}%{b}", "{a}%3A{b}", "{a}:{b}c{d}"],
    ["{a", "a}", "}{", "{{a}}", "{a}}", "{a}:{b"],
    ["{}", "{1a}", "{a b}", "{a-b}", "{_a}", "{__proto__}", "{ä}", "{a\n}"],
    ["{a}:{a}", "{a}:{b}:{a}", "{a}\n{a}"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that it is taken for one, is the mistake.
    ["x:${a}", "${a}:{b}"],
  ])("refuses %j, %j, …", (...patterns) => {
    for (const pattern of patterns) {
      expect([pattern, code(() => parsePattern(pattern))]).toEqual([pattern, "INVALID_PATTERN"]);
    }
  });

  it("says what to do", () => {
    expect(() => parsePattern("{a}{b}")).toThrow(
      'Channel "{a}{b}": needs each {param} once, without "$", with ":" between two.',
    );
  });

  it("takes a literal name for a pattern without params", () => {
    const literal = parsePattern("news");
    expect([literal.format({}), literal.match("news"), literal.match("new")]).toEqual(["news", true, false]);
    expect(literal.parse("news")).toEqual({});
  });

  it.each([
    ["chat:{room}", { room: "a:b" }, "chat:a%3Ab"],
    ["chat:{room}", { room: "%3A" }, "chat:%253A"],
    ["chat:{room}", { room: "-._~" }, "chat:-._~"],
    ["chat:{room}", { room: "!'()*" }, "chat:%21%27%28%29%2A"],
    ["chat:{room}", { room: ".." }, "chat:.."],
    ["chat:{room}", { room: "é€😀" }, "chat:%C3%A9%E2%82%AC%F0%9F%98%80"],
    ["{a}-{b}", { a: "1-2", b: "_" }, "1%2D2-_"],
    ["{a}.{b}", { a: "1.2", b: "-" }, "1%2E2--".replace("--", ".-")],
    ["{a}_{b}", { a: "1_2", b: "~" }, "1%5F2_~"],
    ["{a}~{b}", { a: "1~2", b: "." }, "1%7E2~."],
    ["a-{a}:{b}.z", { a: "-", b: "." }, "a--:..z"],
    ["{a}x:y{b}", { a: "x", b: "y" }, "xx:yy"],
    ["{a}é{b}", { a: "é", b: "b" }, "%C3%A9éb"],
    ["(.*)+\\^$|[{a}]/\n{b}?", { a: "]", b: "\n" }, "(.*)+\\^$|[%5D]/\n%0A?"],
    ["{constructor}:{toString}", { constructor: "a", toString: "b" }, "a:b"],
  ])("%j with %j gives %j, and back", (source, params, name) => {
    const pattern = parsePattern(source);
    expect(pattern.format(params)).toBe(name);
    expect(pattern.parse(name)).toStrictEqual(params);
    expect(pattern.match(name)).toBe(true);
  });

  it.each([
    ["lower case", "chat:%c3%A9"],
    ["an unreserved character", "chat:%61"],
    ["a reserved one", "chat:a:b"],
    ["none", "chat:"],
    ["a bare percent sign", "chat:%"],
    ["half an escape", "chat:%4"],
    ["no hexadecimal", "chat:%GG"],
    ["bytes that are no UTF-8", "chat:%FF"],
    ["an overlong form", "chat:%C0%BA"],
    ["half a surrogate pair", "chat:%ED%A0%80"],
    ["half a surrogate pair, bare", `chat:${half}`],
    ["another prefix", "xchat:a"],
    ["a line after", "chat:a\n"],
  ])("refuses %s in a name", (_, name) => {
    const pattern = parsePattern("chat:{room}");
    expect(pattern.match(name)).toBe(false);
    expect(code(() => pattern.parse(name))).toBe("NAME_MISMATCH");
  });

  it.each([undefined, null, 5, {}, ["chat:a"]])("matches nothing but text: not %j", (name) => {
    expect(parsePattern("chat:{room}").match(untyped(name))).toBe(false);
    expect(parsePattern("{room}").match(untyped(name))).toBe(false);
  });

  it.each([
    undefined,
    null,
    "a",
    5,
    {},
    [],
    ["a"],
    { room: "a", user: "b" },
    { user: "b" },
    { room: "" },
    { room: undefined },
    { room: null },
    { room: 5 },
    { room: ["a"] },
    { room: new String("a") },
    { room: half },
    { ["__proto__"]: "a" },
    { room: "a", ["__proto__"]: "b" },
    Object.create({ room: "inherited" }),
  ])("refuses %j for { room }", (params) => {
    const { format } = parsePattern("chat:{room}");
    expect(code(() => format(params))).toBe("INVALID_PARAMS");
  });

  it("finds no param on the prototype", () => {
    const { format } = parsePattern("{constructor}:{toString}");
    expect(code(() => format({ constructor: "a" }))).toBe("INVALID_PARAMS");
    expect(code(() => format({}))).toBe("INVALID_PARAMS");
  });

  it("says which params it takes, and which it got", () => {
    expect(() => parsePattern("{a}:{b}").format({ a: "x", c: "y" })).toThrow(
      'Channel "{a}:{b}": needs { a,b }, non-empty strings or as its schema gives them; got { a,c }.',
    );
  });

  it("counts the bytes of the encoded name", () => {
    const { format } = parsePattern("c:{room}");
    expect(format({ room: "x".repeat(253) })).toHaveLength(255);
    expect(code(() => format({ room: "x".repeat(254) }))).toBe("INVALID_NAME");
    expect(format({ room: ":".repeat(84) })).toHaveLength(254);
    expect(code(() => format({ room: ":".repeat(85) }))).toBe("INVALID_NAME");
  });

  it("reads hostile names in no time", () => {
    const { match } = parsePattern("{a}:{b}:{c}:{d}");
    const started = performance.now();
    for (const part of ["a", ":", "a:", "%", "%41", "%E2"]) match(part.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("any pattern, any params", () => {
  const random = seeded(2);
  const separators = [
    ":",
    "-",
    ".",
    "_",
    "~",
    "::",
    "-:",
    "x:",
    ":y",
    "%:",
    "/",
    "é",
    " ",
    "!",
    "a-b",
    "_.",
    "$&",
  ];
  const edges = ["", "", "chat", "a-", "é:", "%41", "x.", "0", "-", "(+)"];
  const texts = [
    "a",
    "Z",
    "0",
    "-",
    ".",
    "_",
    "~",
    ":",
    "%",
    "%41",
    "%3A",
    "x",
    "y",
    "/",
    "é",
    "😀",
    " ",
    "!",
    "*",
    "\0",
    "..",
    "{a}",
  ];
  const value = () => random.list(1 + random.below(5), () => random.pick(texts)).join("");

  const patterns = random.list(60, () => {
    const params = ["a", "b", "constructor", "d"].slice(0, 1 + random.below(4));
    return parsePattern(
      random.pick(edges) +
        params.map((param) => `{${param}}`).reduce((text, param) => text + random.pick(separators) + param) +
        random.pick(edges),
    );
  });

  it("gives each its own name, which gives them back", () => {
    for (const pattern of patterns) {
      const seen = new Map<string, string>();
      for (let i = 0; i < 100; i++) {
        const params = Object.fromEntries(pattern.params.map((param) => [param, value()]));
        const name = pattern.format(params);
        expect(pattern.parse(name)).toStrictEqual(params);
        const json = JSON.stringify(params);
        expect(seen.get(name) ?? json).toBe(json);
        seen.set(name, json);
      }
    }
  });

  it("knows one spelling of each name", () => {
    const spell = (char: string) => {
      const hex = char.charCodeAt(0).toString(16);
      return random.pick([`%${hex}`, `%${hex.toUpperCase()}`, char.toLowerCase(), "%", ":", "-", "a", ""]);
    };
    let refused = 0;
    for (const pattern of patterns) {
      for (let i = 0; i < 100; i++) {
        const name = pattern.format(Object.fromEntries(pattern.params.map((param) => [param, value()])));
        const at = random.below(name.length);
        const other = name.slice(0, at) + spell(name.charAt(at)) + name.slice(at + 1);
        if (pattern.match(other)) expect(pattern.format(pattern.parse(other))).toBe(other);
        else {
          refused++;
          expect(code(() => pattern.parse(other))).toBe("NAME_MISMATCH");
        }
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
