/** Texts that names, topics and keys may hold, and that a transport may trip over. */

/** Every character that ASCII can print. */
export const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/** Scripts, spellings that look alike, and characters that don't show. */
export const UNICODE = [
  // These two have the same low byte.
  ...["A", "\u0141"],
  ...["\u00e9", "e\u0301", "É", "ß", "ss", "水", "🎏", "👩‍🚀", "👩", "İ", "i", "\u200b", "\u00a0", "\ufeff"],
  ...[
    "\u0000",
    "\u0001",
    "\t",
    "\n",
    "\r",
    "\u007f",
    "\u0085",
    "\u2028",
    "%00",
    "%C3%A9",
    "\\u00e9",
    "\ufffd",
  ],
];

/** Text in which every byte stands that UTF-8 can have: all of ASCII, all that follow, and all that begin a character. */
export const EVERY_BYTE = [
  ...Array.from({ length: 0x80 }, (_, i) => String.fromCodePoint(i)),
  // C2 and C3 begin these, with 80 to BF after them.
  ...Array.from({ length: 0x80 }, (_, i) => String.fromCodePoint(0x80 + i)),
  // C4 to DF, E0 to EF and F0 to F4 begin these.
  ...Array.from({ length: 0x1c }, (_, i) => String.fromCodePoint((0xc4 + i - 0xc0) << 6)),
  ...Array.from({ length: 0x10 }, (_, i) =>
    String.fromCodePoint(i === 0 ? 0x800 : i === 13 ? 0xd000 : i << 12),
  ),
  ...[0x10000, 0x40000, 0x80000, 0xc0000, 0x10ffff].map((point) => String.fromCodePoint(point)),
];

/** What brokers read as wildcards, levels, hash tags, quotes, escapes, or names of their own. */
export const BROKER = [
  ...["*", "**", ">", ".>", "?", "[a-z]", "[^a]", "#", "/#", "+", "/+/", "$", "$SYS.", "$JS.API.", "_INBOX."],
  ...["{", "}", "{}", "{a}", "{a}{b}", "}{", "/", "//", "/../", "..", ".", "a..b", "\\", "\\*", "\\0"],
  ...["%", "%%", "%2F", "%2f", "%25", "%s", "$1", "'", "''", '"', "`", ";", "--", "/*", "\r\n", " ", "  "],
  ...[
    "~",
    "=",
    "==",
    "-",
    "_",
    "__",
    "__keyspace@0__:",
    "=2A",
    "_2A",
    "__proto__",
    "constructor",
    "null",
    "*1\r\n",
  ],
];
