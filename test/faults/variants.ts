/** What is put to the test: each transport, with each client that it takes. */

export type VariantName =
  | "memory"
  | "redis/ioredis"
  | "redis/node-redis"
  | "nats"
  | "nats/core"
  | "postgres/pg"
  | "postgres/postgres.js"
  | "postgres/pglite";

/** What a plan has to know of a transport. */
export interface Variant {
  /** Its name on the command line. */
  readonly name: VariantName;
  /** The server that it needs; `undefined` where everything is in the gateway's own process. */
  readonly broker: "redis" | "nats" | "postgres" | undefined;
  readonly replays: boolean;
  readonly keys: boolean;
  /** Whether it remembers a key for as long as it says, though the message is trimmed and the broker was started again. */
  readonly keepsTrimmedKeys: boolean;
  /** Whether its broker can come back with nothing, as a server without persistence does. */
  readonly canWipe: boolean;
}

const redis = { broker: "redis", replays: true, keys: true, keepsTrimmedKeys: true, canWipe: true } as const;
const postgres = {
  broker: "postgres",
  replays: true,
  keys: true,
  keepsTrimmedKeys: true,
  canWipe: false,
} as const;
const embedded = {
  broker: undefined,
  replays: true,
  keys: true,
  keepsTrimmedKeys: true,
  canWipe: false,
} as const;

export const variants: readonly [Variant, ...Variant[]] = [
  { name: "memory", ...embedded },
  { name: "redis/ioredis", ...redis },
  { name: "redis/node-redis", ...redis },
  { name: "nats", broker: "nats", replays: true, keys: true, keepsTrimmedKeys: false, canWipe: true },
  { name: "nats/core", broker: "nats", replays: false, keys: false, keepsTrimmedKeys: false, canWipe: false },
  { name: "postgres/pg", ...postgres },
  { name: "postgres/postgres.js", ...postgres },
  { name: "postgres/pglite", ...embedded },
];

/** The variants that a list names: in full, or all of a transport. Throws where it names none. */
export function chooseVariants(list: string): Variant[] {
  const words = list.split(",").map((word) => word.trim());
  const chosen = variants.filter(({ name }) =>
    words.some((word) => word === "all" || name === word || name.startsWith(`${word}/`)),
  );
  const unknown = words.find(
    (word) => word !== "all" && !variants.some(({ name }) => name === word || name.startsWith(`${word}/`)),
  );
  if (unknown === undefined) return chosen;
  throw new RangeError(
    `There is no transport "${unknown}". There are: ${variants.map(({ name }) => name).join(", ")}.`,
  );
}
