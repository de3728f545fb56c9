/**
 * The default codec: what a payload may hold, and how that travels.
 *
 * On the wire a payload has a plain JSON form, readable from any language, and beside it, only where there is something
 * to restore, a map from JSON Pointers (RFC 6901) to the kinds of what stood there.
 */
import { RealtimeError } from "./errors.js";
import { put, type Snapshot } from "./snapshot.js";

export { freezeParsed, type Snapshot, snapshot } from "./snapshot.js";

/** What the codec restores, by the name that stands for it on the wire. */
export type Kind =
  | "Date"
  | "Map"
  | "Set"
  | "URL"
  | "Uint8Array"
  | "bigint"
  | "undefined"
  | "NaN"
  | "Infinity"
  | "-Infinity"
  | "-0";

/** JSON Pointer → kind. Absent where the plain form says it all. */
export type Kinds = Readonly<Record<string, Kind>>;

/** A payload in its plain form, with what restores its types. */
export interface Encoded {
  readonly data: unknown;
  readonly kinds: Kinds | undefined;
}

const escapeKey = (key: string) => key.replace(/~/g, "~0").replace(/\//g, "~1");
const unescapeKey = (key: string) => key.replace(/~1/g, "/").replace(/~0/g, "~");

/** The plain form of a snapshot. */
export function encode({ data, rich }: Omit<Snapshot, "mutable">): Encoded {
  if (!rich) return { data, kinds: undefined };
  const kinds: Record<string, Kind> = {};

  const mark = (path: string, kind: Kind, plain: unknown) => {
    kinds[path] = kind;
    return plain;
  };

  const plainOf = (node: unknown, path: string): unknown => {
    switch (typeof node) {
      case "undefined":
        return mark(path, "undefined", undefined);
      case "bigint":
        return mark(path, "bigint", String(node));
      case "number":
        if (Number.isNaN(node)) return mark(path, "NaN", null);
        if (!Number.isFinite(node)) return mark(path, node > 0 ? "Infinity" : "-Infinity", null);
        return Object.is(node, -0) ? mark(path, "-0", 0) : node;
      case "object":
        return node === null ? null : plainObject(node, path);
      default:
        return node;
    }
  };

  const plainList = (list: Iterable<unknown>, path: string) =>
    Array.from(list, (child, i) => plainOf(child, `${path}/${i}`) ?? null);

  const plainObject = (node: object, path: string): unknown => {
    if (Array.isArray(node)) return plainList(node, path);
    // A snapshot holds these five and plain objects, nothing else.
    if (node instanceof Date) return mark(path, "Date", node.toISOString());
    if (node instanceof Uint8Array) return mark(path, "Uint8Array", toBase64(node));
    if (node instanceof Map) return mark(path, "Map", plainList(node, path));
    if (node instanceof Set) return mark(path, "Set", plainList(node, path));
    if (node instanceof URL) return mark(path, "URL", node.href);
    const plain = {};
    for (const [key, child] of Object.entries(node))
      put(plain, key, plainOf(child, `${path}/${escapeKey(key)}`));
    return plain;
  };

  const plain = plainOf(data, "");
  return { data: plain, kinds: Object.keys(kinds).length > 0 ? kinds : undefined };
}

/** Restores what `encode` took apart, in place. Throws `INVALID_PAYLOAD` where data and kinds don't fit together. */
export function decode(data: unknown, kinds: Kinds | undefined): unknown {
  if (kinds === undefined) return data;
  const root = { "": data };
  // What is no map is told of as a member that is missing.
  const map: Readonly<Record<string, string>> = Object(kinds) === kinds ? kinds : { kinds: "object" };
  // What a Map or a Set holds is restored before it is: longer pointers first.
  for (const [path, kind] of Object.entries(map).sort(([a], [b]) => b.length - a.length)) {
    try {
      const keys = path.split("/").map(unescapeKey);
      const last = keys.pop() as string;
      const parent = keys.reduce(childOf, root) as object;
      // A member may be absent, for undefined; an element is there, as null.
      const isAbsent = kind === "undefined" && keys.length > 0 && !Array.isArray(parent);
      const value = restore(isAbsent || childOf(parent, last), kind);
      // Not assigned: an absent "__proto__" would become no member. And an array's length can't be defined so.
      Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
    } catch (cause) {
      throw new RealtimeError("INVALID_PAYLOAD", `A payload's "${path}" is no ${JSON.stringify(kind)}.`, {
        cause,
      });
    }
  }
  return root[""];
}

function childOf(parent: unknown, key: string): unknown {
  // Own members only: nothing else came over the wire.
  if (Object.hasOwn(Object(parent), key)) return (parent as Record<string, unknown>)[key];
  throw new TypeError(key);
}

function restore(plain: unknown, kind: string): unknown {
  if (kind === "undefined") return undefined;
  if (/^(NaN|-?Infinity|-0)$/.test(kind)) return Number(kind);
  if (Array.isArray(plain)) {
    if (kind === "Map") return new Map(plain);
    if (kind === "Set") return new Set(plain);
  }
  if (typeof plain === "string") {
    if (kind === "URL") return new URL(plain);
    if (kind === "bigint") return BigInt(plain);
    if (kind === "Uint8Array") return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
    // By way of its text, which an invalid date hasn't.
    if (kind === "Date") return new Date(new Date(plain).toISOString());
  }
  throw new TypeError(kind);
}

// In steps, because a call takes only so many arguments.
function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
