/** The page's course: ask for a token, follow the service with it, show what it tells. */

import { forget, health, hold, read } from "./api.js";
import { showComponents } from "./components.js";
import { find } from "./dom.js";
import { extendCurve, startCurve } from "./equity.js";
import { follow } from "./events.js";
import { fresh, lost, nothingShown, onStale } from "./freshness.js";
import { UNKNOWN, showHalt } from "./halt.js";
import { showPositions, showTrades } from "./holdings.js";
import { showMoney } from "./money.js";
import { askForToken, onToken, signedIn } from "./sign-in.js";
import { showFacts, showMode, showSilence, showVerdict } from "./verdict.js";

const EVENTS = "/api/v1/system/events";
const HISTORY = "/api/v1/portfolio/history?limit=1000";

let following = null;

onToken((token) => {
  hold(token);
  following = new AbortController();
  let begun = false;
  follow(EVENTS, {
    connected: async () => startCurve((await read(HISTORY)).items),
    event: (name, data) => {
      if (name !== "snapshot") return;
      begun = true;
      show(data);
    },
    lost: (failure) => {
      const over = !begun || failure.status === 401 || failure.status === 403;
      if (over) leave(reasonFor(failure, begun));
      else lost();
      return !over;
    },
  }, following.signal);
});

find("sign-out").addEventListener("click", () => leave());

onStale((since) => showSilence(`No news from the service since ${since}.`));

leave();

function leave(reason) {
  following?.abort();
  forget();
  nothingShown();
  askForToken(reason);
  health().then((known) => {
    if (!following || following.signal.aborted) {
      showVerdict(known);
      showFacts(known);
    }
  }, () => showSilence("The service does not answer."));
}

function reasonFor(failure, begun) {
  if (failure.status !== 401) return failure.message;
  if (begun) return "The token has expired. Make a new one.";
  return "The service does not take this token: it is wrong or has expired.";
}

function show(snapshot) {
  const { as_of: at, mode, source, portfolio, positions, trades } = snapshot;
  const halt = snapshot.halt ?? UNKNOWN;
  signedIn();
  fresh(at);
  showMode(mode, source);
  showVerdict(snapshot.health, { halted: halt.halted, mode });
  showFacts(snapshot.health, portfolio.as_of);
  showComponents(snapshot.health.checks);
  showHalt(halt);
  showMoney(portfolio);
  extendCurve(portfolio);
  showPositions(positions);
  showTrades(trades);
}
