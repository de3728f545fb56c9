import { describe, expect, it } from "vitest";
import { OutgoingFrame } from "../gateway/socket.js";
import { PING_FRAME, textFrame } from "./websocket-frame.js";

const wrapped = (length: number) => {
  const text = Buffer.alloc(length, "x");
  const frame = Buffer.from(textFrame.wrap(text));
  return { header: frame.subarray(0, frame.length - length), text: frame.subarray(frame.length - length) };
};

// RFC 6455, section 5.2: FIN and opcode 1; then no mask, and the length in the fewest bytes.
describe("a text frame", () => {
  it.each([
    [0, "8100"],
    [1, "8101"],
    [125, "817d"],
    [126, "817e007e"],
    [65_535, "817effff"],
    [65_536, "817f0000000000010000"],
    [1_000_000, "817f00000000000f4240"],
  ])("of %i bytes", (length, header) => {
    const frame = wrapped(length);
    expect(frame.header.toString("hex")).toBe(header);
    expect(frame.text.equals(Buffer.alloc(length, "x"))).toBe(true);
  });

  it("is made once for all who ask", () => {
    const frame = new OutgoingFrame(Buffer.from("{}"));
    expect(frame.in(textFrame)).toBe(frame.in(textFrame));
  });
});

it("a ping has no payload (section 5.5.2)", () => {
  expect(Buffer.from(PING_FRAME).toString("hex")).toBe("8900");
});
