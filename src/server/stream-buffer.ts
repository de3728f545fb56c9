/** Chunks that wait to be published, as copies: bounded, since whoever adds them waits while it is full. */
import type { Snapshot } from "../codec.js";
import { Queue } from "../queue.js";

export class StreamBuffer {
  readonly #chunks = new Queue<Snapshot>();
  readonly #maxBytes: number;
  readonly #maxChunks: number;
  #bytes = 0;
  #roomy: (() => void) | undefined;

  constructor(maxBytes: number, maxChunks: number) {
    this.#maxBytes = maxBytes;
    this.#maxChunks = maxChunks;
  }

  get length(): number {
    return this.#chunks.length;
  }

  /** Whether it has what fills a message. The last chunk may be more than fits. */
  get isFull(): boolean {
    return this.#bytes >= this.#maxBytes || this.#chunks.length >= this.#maxChunks;
  }

  add(chunk: Snapshot): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.size;
  }

  /** Resolves when it is no longer full. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomy = resolve;
    });
  }

  /** As many as fit into a message; at least one, where there is one. */
  take(): readonly Snapshot[] {
    const taken: Snapshot[] = [];
    let bytes = 0;
    for (let next = this.#chunks.peek(); next; next = this.#chunks.peek()) {
      bytes += next.size;
      if (taken.length > 0 && (bytes > this.#maxBytes || taken.length === this.#maxChunks)) break;
      this.#chunks.shift();
      this.#bytes -= next.size;
      taken.push(next);
    }
    if (!this.isFull) this.#roomy?.();
    return taken;
  }
}

/** The payload of a message of chunks. */
export function chunksPart(stream: string, index: number, chunks: readonly Snapshot[]): Snapshot {
  return {
    data: Object.freeze({
      type: "chunks",
      stream,
      index,
      // A snapshot is of the chunk where it stands in a message: alone in a list.
      chunks: Object.freeze(chunks.map(({ data }) => (data as { chunks: readonly unknown[] }).chunks[0])),
    }),
    rich: chunks.some(({ rich }) => rich),
    mutable: chunks.some(({ mutable }) => mutable),
    size: chunks.reduce((sum, { size }) => sum + size, stream.length + 64),
  };
}
