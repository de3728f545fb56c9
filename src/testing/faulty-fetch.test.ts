import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tick } from "./channels.test-support.js";
import { type FetchFaultScript, faultyFetch } from "./faulty-fetch.js";
import { handlerFetch } from "./handler-fetch.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A handler whose body a test writes. */
function source() {
  const bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
  const ended: unknown[] = [];
  const requests: Request[] = [];
  const handler = async (request: Request) => {
    requests.push(request);
    return new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => void bodies.push(controller),
        cancel: (reason) => void ended.push(reason),
      }),
      { status: 201, headers: { "x-kept": "yes" } },
    );
  };
  const write = (text: string) => bodies.at(-1)?.enqueue(new TextEncoder().encode(text));
  return { handler, write, ended, requests, close: () => bodies.at(-1)?.close() };
}

/** Reads a body to its end, and what it ended with. */
function reading(response: Response) {
  const log: unknown[] = [];
  const read = async () => {
    try {
      // Node's stream is iterable.
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        log.push(new TextDecoder().decode(chunk));
      log.push("end");
    } catch (error) {
      log.push(error instanceof TypeError ? "failed" : error);
    }
  };
  void read();
  return log;
}

async function start(script?: FetchFaultScript) {
  const made = source();
  const fetch = faultyFetch(handlerFetch(made.handler), script);
  const controller = new AbortController();
  const response = await fetch("/api/realtime", { method: "POST", body: "{}", signal: controller.signal });
  return { ...made, fetch, faults: fetch.faults, controller, response, log: reading(response) };
}

describe("handlerFetch", () => {
  it("resolves a path, and gives the handler's answer", async () => {
    const { response, requests, log, write, close } = await start();
    expect([requests[0]?.url, requests[0]?.method, response.status, response.headers.get("x-kept")]).toEqual([
      "http://localhost/api/realtime",
      "POST",
      201,
      "yes",
    ]);
    write("a");
    await tick();
    close();
    await tick();
    expect(log).toEqual(["a", "end"]);
  });

  it("aborts a body: its reader fails, and the handler's is cancelled", async () => {
    const { controller, ended, log } = await start();
    await tick();
    const reason = new Error("enough");
    controller.abort(reason);
    await tick();
    expect([log, ended]).toEqual([[reason], [reason]]);
  });

  it("aborts a request, and drops what the handler answers", async () => {
    const controller = new AbortController();
    const cancel = vi.fn();
    let answer: (response: Response) => void = () => undefined;
    const fetch = handlerFetch(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const promise = fetch("http://host/x", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    answer(new Response(new ReadableStream({ cancel })));
    await tick();
    expect(cancel).toHaveBeenCalledTimes(1);
    await expect(fetch("http://host/x", { signal: controller.signal })).rejects.toThrow("enough");
  });
});

describe("faultyFetch", () => {
  const second =
    (fault: ReturnType<FetchFaultScript>): FetchFaultScript =>
    ({ number, request }) =>
      number === 2 && request === 1 ? fault : undefined;

  it.each([
    [undefined, ["aaaa", "bbbb", "cccc", "end"]],
    ["cut", ["aaaa", "bb", "failed"]],
    ["cut-after", ["aaaa", "bbbb", "failed"]],
    ["silence", ["aaaa"]],
    ["split", ["aaaa", "b", "b", "b", "b", "cccc", "end"]],
  ] as const)("%s", async (fault, expected) => {
    const { log, write, close, faults, ended } = await start(second(fault));
    for (const text of ["aaaa", "bbbb", "cccc"]) write(text);
    close();
    await tick();
    expect(log).toEqual(expected);
    expect(faults.lines).toBe(fault === "silence" ? 1 : 0);
    // The handler learns that its client is gone.
    expect(ended).toHaveLength(fault?.startsWith("cut") ? 1 : 0);
    faults.cut();
    await tick();
    expect(log.at(-1)).toBe(expected.at(-1) === "end" ? "end" : "failed");
  });

  it("delays a chunk, and what is behind it", async () => {
    const { log, write } = await start(second({ delay: 100 }));
    for (const text of ["a", "b", "c"]) write(text);
    await tick(99);
    expect(log).toEqual(["a"]);
    await tick(1);
    expect(log).toEqual(["a", "b", "c"]);
  });

  it("cuts what is being read, and tells the handler", async () => {
    const { log, faults, ended } = await start();
    faults.cut();
    await tick();
    expect([log, ended.length, faults.lines]).toEqual([["failed"], 1, 0]);
  });

  it("is silent until healed, for requests as well", async () => {
    const { log, write, faults, fetch, requests } = await start();
    faults.silence();
    write("a");
    const next = fetch("/next");
    await tick();
    expect([log, requests.length]).toEqual([[], 1]);
    faults.heal();
    await next;
    await tick();
    expect([log, requests.length]).toEqual([["a"], 2]);
  });

  it("silent, can still be aborted", async () => {
    const { faults, fetch, controller, log } = await start();
    faults.silence();
    const next = fetch("/next", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
    await tick();
    expect(log).toEqual([new Error("enough")]);
  });

  it("refuses so many requests", async () => {
    const { faults, fetch, requests } = await start();
    faults.refuse(1);
    await expect(fetch("/next")).rejects.toThrow(TypeError);
    await fetch("/next");
    expect(requests).toHaveLength(2);
    faults.refuse();
    await expect(fetch("/next")).rejects.toThrow(TypeError);
    faults.heal();
    await fetch("/next");
    expect(requests).toHaveLength(3);
  });
});
