/** Shows one of a page's cases: the one that its address names. What a case logs, the test reads. */
import { type ReactElement, StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";

/** What a case logs, by name: values that can be sent as JSON. */
export type Log = Record<string, unknown[]>;

/** What a case lets the test do. */
export type Controls = Record<string, (value?: never) => unknown>;

declare global {
  interface Window {
    readonly log: Log;
    readonly controls: Controls;
    /** What React reports: of hydration that failed, and of what nobody caught. */
    readonly reported: string[];
  }
}

/** Adds to what the test reads. */
export function log(name: string, ...values: unknown[]): void {
  window.log[name] ??= [];
  window.log[name].push(...values);
}

/** Lets the test call a function, from now on. */
export function control(name: string, run: (value?: never) => unknown): void {
  window.controls[name] = run;
}

export type Cases = Readonly<Record<string, () => ReactElement>>;

/** `?case=name`; `&strict`: in StrictMode. On a page that the server rendered, React takes over. */
export function mount(cases: Cases): void {
  const asked = new URLSearchParams(location.search);
  const Case = cases[asked.get("case") ?? ""];
  const root = document.getElementById("root");
  if (!Case || !root) throw new Error(`There is no case ${asked.get("case")}.`);
  Object.assign(window, { log: {}, controls: {}, reported: [] });
  const report = (error: unknown) => window.reported.push(String(error));
  const page = asked.has("strict") ? (
    <StrictMode>
      <Case />
    </StrictMode>
  ) : (
    <Case />
  );
  if (root.hasChildNodes()) hydrateRoot(root, page, { onRecoverableError: report });
  else createRoot(root, { onRecoverableError: report }).render(page);
}
