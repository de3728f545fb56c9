import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetAt, Revoked, readRevocation } from "./revoked.js";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());
const token = { id: "1", subject: "u", issuedAt: NOW };

describe("what is remembered", () => {
  it("is forgotten when no token can be alive that it concerns", () => {
    const revoked = new Revoked();
    revoked.add({ jti: "1", until: NOW + 60_000 });
    revoked.add({ subject: "u", before: NOW, until: forgetAt() });
    expect([revoked.size, revoked.has({ ...token, subject: undefined })]).toEqual([2, true]);
    vi.setSystemTime(NOW + 60_000);
    revoked.add({ jti: "2", until: NOW + 2 * 60_000 });
    expect([revoked.size, revoked.has({ ...token, subject: undefined })]).toEqual([2, false]);
    vi.setSystemTime(NOW + 2 * DAY);
    revoked.add({ jti: "3", until: NOW + 3 * DAY });
    expect(revoked.size).toBe(1);
  });

  it("is kept no longer than a day and some minutes, whatever somebody asked for", () => {
    const revoked = new Revoked();
    revoked.add({ jti: "1", until: Number.MAX_SAFE_INTEGER });
    revoked.add({ jti: "2", until: NOW - 1 });
    expect(revoked.size).toBe(1);
    vi.setSystemTime(NOW + DAY + 3_600_000);
    revoked.add({ jti: "3", until: NOW + 3 * DAY });
    expect(revoked.size).toBe(1);
  });

  it("only grows stricter: an older one that comes later takes nothing back", () => {
    const revoked = new Revoked();
    revoked.add({ subject: "u", before: NOW, until: forgetAt() });
    revoked.add({ subject: "u", before: NOW - 5000, until: NOW + 1000 });
    expect([revoked.has(token), revoked.revokedAt("u"), revoked.revokedAt("v")]).toEqual([true, NOW, 0]);
    expect(revoked.has({ ...token, issuedAt: NOW + 1 })).toBe(false);
    expect(revoked.has({ ...token, subject: undefined })).toBe(false);
  });
});

describe("readRevocation", () => {
  it.each([
    null,
    1,
    {},
    { jti: "a" },
    { jti: 1, until: 2 },
    { subject: "u", until: 2 },
    { jti: "", until: 2 },
  ])("refuses %o", (data) => {
    expect(() => readRevocation(data)).toThrow(expect.objectContaining({ code: "INVALID_PAYLOAD" }));
  });
});
