/** The API, called with a token that lives in this module's memory and nowhere else. */

const DEADLINE = 15_000;

let token = "";

export const hold = (given) => { token = given; };
export const forget = () => { token = ""; };

/** The role that the token claims to have, to offer what fits it; only the service decides what it may do. */
export function claimedRole() {
  try {
    const [, claims] = token.split(".");
    return JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).role;
  } catch {
    return undefined;
  }
}

/** The service said no, or could not be reached. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Raises Refusal unless the answer is a success; without a `signal` of its own a call has a deadline. */
export async function call(path, { method = "GET", headers = {}, body, signal = AbortSignal.timeout(DEADLINE) } = {}) {
  const authorised = { ...headers, Authorization: `Bearer ${token}` };
  if (body !== undefined) authorised["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, signal, headers: authorised, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit",
    });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refusal(0, "The service does not answer.");
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** The service's health, which needs no token and has an answer also when it is bad. */
export async function health() {
  const answer = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(DEADLINE) });
  return answer.json();
}

export const read = async (path) => (await call(path)).json();

async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  const detail = problem.detail || problem.title || `The service answered ${answer.status}.`;
  return new Refusal(answer.status, detail);
}
