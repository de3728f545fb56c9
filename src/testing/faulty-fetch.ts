/** A `fetch` whose answers break off, stall and come in pieces, when a test says so. */
import type { Faults } from "./faults.js";
import type { Fetch } from "./handler-fetch.js";

/**
 * What happens to a chunk of a body:
 * - `"cut"`: half of its bytes arrive, then the connection breaks: mid-frame, and mid-character as it may be;
 * - `"cut-after"`: it arrives, then the connection breaks;
 * - `"silence"`: neither it nor what follows arrives, and nobody is told. See {@link Faults.silence};
 * - `"split"`: it arrives byte by byte, each in a chunk of its own;
 * - `{ delay }`: it arrives so many milliseconds later, and what follows waits behind it.
 */
export type FetchFault = "cut" | "cut-after" | "silence" | "split" | { readonly delay: number };

/** A chunk that is about to arrive. */
export interface PassingChunk {
  readonly chunk: Uint8Array;
  /** The how-manieth of its body, from 1. */
  readonly number: number;
  /** The how-manieth request of this `fetch`, from 1. */
  readonly request: number;
}

/** Decides on each chunk; nothing, and it passes. */
export type FetchFaultScript = (passing: PassingChunk) => FetchFault | undefined;

/** A `fetch` with faults. */
export interface FaultyFetch extends Fetch {
  readonly faults: Faults;
}

/** What `fetch` fails with (the Fetch standard has a TypeError for every failure of the network). */
const lost = () => new TypeError("The network failed.");

/** What all answers share. */
interface Network {
  readonly bodies: Set<Body>;
  isSilent: boolean;
  /** Resolves when it is silent no more. */
  healed: Promise<void>;
}

interface Body {
  cut(): void;
}

/**
 * Wraps a `fetch`. `faults.refuse()` makes requests fail; the other faults are of bodies that are being read.
 *
 * @example
 * ```ts
 * const fetch = faultyFetch(handlerFetch(handler), ({ number }) => (number === 3 ? "cut" : undefined));
 * const wire = sse({ fetch });
 * fetch.faults.silence();
 * ```
 */
export function faultyFetch(fetch: Fetch, script: FetchFaultScript = () => undefined): FaultyFetch {
  let heal: () => void = () => undefined;
  let refusals = 0;
  let requests = 0;
  const network: Network = { bodies: new Set(), isSilent: false, healed: Promise.resolve() };

  const faults: Faults = {
    get lines() {
      return network.bodies.size;
    },
    cut() {
      for (const body of [...network.bodies]) body.cut();
    },
    silence() {
      if (network.isSilent) return;
      network.isSilent = true;
      network.healed = new Promise((resolve) => {
        heal = resolve;
      });
    },
    refuse(times = Number.POSITIVE_INFINITY) {
      refusals = times;
    },
    heal() {
      refusals = 0;
      network.isSilent = false;
      heal();
    },
  };

  const faulty: Fetch = async (input, init) => {
    if (refusals > 0) {
      refusals--;
      throw lost();
    }
    const request = ++requests;
    const signal = init?.signal ?? undefined;
    await orAborted(network.healed, signal);
    const response = await fetch(input, init);
    await orAborted(network.healed, signal);
    if (!response.body) return response;
    const decide = (chunk: Uint8Array, number: number) => {
      const fault = script({ chunk, number, request });
      if (fault === "silence") faults.silence();
      return fault;
    };
    const { status, statusText, headers } = response;
    return new Response(failing(response.body, decide, network, signal), { status, statusText, headers });
  };
  return Object.assign(faulty, { faults });
}

function failing(
  from: ReadableStream<Uint8Array>,
  decide: (chunk: Uint8Array, number: number) => FetchFault | undefined,
  network: Network,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = from.getReader();
  let number = 0;
  let isOver = false;
  let isBroken = false;
  let fail: (reason: unknown) => void = () => undefined;
  const aborted = () => fail(signal?.reason);
  const body: Body = { cut: () => fail(lost()) };

  function end(): void {
    isOver = true;
    network.bodies.delete(body);
    signal?.removeEventListener("abort", aborted);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        fail = (reason) => {
          if (isOver) return;
          end();
          controller.error(reason);
          // What its source makes of that is no longer of interest.
          reader.cancel(reason).catch(() => undefined);
        };
        network.bodies.add(body);
        signal?.addEventListener("abort", aborted);
      },
      async pull(controller) {
        // Only now, when what arrived has been read: an error takes away what hasn't.
        if (isBroken) return body.cut();
        const { value } = await reader.read();
        const fault = value && !isOver ? decide(value, ++number) : undefined;
        if (typeof fault === "object") await new Promise((resolve) => setTimeout(resolve, fault.delay));
        await network.healed;
        if (isOver) return;
        isBroken = fault === "cut" || fault === "cut-after";
        if (!value) {
          end();
          controller.close();
        } else if (fault === "split") {
          for (const byte of value) controller.enqueue(Uint8Array.of(byte));
        } else controller.enqueue(fault === "cut" ? value.subarray(0, (value.length + 1) >> 1) : value);
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Waits, and rejects with the signal's reason when that comes first. */
function orAborted(what: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return what;
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    what.then(resolve).finally(() => signal.removeEventListener("abort", aborted));
  });
}
