// Hands the two sealed ballots to the ballot box. No cookie goes with them: the booth has no session, and nothing
// should join a ballot to a member who is signed in elsewhere in the same browser.

const PATIENCE = 30000;
const TOO_MANY = 429; // refused before it was looked at: the same ballot may be sent again
const BROKEN = 500; // from here on the box itself failed, before or after storing

const asked = (body, signal) => ({
  method: "POST", body, signal, credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer",
  headers: { "Content-Type": "application/json", Accept: "application/json" },
});

/**
 * Answers {state: "recorded", trackers}, {state: "refused", reason, again}, or {state: "unsure"} when nobody
 * can know here whether the ballot arrived.
 */
export async function send(url, { v, c }) {
  const waiting = new AbortController(); // and not AbortSignal.timeout: phones of 2021 seal, and would then send nothing
  setTimeout(() => waiting.abort(), PATIENCE);
  try {
    const response = await fetch(url, asked(JSON.stringify({ v, c }), waiting.signal));
    const answer = await response.json();
    if (answer.state === "recorded") return { state: "recorded", trackers: answer.trackers ?? {} };
    if (answer.state === "refused" && answer.reason && response.status < BROKEN) {
      return { state: "refused", reason: String(answer.reason), again: response.status === TOO_MANY };
    }
  } catch { /* the network went, or something else than the box answered */ }
  return { state: "unsure" };
}
