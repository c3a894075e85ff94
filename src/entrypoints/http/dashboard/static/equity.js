/** The equity curve: pixels come from floats, the figures read out are the API's own text. */

import { written } from "./amounts.js";
import { find, write } from "./dom.js";
import { timeChart } from "./plot.js";
import { minute } from "./times.js";

const MOST_POINTS = 5_000;

const holder = find("equity-chart");
let points = [];
let currency = "";
let chart = null;

/** Begins the curve anew with these points, oldest first. */
export function startCurve(history) {
  points = [];
  draw(history);
}

/** Adds where the portfolio stands now, if that is later than the curve's end. */
export function extendCurve({ as_of: time, equity, currency: unit }) {
  const newer = time !== null && equity !== null && time > (points.at(-1)?.time ?? "");
  if (!newer && unit === currency) return;
  currency = unit;
  draw(newer ? [{ time, equity }] : []);
}

function draw(added) {
  points = [...points, ...added].slice(-MOST_POINTS);
  find("equity-empty").hidden = points.length > 0;
  holder.hidden = points.length === 0;
  if (points.length === 0) return;
  chart ??= timeChart(holder, readOut);
  chart.setData([points.map(({ time }) => Date.parse(time) / 1000), points.map(({ equity }) => Number(equity))]);
  const [first, last] = [points[0], points.at(-1)];
  const summary = `Equity from ${worth(first)} at ${when(first)} to ${worth(last)} at ${when(last)}.`;
  holder.setAttribute("aria-label", summary);
  readOut(chart.cursor.idx);
}

const worth = (point) => `${written(point.equity)} ${currency}`;
const when = (point) => `${minute(point.time)} UTC`;

function readOut(index) {
  const point = points[index ?? points.length - 1];
  write(find("equity-worth"), point ? worth(point) : "");
  write(find("equity-time"), point ? when(point) : "");
}
