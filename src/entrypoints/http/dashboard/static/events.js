/** Server-sent events over fetch(), because EventSource cannot send an Authorization header. */

import { call } from "./api.js";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
const LONGEST_SILENCE = 20_000;

/**
 * Follows `path` until `signal` aborts: reconnects with growing pauses and resumes after the last event id.
 * `on.event(name, data)` gets each event, `on.connected()` each connection, `on.lost(error, pause)` each loss;
 * when that returns false, following ends.
 */
export async function follow(path, on, signal) {
  let last = "";
  let first = FIRST_PAUSE;
  let pause = first;
  while (!signal.aborted) {
    const connection = new AbortController();
    const end = () => connection.abort();
    const hush = () => connection.abort(new Error("The service fell silent."));
    signal.addEventListener("abort", end);
    try {
      const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
      const answer = await heard(call(path, { headers, signal: connection.signal }), hush);
      await on.connected();
      for await (const event of events(answer.body, hush)) {
        first = event.retry ?? first;
        pause = first;
        last = event.id ?? last;
        if (event.data) on.event(event.name, JSON.parse(event.data));
      }
      throw new Error("The stream ended.");
    } catch (failure) {
      if (signal.aborted || on.lost(failure, pause) === false) return;
    } finally {
      signal.removeEventListener("abort", end);
      connection.abort();
    }
    await rest(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** What `answer` brings; calls `hush` when that takes too long. */
function heard(answer, hush) {
  const alarm = setTimeout(hush, LONGEST_SILENCE);
  return answer.finally(() => clearTimeout(alarm));
}

/** Events as they arrive. */
async function* events(body, hush) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await heard(reader.read(), hush);
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) yield parsed(block);
  }
}

function parsed(block) {
  const event = { name: "message" };
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "event") event.name = value;
    else if (field === "data") data.push(value);
    else if (field === "id") event.id = value;
    else if (field === "retry") event.retry = Number(value);
  }
  event.data = data.join("\n");
  return event;
}

/** Waits, but not when the page comes back to somebody's eyes or to the network. */
function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    const targets = [[signal, "abort"], [window, "online"], [document, "visibilitychange"]];
    const done = () => {
      clearTimeout(timer);
      for (const [target, name] of targets) target.removeEventListener(name, done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    for (const [target, name] of targets) target.addEventListener(name, done);
  });
}
