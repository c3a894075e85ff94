/** Open positions and last trades. */

import { GAIN, MONEY, PRICE, QUANTITY } from "./amounts.js";
import { find, title, write } from "./dom.js";
import { table } from "./table.js";
import { minute } from "./times.js";

const SHOWN_TRADES = 12;

const positions = table(find("positions"), {
  label: "Open positions",
  key: (position) => position.symbol,
  empty: "Nothing is held: everything is cash.",
  columns: [
    { name: "symbol", label: "Symbol", text: (position) => position.symbol },
    { name: "quantity", label: "Quantity", amount: (position) => position.quantity, kind: QUANTITY },
    { name: "cost", label: "Average cost", amount: (position) => position.average_cost, kind: MONEY },
    { name: "price", label: "Last price", amount: (position) => position.last_price, kind: PRICE },
    { name: "value", label: "Value", amount: (position) => position.value, kind: MONEY },
    { name: "gain", label: "Unrealised", amount: (position) => position.unrealised_pnl, kind: GAIN },
  ],
});

const trades = table(find("trades"), {
  label: "Last trades",
  key: (trade) => trade.id,
  empty: "Nothing was traded yet.",
  columns: [
    { name: "time", label: "Time, UTC", text: (trade) => minute(trade.executed_at) },
    { name: "symbol", label: "Symbol", text: (trade) => trade.symbol },
    { name: "side", label: "Side", text: (trade) => title(trade.side) },
    { name: "quantity", label: "Quantity", amount: (trade) => trade.quantity, kind: QUANTITY },
    { name: "price", label: "Price", amount: (trade) => trade.price, kind: PRICE },
    { name: "fee", label: "Fee", amount: (trade) => trade.fee, kind: MONEY },
    { name: "by", label: "Decided by", text: (trade) => (trade.strategy ?? "hand").replaceAll("_", " ") },
  ],
});

export function showPositions(held) {
  positions(held);
  write(find("positions-count"), held.length ? String(held.length) : "");
}

/** Newest first. */
export function showTrades(newest) {
  trades(newest.slice(0, SHOWN_TRADES));
  write(find("trades-count"), newest.length ? `newest ${Math.min(newest.length, SHOWN_TRADES)}` : "");
}
