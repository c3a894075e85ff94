/** The kill switch: offered to those who may use it, and never pulled by one careless key. */

import { call, claimedRole } from "./api.js";
import { find, write } from "./dom.js";
import { minute } from "./times.js";

const ONLOOKERS = ["viewer", "analyst"];
const DEFAULT_REASON = "halted from the dashboard";

/** The kill switch of a service without settings. */
export const UNKNOWN = { halted: true, reason: "There are no risk settings on record.", changed_at: null };

export function showHalt(halt) {
  find("halted").hidden = !halt.halted;
  const offered = !ONLOOKERS.includes(claimedRole());
  find("halt-button").hidden = halt.halted || !offered;
  find("resume-button").hidden = !offered;
  write(find("halted-reason"), halt.reason);
  write(find("halted-at"), halt.changed_at ? `Since ${minute(halt.changed_at)} UTC.` : "");
}

dialog("halt", "resume", () => {
  find("halt-reason").value = DEFAULT_REASON;
  find("halt-reason").select();
}, () => call("/api/v1/risk/halt", { method: "POST", body: { reason: find("halt-reason").value } }));

dialog("resume", "halt", () => {}, () => call("/api/v1/risk/resume", { method: "POST" }));

/** Opens from its button, closes after `act` succeeded, and says why when it did not; `next` is what comes then. */
function dialog(name, next, prepare, act) {
  const box = find(`${name}-dialog`);
  const refusal = find(`${name}-refusal`);
  const submit = box.querySelector("[type=submit]");
  find(`${name}-button`).addEventListener("click", () => {
    refusal.hidden = true;
    box.showModal();
    prepare();
  });
  box.querySelector("[data-close]").addEventListener("click", () => box.close());
  find(`${name}-form`).addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const answer = await act();
      showHalt(await answer.json());
      box.close();
      find(`${next}-button`).focus();
    } catch (failure) {
      refusal.hidden = false;
      write(refusal, failure.message);
    } finally {
      submit.disabled = false;
    }
  });
}
