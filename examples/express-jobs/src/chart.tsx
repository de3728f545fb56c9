/** The progress bar: the year's tides, a bar for each week from its lowest to its highest water. */
import type { JobView } from "./job-view.js";

const WEEKS = 52;
const HEIGHT = 20;

interface ChartProps {
  readonly weeks: JobView["weeks"];
  readonly percent: number;
  readonly label: string;
}

export function Chart({ weeks, percent, label }: ChartProps) {
  const top = Math.max(1, ...weeks.map(({ high }) => high));
  const y = (metres: number) => HEIGHT * (1 - metres / top);
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${WEEKS} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      {Array.from({ length: WEEKS }, (_, i) => {
        const week = weeks[i];
        const box = week
          ? { y: y(week.high), height: y(week.low) - y(week.high) }
          : { y: HEIGHT / 2 - 0.5, height: 1 };
        return (
          <rect key={i} className={week ? "week" : "ahead"} x={i + 0.18} width={0.64} rx={0.3} {...box} />
        );
      })}
    </svg>
  );
}
