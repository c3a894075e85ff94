/** How old is what the page shows: says so, and makes it visible when it is too old. */

import { find, write } from "./dom.js";
import { clock, duration } from "./times.js";

const STALE_AFTER = 10_000;

let heardAt = null;
let connected = false;
let stale = false;
let whenStale = () => {};

/** Calls `tell(time)` once each time that what is shown has become too old. */
export function onStale(tell) {
  whenStale = tell;
}

/** Data of the service's time `instant` has arrived. */
export function fresh(instant) {
  heardAt = Date.now();
  connected = true;
  const time = find("as-of");
  time.dateTime = instant;
  write(time, clock(instant));
  look();
}

/** The stream stopped. */
export function lost() {
  connected = false;
  look();
}

/** Nothing is shown that could be old. */
export function nothingShown() {
  heardAt = null;
  look();
}

function look() {
  const age = heardAt === null ? 0 : Date.now() - heardAt;
  const was = stale;
  stale = age > STALE_AFTER;
  document.body.classList.toggle("stale", stale);
  find("freshness").dataset.state = stale ? "stale" : connected ? "live" : "lost";
  write(find("freshness-state"), words(age));
  if (stale && !was) whenStale(find("as-of").textContent);
}

function words(age) {
  if (stale) return `Stale, silent for ${duration(age / 1000)}`;
  return connected ? "Live" : "Reconnecting";
}

setInterval(look, 1_000);
