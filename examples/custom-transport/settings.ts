/** What every part of it is told: the options, read. */

export interface Keep {
  /** Bytes of a channel's history, at least. */
  readonly history: number;
  /** Milliseconds for which a file is kept, since its keys are remembered. */
  readonly keyWindow: number;
}

export interface Settings extends Keep {
  readonly path: string;
  /** Bytes of a file; then the next one begins. */
  readonly segment: number;
  /** Whether each write waits for the disk. */
  readonly sync: boolean;
}
