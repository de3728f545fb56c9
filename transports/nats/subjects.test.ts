import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEnvelope, encodeEnvelope } from "./envelope.js";
import { lastOffset, MAX_FRAMES, offsetBefore, offsetOf, placeOf } from "./offsets.js";
import { fromToken, toToken } from "./subjects.js";

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({
    unit: fc.constantFrom("%", "%2", "E", ".", "*", ">", " ", "a", "A", "é", "\ufeff", "\u0000"),
    minLength: 1,
  }),
);

describe("channel names in subjects", () => {
  it("come back as they were, from one legal token", () => {
    fc.assert(
      fc.property(name, (channel) => {
        const token = toToken(channel);
        expect(token).toMatch(/^[!-)+-\-/-=?-~]+$/);
        expect(fromToken(token)).toBe(channel);
      }),
    );
  });

  it("are read from no token that isn't theirs", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const channel = fromToken(text);
        if (channel !== undefined) expect(toToken(channel)).toBe(text);
      }),
    );
    for (const token of ["%2e", "%41", "%E9", "a.b", "", "%"]) expect(fromToken(token)).toBeUndefined();
  });

  it("refuses what is no text", () => {
    for (const channel of ["", "\ud800", "a\udc00b"]) {
      expect(() => toToken(channel)).toThrow(expect.objectContaining({ code: "INVALID_NAME" }));
    }
  });

  it("stay readable", () => {
    expect(toToken("chat:42/a.b c")).toBe("chat:42/a%2Eb%20c");
  });
});

describe("offsets", () => {
  const seq = fc.integer({ min: 1, max: 2 ** 42 });
  const count = fc.integer({ min: 1, max: MAX_FRAMES });

  it("rise within a message and from one to the next, and are read back", () => {
    fc.assert(
      fc.property(seq, count, count, (seq, count, other) => {
        const all = Array.from({ length: count }, (_, i) => offsetOf(seq, i, count));
        const around = [offsetBefore(seq), ...all, offsetBefore(seq + 1), offsetOf(seq + 1, 0, other)];
        expect([...new Set(around)].sort((a, b) => a - b)).toEqual(around);
        expect(all.at(-1)).toBe(lastOffset(seq));
        expect(all.map(placeOf)).toEqual(all.map((_, i) => ({ seq, remaining: count - 1 - i })));
        expect(placeOf(offsetBefore(seq))).toEqual({ seq, remaining: undefined });
      }),
      { numRuns: 30 },
    );
  });

  it("end where numbers do", () => {
    expect(() => lastOffset(2 ** 43)).toThrow(expect.objectContaining({ code: "TRANSPORT_FAILED" }));
  });
});

describe("envelopes", () => {
  const text = fc.string({ unit: "grapheme" });

  it("give back the frames that were put in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ topic: text, payload: text }), { minLength: 1 }),
        text,
        (frames, stamp) => {
          const envelope = decodeEnvelope(encodeEnvelope(frames, stamp, "digest"));
          expect(envelope).toMatchObject({ stamp, content: "digest" });
          expect(envelope?.frames.map(({ topic, payload }) => ({ topic, payload }))).toEqual(frames);
          for (const { payload, bytes } of envelope?.frames ?? [])
            expect(bytes).toBe(Buffer.byteLength(payload));
        },
      ),
    );
  });

  it("are nothing else", () => {
    const real = encodeEnvelope([{ topic: "note", payload: "{}" }], "s");
    for (const data of [real.slice(1), real.slice(0, -1), new Uint8Array([...real, 32]), new Uint8Array()]) {
      expect(decodeEnvelope(data)).toBeUndefined();
    }
    fc.assert(fc.property(fc.uint8Array(), (data) => decodeEnvelope(data) === undefined));
  });
});
