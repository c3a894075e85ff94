/** Amounts: decimal text from the API to text for people, digit by digit; they never become numbers. */

import { make } from "./dom.js";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const MINUS = "−";
const TAIL_SIZE = 0.8;
const SIGNIFICANT = 4;

/** How kinds of amounts are written: `least` decimals always, `strong` ones in full size, the others smaller. */
export const MONEY = { least: 2, strong: 2 };
export const GAIN = { ...MONEY, signed: true };
export const PRICE = { least: 2, strong: Infinity };
export const QUANTITY = { least: 0, strong: Infinity };

/** The amount in full, digits grouped. */
export function written(amount, kind = MONEY) {
  const { whole, fraction, tail } = parts(amount, kind);
  return whole + fraction + tail;
}

/** "gain", "loss" or "even". */
export function direction(amount) {
  if (!/[1-9]/.test(amount)) return "even";
  return amount.startsWith("-") ? "loss" : "gain";
}

export function amountElement() {
  const decimals = make("span", { class: "decimals" }, make("span"), make("span", { class: "tail" }));
  return make("data", { class: "amount" }, make("span"), decimals);
}

/** Shows `amount`, or a dash for null; returns the width of its decimals in digits. */
export function showAmount(element, amount, kind) {
  const { whole, fraction, tail } = amount === null ? { whole: "—", fraction: "", tail: "" } : parts(amount, kind);
  if (element.value !== (amount ?? "")) {
    const [shownWhole, decimals] = element.children;
    element.value = amount ?? "";
    shownWhole.textContent = whole;
    decimals.firstElementChild.textContent = fraction;
    decimals.lastElementChild.textContent = tail;
    if (kind.signed) element.dataset.direction = amount === null ? "even" : direction(amount);
  }
  return fraction.length + tail.length * TAIL_SIZE;
}

/** An amount below one shows four significant digits in full size, however small it is. */
function parts(amount, { least, strong, signed = false }) {
  const [, minus, whole, fraction = ""] = DECIMAL.exec(amount);
  const mark = minus ? MINUS : signed && direction(amount) === "gain" ? "+" : "";
  const cut = whole === "0" ? Math.max(strong, /^0*/.exec(fraction)[0].length + SIGNIFICANT) : strong;
  const shown = fraction.slice(0, cut).padEnd(least, "0");
  return {
    whole: mark + whole.replace(/\B(?=(\d{3})+$)/g, ","),
    fraction: shown && `.${shown}`,
    tail: fraction.slice(cut),
  };
}
