/** What a command reads and writes, passed in so that tests need no process. */
export interface Io {
  readonly cwd: string;
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly error: (text: string) => void;
  /** Whether what is written there may be coloured. */
  readonly colours: { readonly out: boolean; readonly error: boolean };
  /** Shows what is being done, where someone looks at a terminal. `undefined`: nobody does. */
  readonly progress?: Progress | undefined;
  /** Asks a question at the terminal; `undefined` where there is none to ask at. It gives `undefined` where nobody answers. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
  /** Resolves when the user wants a command that goes on to end. */
  readonly stopped: () => Promise<void>;
}

/** One line of a terminal that says what is being done, while it takes long. */
export interface Progress {
  /** From now on this is being done. */
  show(what: string): void;
  /** Nothing is being done; the line is gone when this returns. */
  stop(): void;
}

/** 0: done. 1: something is wrong. 2: the output is stale. */
export type ExitCode = 0 | 1 | 2;
