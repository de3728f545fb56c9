/** Which faults a round has: of what kind, where, when and for how long. */
import type { Random } from "./random.js";
import type { Variant } from "./variants.js";

/** What may break on a line: between a client and its gateway, or between a process and the broker. */
export type LineFault = "reset" | "end" | "stall" | "delay" | "split" | "refuse";

/** Something that breaks at `at`, and is whole again `length` later. Both in milliseconds. */
export type Fault = { readonly at: number; readonly length: number } & (
  | { readonly kind: `client-${LineFault}`; readonly client: number; readonly amount: number }
  /** It reconnects, and that connection is cut as well. */
  | { readonly kind: "client-reset-twice"; readonly client: number }
  /** It is led to another gateway, and cut. */
  | { readonly kind: "client-move"; readonly client: number; readonly gateway: number }
  /** Its token endpoint fails. */
  | { readonly kind: "client-tokenless"; readonly client: number }
  /** Between a process and the broker. Processes are the gateways, then the publishers. */
  | { readonly kind: `broker-${LineFault}`; readonly process: number; readonly amount: number }
  | { readonly kind: "process-kill"; readonly process: number }
  /** It stands still, as under a debugger, or in a long garbage collection. */
  | { readonly kind: "process-freeze"; readonly process: number }
  /** Its clock jumps by `amount` milliseconds, and back. */
  | { readonly kind: "process-clock"; readonly process: number; readonly amount: number }
  | { readonly kind: "broker-kill"; readonly wipes: boolean }
  | { readonly kind: "broker-freeze" }
);

export type FaultKind = Fault["kind"];

interface Shape {
  readonly clients: number;
  readonly gateways: number;
  readonly publishers: number;
}

const lineFaults: readonly LineFault[] = ["reset", "end", "stall", "delay", "split", "refuse"];

/** How many bytes at once, or how many milliseconds. */
const amountOf = (random: Random, fault: LineFault): number =>
  fault === "split" ? random.between(1, 64) : fault === "delay" ? random.between(5, 150) : 0;

/** About one a second; two of a kind don't meet at one place. The last tenth of the round has no new one. */
export function planFaults(random: Random, variant: Variant, length: number, shape: Shape): Fault[] {
  const faults: Fault[] = [];
  /** Until when a place has a fault. */
  const busy = new Map<string, number>();
  for (let at = random.between(300, 1_200); at < length * 0.9; at += random.between(200, 1_800)) {
    const [place, fault] = draw(random, variant, shape, at);
    if ((busy.get(place) ?? 0) > at) continue;
    busy.set(place, fault.at + fault.length + 300);
    faults.push(fault);
  }
  return faults;
}

function draw(random: Random, variant: Variant, shape: Shape, at: number): [place: string, Fault] {
  const { gateways, publishers } = shape;
  const processes = variant.broker ? gateways + publishers : gateways;
  const client = random.between(0, shape.clients - 1);
  const process = random.between(0, processes - 1);
  const brief = random.between(100, 900);
  const long = random.between(400, 4_000);
  const lasting = (fault: LineFault) =>
    fault === "stall" ? long : fault === "reset" || fault === "end" ? 0 : brief * 2;
  const dice = random.next();

  if (dice < 0.34) {
    const fault = random.pick(lineFaults);
    const rest = { at, length: lasting(fault), client, amount: amountOf(random, fault) };
    return [`client ${client}`, { kind: `client-${fault}`, ...rest }];
  }
  if (dice < 0.41) return [`client ${client}`, { kind: "client-reset-twice", at, length: 2_000, client }];
  if (dice < 0.44) return [`token ${client}`, { kind: "client-tokenless", at, length: long, client }];
  if (dice < 0.51 && gateways > 1) {
    const gateway = random.between(0, gateways - 1);
    return [`client ${client}`, { kind: "client-move", at, length: 0, client, gateway }];
  }
  if (dice < 0.71 && variant.broker) {
    const fault = random.pick(lineFaults);
    const rest = { at, length: lasting(fault), process, amount: amountOf(random, fault) };
    return [`line ${process}`, { kind: `broker-${fault}`, ...rest }];
  }
  if (dice < 0.76) return [`process ${process}`, { kind: "process-freeze", at, length: long, process }];
  if (dice < 0.79) {
    const amount = random.pick([-3_600_000, -5_000, 5_000, 300_000]);
    return [`process ${process}`, { kind: "process-clock", at, length: long, process, amount }];
  }
  if (dice < 0.87 || !variant.broker)
    return [`process ${process}`, { kind: "process-kill", at, length: brief, process }];
  if (dice < 0.91) return ["broker", { kind: "broker-freeze", at, length: long }];
  return ["broker", { kind: "broker-kill", at, length: brief, wipes: variant.canWipe && random.chance(0.5) }];
}
