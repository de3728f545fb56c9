/**
 * The default codec: what a payload may hold, and how that travels.
 *
 * On the wire a payload has a plain JSON form, readable from any language, and beside it, only where there is something
 * to restore, a map from JSON Pointers (RFC 6901) to the kinds of what stood there.
 */
import { RealtimeError } from "./errors.js";
import { pathText } from "./schema.js";

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

/** A payload as it was when published: a frozen copy, so that nobody can change it afterwards. */
export interface Snapshot {
  readonly data: unknown;
  /** Whether the plain form differs from the data. */
  readonly rich: boolean;
  /** The plain form's length in characters, roughly: a floor of its size in bytes. */
  readonly size: number;
}

/** Deeper payloads are refused; a cycle is found long before. */
const MAX_DEPTH = 512;

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** `["__proto__"] =` would set the prototype; a definition makes it a key like any other. */
function put(target: object, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}

/**
 * Copies and freezes a payload. Throws `UNSUPPORTED_VALUE`, with the path, for what can't travel: functions, symbols,
 * cycles, invalid dates, and instances of classes that have no `toJSON`. `where` names the topic in errors.
 */
export function snapshot(value: unknown, where: string): Snapshot {
  const copier = new Copier(where);
  const data = copier.copy(value);
  return { data, rich: copier.rich, size: copier.size };
}

class Copier {
  rich = false;
  size = 0;
  readonly #where: string;
  readonly #path: (string | number)[] = [];
  readonly #ancestors: object[] = [];

  constructor(where: string) {
    this.#where = where;
  }

  copy(node: unknown): unknown {
    switch (typeof node) {
      case "string":
        this.size += node.length + 2;
        return node;
      case "number":
        this.size += 8;
        if (!Number.isFinite(node) || Object.is(node, -0)) this.rich = true;
        return node;
      case "boolean":
        this.size += 5;
        return node;
      case "bigint":
        this.size += String(node).length + 2;
        this.rich = true;
        return node;
      case "undefined":
        this.size += 4;
        this.rich = true;
        return node;
      case "object":
        if (node !== null) return this.#copyObject(node);
        this.size += 4;
        return node;
      default:
        throw this.#refuse(`a ${typeof node}, which can't travel. Leave it out, or send what it stands for`);
    }
  }

