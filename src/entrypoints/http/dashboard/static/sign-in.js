/** Asks for the token, says why, and hands it over; nothing is kept here. */

import { find, write } from "./dom.js";

const PRINTABLE = /^[\x21-\x7e]+$/;

/** Calls `use(token)` for each token that is entered. */
export function onToken(use) {
  find("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = find("token").value.trim();
    find("token").value = "";
    if (PRINTABLE.test(token)) use(token);
    else askForToken(token ? "A token has no spaces and only plain characters." : "Paste a token first.");
  });
}

export function askForToken(reason = "") {
  show({ signedIn: false });
  find("sign-in-reason").hidden = !reason;
  write(find("sign-in-reason"), reason);
  find("token").focus();
}

export function signedIn() {
  if (find("sign-in").hidden) return;
  show({ signedIn: true });
  find("main").focus({ preventScroll: true });
}

function show({ signedIn }) {
  find("sign-in").hidden = signedIn;
  for (const id of ["board", "sign-out", "freshness"]) find(id).hidden = !signedIn;
  if (!signedIn) find("halt-button").hidden = true;
}
