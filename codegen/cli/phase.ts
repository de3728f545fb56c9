/** What a run's phases are called where its progress is shown. */
import type { Phase } from "../session.js";

const names: Readonly<Record<Phase, string>> = {
  read: "Reading the project's channels",
  emit: "Making the outputs",
  write: "Writing",
};

export const phaseOf = (phase: Phase): string => names[phase];
