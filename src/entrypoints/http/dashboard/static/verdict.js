/** The verdict: one sentence with an icon, what is running since when, and whether money is real. */

import { find, icon, keep, make, title, write } from "./dom.js";
import { duration, minute } from "./times.js";

const TRADING = { paper: "trading on paper", live: "trading with real money" };

/** The strip that no scrolling hides. */
export function showMode(mode, source) {
  const strip = find("mode");
  const money = mode === "live" ? "Real money moves." : "No real money moves.";
  if (strip.dataset.mode === mode && strip.dataset.source === source) return;
  Object.assign(strip.dataset, { mode, source });
  strip.replaceChildren(
    make("strong", {}, `${mode} trading`), make("strong", {}, `${source} market`), make("span", {}, money),
  );
  strip.hidden = false;
  document.title = `${mode.toUpperCase()} · ${source.toUpperCase()} · Crypto Bot`;
}

/** `trading` is what is to be said of it; nothing when that is not known. */
export function showVerdict({ status, checks }, trading = {}) {
  const stopped = trading.halted && status === "pass";
  const said = trading.halted ? "trading is halted" : TRADING[trading.mode];
  tell(stopped ? "halt" : status, sentenceFor(status, Object.entries(checks), said));
}

/** The service does not say how it is. */
export function showSilence(sentence) {
  tell("fail", sentence);
}

function tell(drawing, sentence) {
  const heading = find("verdict");
  if (heading.dataset.status === drawing && heading.textContent === sentence) return;
  heading.dataset.status = drawing;
  heading.replaceChildren(icon(drawing), make("span", {}, sentence));
}

/** What runs, since when, and where its market's clock stands. */
export function showFacts({ version, release_id: commit, uptime_seconds: uptime }, marketTime) {
  const facts = [
    `Version ${version}`, commit && `commit ${commit.slice(0, 12)}`, `up ${duration(uptime)}`,
    marketTime && `market time ${minute(marketTime)} UTC`,
  ];
  keep(find("facts"), facts.filter(Boolean), (fact) => fact.split(" ")[0], () => make("span"), write);
}

function sentenceFor(status, checks, trading) {
  const named = checks.filter(([, check]) => check.status === status).map(([name]) => title(name)).join(", ");
  const state = { pass: "All is well", warn: `Working, but look at ${named}`, fail: `Not working: ${named}` };
  const rest = status !== "fail" && trading ? `: ${trading}` : "";
  return `${state[status]}${rest}.`;
}
