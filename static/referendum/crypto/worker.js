// The booth's and the trustees' worker. One message in, {id, task, …}; out come {id, done, total, stage} while it
// works, and at the end {id, result} or {id, problem, message}.

import { burn, prepare, seal, sign } from "./seal.js";
import { openRecord } from "./tally.js";

/** Fetched here, not on the page: 5,000 citation ballots are 240 MB of text. */
async function fetchRecord(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.ok) return await response.json();
  } catch { /* told below */ }
  throw Object.assign(new Error("The public record could not be fetched."), { problem: "fetch" });
}

const TASKS = {
  prepare: ({ elections }) => prepare(elections),
  seal: (task, report) => seal(task, (done, total) => report({ done, total })),
  sign: ({ numbers }) => sign(numbers),
  burn: ({ numbers }) => burn(numbers),
  open: async ({ recordUrl, secret, minimum, proofs }, report) => openRecord(await fetchRecord(recordUrl),
    BigInt(secret), { minimum, proofs, onStep: (stage, done, total) => report({ stage, done, total }) }),
};

addEventListener("message", async ({ data: { id, task, ...rest } }) => {
  try {
    postMessage({ id, result: await TASKS[task](rest, (progress) => postMessage({ id, ...progress })) });
  } catch (error) {
    postMessage({ id, problem: error.problem ?? "failed", message: error.message });
  }
});