  #refuse(what: string): RealtimeError {
    return new RealtimeError("UNSUPPORTED_VALUE", `${this.#where}: ${pathText(this.#path)} is ${what}.`);
  }

  #at(key: string | number, child: unknown): unknown {
    this.#path.push(key);
    const copied = this.copy(child);
    this.#path.pop();
    return copied;
  }

  #copyObject(node: object): unknown {
    const ancestors = this.#ancestors;
    if (ancestors.includes(node)) {
      throw this.#refuse("a reference to what holds it (a cycle). Send an id in its place");
    }
    if (ancestors.length >= MAX_DEPTH) throw this.#refuse(`more than ${MAX_DEPTH} levels deep`);
    ancestors.push(node);
    this.size += 2;
    const copied = this.#copyKnown(node);
    ancestors.pop();
    return copied;
  }

  #copyKnown(node: object): unknown {
    if (Array.isArray(node)) {
      this.size += node.length;
      // Array.from reads a hole as undefined, which is how it arrives.
      return Object.freeze(Array.from(node, (child, i) => this.#at(i, child)));
    }
    const proto = Object.getPrototypeOf(node);
    const tag = proto === null || proto === Object.prototype ? "Object" : tagOf(node);
    return tag === "Object" ? this.#copyPlain(node, proto) : this.#copyRich(node, tag);
  }

  #copyRich(node: object, tag: string): unknown {
    switch (tag) {
      case "Date": {
        const time = (node as Date).getTime();
        if (Number.isNaN(time)) throw this.#refuse("an invalid Date. Send a valid one, or null");
        this.size += 24;
        this.rich = true;
        return new Date(time);
      }
      case "URL":
        this.size += (node as URL).href.length;
        this.rich = true;
        return new URL((node as URL).href);
      case "Uint8Array":
        this.size += Math.ceil((node as Uint8Array).length * 1.34);
        this.rich = true;
        return new Uint8Array(node as Uint8Array);
      case "Map": {
        this.rich = true;
        const entries = [...(node as Map<unknown, unknown>)];
        return new Map(entries.map((entry, i) => this.#at(i, entry) as [unknown, unknown]));
      }
      case "Set":
        this.rich = true;
        return new Set(Array.from(node as Set<unknown>, (child, i) => this.#at(i, child)));
      default:
        return hasToJSON(node) ? this.#copyToJSON(node) : this.#refuseInstance(node, tag);
    }
  }

  #copyPlain(node: object, proto: object | null): unknown {
    if (hasToJSON(node)) return this.#copyToJSON(node);
    // A plain object of another realm (an iframe, a vm context) has another Object.prototype.
    if (proto !== Object.prototype && proto !== null && Object.getPrototypeOf(proto) !== null) {
      return this.#refuseInstance(node, "Object");
    }
    const symbol = Object.getOwnPropertySymbols(node)[0];
    if (symbol) {
      throw this.#refuse(`an object with the key ${String(symbol)}. Symbols can't travel: use a string key`);
    }
    const copied = {};
    for (const key of Object.keys(node)) {
      this.size += key.length + 4;
      put(copied, key, this.#at(key, (node as Record<string, unknown>)[key]));
    }
    return Object.freeze(copied);
  }

  #copyToJSON(node: { toJSON(key: string): unknown }): unknown {
    return this.copy(node.toJSON(String(this.#path.at(-1) ?? "")));
  }

  #refuseInstance(node: object, tag: string): never {
    const name = (node.constructor as { name?: string } | undefined)?.name || tag;
    throw this.#refuse(`an instance of ${name}, which has no toJSON(). Send a plain object`);
  }
}

const hasToJSON = (node: object): node is { toJSON(key: string): unknown } =>
  typeof (node as { toJSON?: unknown }).toJSON === "function";

const escapeKey = (key: string) => key.replace(/~/g, "~0").replace(/\//g, "~1");
const unescapeKey = (key: string) => key.replace(/~1/g, "/").replace(/~0/g, "~");

/** The plain form of a snapshot. */
export function encode({ data, rich }: Snapshot): Encoded {
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
  // What a Map or a Set holds is restored before it is: longer pointers first.
  const paths = Object.keys(kinds).sort((a, b) => b.length - a.length);
  for (const path of paths) {
    const keys = path.split("/").map(unescapeKey);
    const last = keys.pop() as string;
    let parent: unknown = root;
    for (const key of keys) parent = childOf(parent, key, path);
    const kind = kinds[path] as Kind;
    put(
      parent as object,
      last,
      restore(kind === "undefined" ? undefined : childOf(parent, last, path), kind, path),
    );
  }
  return root[""];
}

function childOf(parent: unknown, key: string, path: string): unknown {
  if (typeof parent === "object" && parent !== null && Object.hasOwn(parent, key)) {
    return (parent as Record<string, unknown>)[key];
  }
  throw misfit(path, "points at nothing");
}

function restore(plain: unknown, kind: Kind, path: string): unknown {
  try {
    switch (kind) {
      case "Date": {
        const date = new Date(plain as string);
        if (Number.isNaN(date.getTime())) throw new RangeError("Invalid date");
        return date;
      }
      case "URL":
        return new URL(plain as string);
      case "bigint":
        return BigInt(plain as string);
      case "Uint8Array":
        return fromBase64(plain as string);
      case "Map":
        return new Map(plain as [unknown, unknown][]);
      case "Set":
        return new Set(plain as unknown[]);
      case "undefined":
        return undefined;
      case "NaN":
      case "Infinity":
      case "-Infinity":
      case "-0":
        return Number(kind);
    }
  } catch (cause) {
    throw misfit(path, `is no ${kind}`, cause);
  }
  throw misfit(path, `is of an unknown kind, ${JSON.stringify(kind)}`);
}

const misfit = (path: string, why: string, cause?: unknown) =>
  new RealtimeError("INVALID_PAYLOAD", `A received payload can't be read: "${path}" ${why}.`, { cause });

// In steps, because a call takes only so many arguments.
function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
