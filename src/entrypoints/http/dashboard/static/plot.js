/** How a curve over time is drawn, in the page's colours. */

const { uPlot } = globalThis;

const DAY = 86_400;
const DIGITS = { maximumFractionDigits: 8 };
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const font = () => `500 11px ${colour("--font")}`;

/** A chart that fills `holder` and follows its size and the colours; `onCursor` gets the point's index or null. */
export function timeChart(holder, onCursor) {
  const chart = new uPlot(options(holder, onCursor), [[], []], holder);
  const fit = () => chart.setSize({ width: holder.clientWidth, height: holder.clientHeight });
  new ResizeObserver(fit).observe(holder);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw(false, true));
  holder.addEventListener("keydown", (event) => step(chart, event));
  holder.addEventListener("blur", () => chart.setCursor({ left: -10, top: -10 }));
  return chart;
}

function options(holder, onCursor) {
  return {
    width: holder.clientWidth,
    height: holder.clientHeight,
    padding: [10, 18, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 9, width: 2 } },
    scales: { y: { range: (_, low, high) => padded(low, high) } },
    axes: [
      { ...axis(), space: 72, size: 42, values: (_, ticks) => ticks.map(timeTick) },
      { ...axis(), size: labelWidth, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en-US", DIGITS)) },
    ],
    series: [{}, { stroke: () => colour("--accent"), width: 2, fill: shade, points: { show: false } }],
    hooks: { setCursor: [(chart) => onCursor(chart.cursor.idx)] },
  };
}

const axis = () => ({
  stroke: () => colour("--muted"),
  font: font(),
  grid: { stroke: () => colour("--line"), width: 1 },
  ticks: { show: false },
  gap: 6,
});

const labelWidth = (_, labels) => 12 + 6.5 * Math.max(1, ...(labels ?? []).map((label) => label.length));

/** A flat curve runs through the middle; any other leaves a little air. */
function padded(low, high) {
  if (low === null) return [0, 1];
  const air = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high) * 0.001, 1e-8);
  return [low - air, high + air];
}

function timeTick(tick, index, ticks) {
  const text = new Date(tick * 1000).toISOString();
  const newDay = index === 0 || Math.floor(tick / DAY) !== Math.floor(ticks[index - 1] / DAY);
  const daily = tick % DAY === 0 && ticks.every((other) => other % DAY === 0);
  const day = text.slice(5, 10);
  if (daily) return day;
  return newDay ? `${text.slice(11, 16)}\n${day}` : text.slice(11, 16);
}

function shade(chart) {
  const { top, height } = chart.bbox;
  const fill = chart.ctx.createLinearGradient(0, top, 0, top + height);
  fill.addColorStop(0, colour("--accent-shade"));
  fill.addColorStop(1, "transparent");
  return fill;
}

function step(chart, event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  const last = chart.data[0].length - 1;
  if (steps === undefined || last < 0) return;
  event.preventDefault();
  const index = Math.min(last, Math.max(0, (chart.cursor.idx ?? last + (steps < 0 ? 1 : 0)) + steps));
  chart.setCursor({ left: chart.valToPos(chart.data[0][index], "x"), top: chart.bbox.height / 4 });
}
