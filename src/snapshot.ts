/** A payload as it was when it was published: what it may hold, and a frozen copy of it. */
import { isRealtimeError, RealtimeError } from "./errors.js";
import { pathText } from "./schema.js";

/** A payload as it was when published: a frozen copy, so that nobody can change it afterwards. */
export interface Snapshot {
  readonly data: unknown;
  /** Whether the plain form differs from the data. */
  readonly rich: boolean;
  /** Whether it holds what can't be frozen: a Date, a Map, … Then whoever is handed the data gets a copy of his own. */
  readonly mutable: boolean;
  /** Roughly the characters of the plain form and its kinds; text that isn't ASCII takes more bytes. */
  readonly size: number;
}

/** Deeper payloads are refused; a cycle is found long before. */
const MAX_DEPTH = 512;

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** `["__proto__"] =` would set the prototype; a definition makes it a key like any other. */
export function put(target: object, key: string, value: unknown): void {
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
  try {
    const data = copier.copy(value);
    return { data, rich: copier.rich, mutable: copier.mutable, size: copier.size };
  } catch (cause) {
    // A getter or a toJSON() of the payload's own may throw whatever it likes.
    throw isRealtimeError(cause) ? cause : copier.refuse("what can't be read: it threw", cause);
  }
}

/**
 * What has just been parsed from JSON, which nobody else has: frozen in place rather than copied. `undefined` where it is
 * too deep, of which `snapshot` tells more. `size`: the characters of its text.
 */
export function freezeParsed(data: unknown, size: number): Snapshot | undefined {
  return freeze(data, 0) ? { data, rich: false, mutable: false, size } : undefined;
}

/** Whether all of it is frozen. */
function freeze(node: unknown, depth: number): boolean {
  if (typeof node !== "object" || node === null) return true;
  if (depth >= MAX_DEPTH) return false;
  for (const child of Array.isArray(node) ? node : Object.values(node)) {
    if (!freeze(child, depth + 1)) return false;
  }
  Object.freeze(node);
  return true;
}

/** Characters of an entry of `kinds`, beside its pointer. */
const KIND_SIZE = 16;

class Copier {
  rich = false;
  mutable = false;
  size = 0;
  /** Characters of the JSON Pointer to where it is. */
  #pointer = 0;
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
        if (!Number.isFinite(node) || Object.is(node, -0)) this.#enrich();
        return node;
      case "boolean":
        this.size += 5;
        return node;
      case "bigint":
        this.size += String(node).length + 2;
        this.#enrich();
        return node;
      case "undefined":
        this.#enrich();
        return node;
      case "object":
        if (node !== null) return this.#copyObject(node);
        this.size += 4;
        return node;
      default:
        throw this.refuse(`a ${typeof node}, which can't travel. Leave it out, or send what it stands for`);
    }
  }

  refuse(what: string, cause?: unknown): RealtimeError {
    const message = `${this.#where}: ${pathText(this.#path)} is ${what}.`;
    return new RealtimeError("UNSUPPORTED_VALUE", message, { cause });
  }

  /** Notes what has an entry in `kinds`. */
  #enrich(): void {
    this.rich = true;
    this.size += this.#pointer + KIND_SIZE;
  }

  #at(key: string | number, child: unknown): unknown {
    const before = this.#pointer;
    this.#pointer += typeof key === "string" ? key.length + 1 : 4;
    this.#path.push(key);
    const copied = this.copy(child);
    this.#path.pop();
    this.#pointer = before;
    return copied;
  }

  #copyObject(node: object): unknown {
    const ancestors = this.#ancestors;
    if (ancestors.includes(node)) {
      throw this.refuse("a reference to what holds it (a cycle). Send an id in its place");
    }
    if (ancestors.length >= MAX_DEPTH) throw this.refuse(`more than ${MAX_DEPTH} levels deep`);
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
    if (!MUTABLE.has(tag)) {
      return hasToJSON(node) ? this.#copyToJSON(node) : this.#refuseInstance(node, tag);
    }
    this.mutable = true;
    this.#enrich();
    switch (tag) {
      case "Date": {
        const time = (node as Date).getTime();
        if (Number.isNaN(time)) throw this.refuse("an invalid Date. Send a valid one, or null");
        this.size += 24;
        return new Date(time);
      }
      case "URL":
        this.size += (node as URL).href.length;
        return new URL((node as URL).href);
      case "Uint8Array":
        this.size += Math.ceil((node as Uint8Array).length * 1.34);
        return new Uint8Array(node as Uint8Array);
      case "Map": {
        const entries = [...(node as Map<unknown, unknown>)];
        return new Map(entries.map((entry, i) => this.#at(i, entry) as [unknown, unknown]));
      }
      default:
        return new Set(Array.from(node as Set<unknown>, (child, i) => this.#at(i, child)));
    }
  }

  #copyPlain(node: object, proto: object | null): unknown {
    if (hasToJSON(node)) return this.#copyToJSON(node);
    // A plain object of another realm (an iframe, a vm context) has another Object.prototype.
    if (proto !== Object.prototype && proto !== null && Object.getPrototypeOf(proto) !== null) {
      return this.#refuseInstance(node, "Object");
    }
    const symbol = Object.getOwnPropertySymbols(node).find((key) => isEnumerable.call(node, key));
    if (symbol) {
      throw this.refuse(`an object with the key ${String(symbol)}. Symbols can't travel: use a string key`);
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
    throw this.refuse(`an instance of ${name}, which has no toJSON(). Send a plain object`);
  }
}

/** What can't be frozen, by its tag. */
const MUTABLE = new Set(["Date", "URL", "Uint8Array", "Map", "Set"]);

const isEnumerable = Object.prototype.propertyIsEnumerable;

const hasToJSON = (node: object): node is { toJSON(key: string): unknown } =>
  typeof (node as { toJSON?: unknown }).toJSON === "function";
