import { expect, it } from "vitest";
import { Gate } from "./gate.js";

it("lets so many through at a time, also after some have failed, and in the order in which they came", async () => {
  const gate = new Gate(2);
  const began: number[] = [];
  let now = 0;
  let most = 0;
  const task = (i: number) =>
    gate
      .run(async () => {
        began.push(i);
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now--;
        if (i % 3 === 0) throw new Error("It failed.");
      })
      .catch(() => {});
  await Promise.all(Array.from({ length: 10 }, (_, i) => task(i)));
  await Promise.all(Array.from({ length: 10 }, (_, i) => task(10 + i)));
  expect(began).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(most).toBe(2);
});
