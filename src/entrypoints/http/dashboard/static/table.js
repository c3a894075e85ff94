/** Tables of keyed rows: amounts line up at the decimal point, and on a phone each row becomes a card. */

import { amountElement, showAmount } from "./amounts.js";
import { keep, make, write } from "./dom.js";

/**
 * A table inside `parent`, as a function that shows rows. A column has a `name`, a `label`, and either
 * `text(row)` or `amount(row)` with the `kind` of amount; `empty` is said when there is no row.
 */
export function table(parent, { label, columns, key, empty }) {
  const heads = columns.map((column) => {
    return make("th", { scope: "col", role: "columnheader", class: classOf(column) }, column.label);
  });
  const body = make("tbody", { role: "rowgroup" });
  const whole = make(
    "table", { role: "table", "aria-label": label },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads)), body,
  );
  const nothing = make("p", { class: "empty" }, empty);
  parent.replaceChildren(whole, nothing);
  return (rows) => {
    const decimals = columns.map(() => 0);
    keep(body, rows, key, () => row(columns), (line, item) => {
      columns.forEach((column, index) => {
        decimals[index] = Math.max(decimals[index], fill(line.children[index], column, item));
      });
    });
    columns.forEach((_, index) => {
      for (const line of body.children) line.children[index].style.setProperty("--decimals", `${decimals[index]}ch`);
    });
    whole.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
  };
}

const classOf = (column) => `${column.name} ${column.amount ? "number" : ""}`.trim();

function row(columns) {
  const cells = columns.map((column) => {
    const cell = make("td", { role: "cell", class: classOf(column), "data-label": column.label });
    cell.append(column.amount ? amountElement() : make("span"));
    return cell;
  });
  return make("tr", { role: "row" }, ...cells);
}

/** Returns how wide the decimals of the cell's amount are, in digits. */
function fill(cell, column, item) {
  const content = cell.firstElementChild;
  if (column.amount) return showAmount(content, column.amount(item), column.kind);
  write(content, column.text(item));
  content.dataset.value = content.textContent;
  return 0;
}
