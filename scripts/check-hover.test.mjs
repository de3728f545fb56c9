// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { placesIn, unreadable } from "./check-hover.mjs";

test("marks, and what stands behind them", () => {
  const text = "const /*?*/ a = b./*?*/c;";
  assert.deepEqual(
    placesIn(text).map((place) => text[place]),
    ["a", "c"],
  );
});

test("what is machinery, and what isn't", () => {
  assert.deepEqual(unreadable("const m: NoInfer<{ a: 1 }>"), ["NoInfer<"]);
  assert.deepEqual(unreadable(`type T = TokenOf<"a", Pick<{}, never>>`), ["Pick<"]);
  assert.deepEqual(unreadable(`"~channel": 1`), [`"~channel"`]);
  assert.deepEqual(unreadable(`publish(ref: TopicRef<{ NoInfer: 1 }>, data: NoInfer<1>)`), []);
});
