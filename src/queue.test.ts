import { describe, expect, it } from "vitest";
import { Queue } from "./queue.js";

describe("Queue", () => {
  it("gives items in the order in which they came, however pushes and shifts alternate", () => {
    const queue = new Queue<number>();
    const expected: number[] = [];
    let next = 0;
    // Pushes gain on shifts for a while, then shifts on pushes, so that every way of cutting off slots occurs.
    for (let round = 0; round < 2_000; round++) {
      const pushes = round < 1_000 ? round % 5 : round % 3;
      const shifts = round < 1_000 ? round % 3 : round % 5;
      for (let i = 0; i < pushes; i++) {
        queue.push(next);
        expected.push(next++);
      }
      for (let i = 0; i < shifts; i++) expect(queue.shift()).toBe(expected.shift());
      expect(queue.length).toBe(expected.length);
      expect(queue.peek()).toBe(expected[0]);
      expect(queue.at(expected.length - 1)).toBe(expected.at(-1));
    }
    expect([...queue]).toEqual(expected);
  });

  it("is empty at first, and after the last shift", () => {
    const queue = new Queue<string>();
    const expectEmpty = () => {
      expect([queue.length, queue.peek(), queue.shift(), queue.at(0), [...queue]]).toEqual([
        0,
        undefined,
        undefined,
        undefined,
        [],
      ]);
    };
    expectEmpty();
    queue.push("a");
    queue.shift();
    expectEmpty();
    for (const item of ["b", "c", "d", "e"]) queue.push(item);
    for (let i = 0; i < 4; i++) queue.shift();
    expectEmpty();
    queue.push("d");
    expect([...queue]).toEqual(["d"]);
  });

  it("reads at an index, undefined outside", () => {
    const queue = new Queue<string>();
    for (const item of ["a", "b", "c"]) queue.push(item);
    queue.shift();
    expect([-1, 0, 1, 2].map((i) => queue.at(i))).toEqual([undefined, "b", "c", undefined]);
  });

  it("holds undefined like any other item", () => {
    const queue = new Queue<undefined>();
    queue.push(undefined);
    queue.push(undefined);
    queue.shift();
    expect(queue.length).toBe(1);
  });

  it("visits what is pushed while it is iterated", () => {
    const queue = new Queue<number>();
    queue.push(0);
    const seen: number[] = [];
    for (const item of queue) {
      seen.push(item);
      if (item < 3) queue.push(item + 1);
    }
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it("lets go of what was shifted", async () => {
    // The garbage collector, without a flag for the whole run.
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;

    const queue = new Queue<object>();
    const refs: WeakRef<object>[] = [];
    (() => {
      for (let i = 0; i < 8; i++) {
        const item = { i };
        queue.push(item);
        refs.push(new WeakRef(item));
      }
      for (let i = 0; i < 3; i++) queue.shift();
    })();
    // A WeakRef holds its target until the current job has ended.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(refs.map((ref) => ref.deref() !== undefined)).toEqual([
      ...Array(3).fill(false),
      ...Array(5).fill(true),
    ]);
    expect(queue.length).toBe(5);
  });
});
