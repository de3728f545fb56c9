/** How fast a count grows: over the last second and a half. */
const SPAN = 1_500;

export function createRate() {
  let subject: unknown;
  let samples: { at: number; count: number }[] = [];

  return {
    /** Per second. A count that belongs to another subject starts anew. */
    of(counted: unknown, count: number): number {
      const at = performance.now();
      if (subject !== counted) samples = [];
      subject = counted;
      samples.push({ at, count });
      // One sample from before the span stays, to measure from.
      while (samples.length > 2 && at - (samples[1] as { at: number }).at > SPAN) samples.shift();
      const first = samples[0] as { at: number; count: number };
      return at > first.at ? ((count - first.count) * 1000) / (at - first.at) : 0;
    },
  };
}
