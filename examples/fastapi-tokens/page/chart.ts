/** The curve, as SVG: it is drawn as far as there are heights. */
const WIDTH = 960;
const HEIGHT = 264;
/** Room for the scale, left of the curve. */
const GUTTER = 46;
/** Metres above and below mean level that fit. */
const REACH = 3.6;
const PER_DAY = 144;

const unit = (metres: number) => `${metres < 0 ? "−" : ""}${Math.abs(metres)} m`;
const namespace = "http://www.w3.org/2000/svg";

function draw(name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

export interface Chart {
  readonly element: SVGElement;
  /** Draws the curve up to the last of these heights. */
  show(metres: readonly number[]): void;
}

/** A chart for a table of so many days. */
export function createChart(start: Date, days: number): Chart {
  const size = days * PER_DAY;
  const x = (index: number) => (index / (size - 1)) * WIDTH;
  const y = (metres: number) => HEIGHT / 2 - (metres / REACH) * (HEIGHT / 2);
  const element = draw("svg", {
    viewBox: `${-GUTTER} 0 ${WIDTH + GUTTER} ${HEIGHT + 26}`,
    role: "img",
    "aria-label": `The water's height over ${days} days`,
  });

  for (const metres of [-3, -2, -1, 0, 1, 2, 3]) {
    const line = { x1: 0, x2: WIDTH, y1: y(metres), y2: y(metres), class: metres === 0 ? "level" : "grid" };
    element.append(
      draw("line", line),
      draw("text", { x: -10, y: y(metres) + 4, class: "unit" }, unit(metres)),
    );
  }
  const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone: "UTC" });
  for (let day = 0; day < days; day++) {
    const left = (day / days) * WIDTH;
    const date = new Date(start.getTime() + day * 86_400_000);
    if (day > 0) element.append(draw("line", { x1: left, x2: left, y1: 0, y2: HEIGHT, class: "grid" }));
    element.append(
      draw("text", { x: left + WIDTH / days / 2, y: HEIGHT + 19, class: "day" }, weekday.format(date)),
    );
  }
  const water = draw("path", { class: "water" });
  const curve = draw("path", { class: "curve" });
  const tip = draw("circle", { class: "tip", r: 5 });
  element.append(water, curve, tip);

  return {
    element,
    show(metres) {
      const points = metres.map((height, i) => `${x(i).toFixed(1)} ${y(height).toFixed(1)}`).join("L");
      const last = metres.length - 1;
      curve.setAttribute("d", points && `M${points}`);
      water.setAttribute("d", points && `M0 ${HEIGHT}L${points}L${x(last).toFixed(1)} ${HEIGHT}Z`);
      tip.setAttribute("cx", String(x(Math.max(last, 0))));
      tip.setAttribute("cy", String(y(metres[last] ?? 0)));
      tip.toggleAttribute("hidden", last < 0 || metres.length === size);
    },
  };
}
