/** What came in the last seconds: as it happened, or later from the history; and when there was no connection. */
import { setAttribute } from "./dom.js";
import { formatCount } from "./format.js";

/** Seconds that are shown. */
const SPAN = 20;
/** Milliseconds of one bar. */
const STEP = 250;
const BARS = (SPAN * 1000) / STEP;
/** A message this old when it arrives was caught up. In milliseconds. */
const LATE = 1_000;

interface Bar {
  live: number;
  late: number;
  away: boolean;
}

export interface Timeline {
  /** A message came. */
  add(createdAt: Date): void;
  /** Whether the connection is lost. */
  away(isAway: boolean): void;
  /** Draws; not while nothing happens, so that the picture stays when a scan is over. */
  draw(isActive: boolean): void;
}

export function createTimeline(svg: SVGSVGElement, peakText: HTMLElement): Timeline {
  const bars: Bar[] = Array.from({ length: BARS }, () => ({ live: 0, late: 0, away: false }));
  const find = (part: string) => svg.querySelector(`#timeline-${part}`) as SVGElement;
  const [shade, live, late] = [find("away"), find("live"), find("late")];
  const current = () => bars[BARS - 1] as Bar;
  let isAway = false;
  let step = 0;

  /** Time that passed while nothing happened isn't shown. */
  function advance(isActive: boolean): void {
    const now = Math.floor(performance.now() / STEP);
    const passed = isActive ? Math.min(now - step, BARS) : 0;
    step = now;
    for (let i = 0; i < passed; i++) {
      bars.shift();
      bars.push({ live: 0, late: 0, away: isAway });
    }
  }

  return {
    add(createdAt) {
      current()[Date.now() - createdAt.getTime() > LATE ? "late" : "live"]++;
    },
    away(isNow) {
      isAway = isNow;
      current().away ||= isNow;
    },
    draw(isActive) {
      advance(isActive);
      const most = Math.max(...bars.map((bar) => bar.live + bar.late));
      // The root keeps a burst from flattening all the rest.
      const height = (count: number) => (count > 0 ? 1 + 37 * Math.sqrt(count / Math.max(most, 20)) : 0);
      const width = 100 / BARS;
      const paths = { live: "", late: "" };
      let shaded = "";
      bars.forEach((bar, i) => {
        const x = i * width;
        if (bar.away) shaded += `M${x} 0h${width}v40h${-width}z`;
        const whole = height(bar.live + bar.late);
        const lower = bar.live > 0 ? whole * (bar.live / (bar.live + bar.late)) : 0;
        const box = (from: number, to: number) =>
          `M${x + width * 0.14} ${40 - from}h${width * 0.72}V${40 - to}h${-width * 0.72}z`;
        if (lower > 0) paths.live += box(0, lower);
        if (whole > lower) paths.late += box(lower, whole);
      });
      setAttribute(shade, "d", shaded);
      setAttribute(live, "d", paths.live);
      setAttribute(late, "d", paths.late);
      peakText.textContent = most > 0 ? `peak ${formatCount((most * 1000) / STEP)}/s` : "";
    },
  };
}
