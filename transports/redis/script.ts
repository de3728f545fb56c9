/** A Lua script, which a server keeps under the hash of its text. */
export interface Script {
  readonly text: string;
  /** SHA-1 of the text, in hex. */
  readonly sha: Promise<string>;
}

export function createScript(text: string): Script {
  let sha: Promise<string> | undefined;
  return {
    text,
    get sha() {
      sha ??= hash("SHA-1", text);
      return sha;
    },
  };
}

const encoder = new TextEncoder();

/** The hash of a text, in hex. */
export async function hash(algorithm: "SHA-1" | "SHA-256", text: string): Promise<string> {
  const bytes = await crypto.subtle.digest(algorithm, encoder.encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
