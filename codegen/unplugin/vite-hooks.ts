/** What the plugin does in Vite beside what it does in any bundler: its servers watch, and show in the page what is wrong. */
import type { Setting } from "./plugin.js";
import { createOverlay } from "./vite-overlay.js";
import { createReporter, type Logger } from "./vite-reporter.js";

/** What is used of a resolved config. */
export interface ViteConfig {
  readonly root: string;
  readonly command: "serve" | "build";
  readonly logger: Logger;
  readonly server: { readonly watch?: { readonly usePolling?: boolean | undefined } | null | undefined };
}

/** What is used of a server. */
export interface ViteServer {
  readonly ws: {
    readonly clients: Iterable<{ send(payload: object): void }>;
    on(event: "connection", listener: (socket: { send(text: string): void }) => void): void;
  };
}

export interface ViteHooks {
  configResolved(config: ViteConfig): void;
  configureServer(server: ViteServer): void;
  closeBundle(): Promise<void>;
}

/** What the hooks tell the plugin. */
export interface Plugged {
  begin(setting: Setting): void;
  end(): Promise<void>;
}

export function createViteHooks({ begin, end }: Plugged): ViteHooks {
  let root = "";
  let overlay: ReturnType<typeof createOverlay> | undefined;
  return {
    configResolved({ command, logger, server: { watch }, ...config }) {
      root = config.root;
      const reporter = createReporter(logger, root);
      begin({
        root,
        // A server that watches nothing is that of `vitest run`, or a tool's own: it runs once, as a build does.
        serves: command === "serve" && watch !== null ? { poll: watch?.usePolling === true } : undefined,
        follower: {
          onRun(outcome, speaks) {
            if (speaks) reporter.onRun(outcome);
            overlay?.show(outcome);
          },
          onNotice: reporter.onNotice,
        },
      });
    },
    configureServer({ ws }) {
      overlay = createOverlay(ws, root);
    },
    // The end of a build, too: that holds nothing open.
    closeBundle: end,
  };
}
