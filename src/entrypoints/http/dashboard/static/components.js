/** The components: one row each, its state by icon and word as well as colour. */

import { find, icon, keep, make, title, write } from "./dom.js";
import { minute } from "./times.js";

const WORDS = { pass: "works", warn: "look at it", fail: "fails" };
const INSTANT = /^\d{4}-\d\d-\d\dT.*Z$/;
const WORST_FIRST = ["fail", "warn", "pass"];

export function showComponents(checks) {
  const all = Object.entries(checks).map(([name, check]) => ({ name, ...check }));
  const sorted = [...all].sort((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status));
  keep(find("components"), sorted, (check) => check.name, build, update);
  write(find("components-count"), `${all.filter((check) => check.status === "pass").length} of ${all.length} work`);
}

function build(check) {
  const mark = make("span", { class: "mark" });
  const [observed, state, output] = ["observed", "state", "output"].map((part) => make("span", { class: part }));
  return make("li", {}, mark, make("span", { class: "name" }, title(check.name)), observed, state, output);
}

function update(row, check) {
  const [mark, , observed, state, output] = row.children;
  if (row.dataset.status !== check.status) {
    row.dataset.status = check.status;
    mark.replaceChildren(icon(check.status));
    write(state, WORDS[check.status]);
  }
  write(observed, measured(check));
  write(output, check.output ?? "");
}

function measured({ observed_value: value, observed_unit: unit }) {
  if (value === null) return "";
  if (INSTANT.test(value)) return minute(value);
  const shown = typeof value === "number" ? String(Math.round(value * 100) / 100) : value;
  return unit ? `${shown} ${unit}` : shown;
}
