/** What the account is worth, to the last digit. */

import { GAIN, MONEY, amountElement, showAmount, written } from "./amounts.js";
import { find, keep, make, write } from "./dom.js";

const FIGURES = [
  {
    name: "equity", label: "Equity", kind: MONEY,
    note: (portfolio) => `${portfolio.currency}, began with ${written(portfolio.starting_balance)}`,
  },
  { name: "cash", label: "Cash", kind: MONEY, note: () => "free to invest" },
  { name: "realised_pnl", label: "Realised", kind: GAIN, note: () => "by sales, before fees" },
  { name: "unrealised_pnl", label: "Unrealised", kind: GAIN, note: () => "at the last prices" },
  { name: "fees", label: "Fees", kind: MONEY, note: () => "paid so far" },
];

export function showMoney(portfolio) {
  keep(find("money"), FIGURES, (figure) => figure.name, build, (tile, figure) => {
    showAmount(tile.querySelector("data"), portfolio[figure.name], figure.kind);
    write(tile.querySelector(".note"), figure.note(portfolio));
  });
}

function build({ name, label }) {
  return make(
    "div", { class: `figure ${name}` },
    make("dt", {}, label), make("dd", {}, amountElement()), make("dd", { class: "note" }),
  );
}
