// The booth's and the trustees' worker. One message in, {id, task, …}; out come {id, done, total, stage} while it
// works, and at the end {id, result} or {id, problem, message}.

import { prepare, seal } from "./seal.js";
import { openRecord } from "./tally.js";

const TASKS = {
  prepare: ({ elections }) => prepare(elections),
  seal: (task, report) => seal(task, (done, total) => report({ done, total })),
  open: ({ record, secret, minimum }, report) => openRecord(record, BigInt(secret),
    { minimum, onStep: (stage, done, total) => report({ stage, done, total }) }),
};

addEventListener("message", async ({ data: { id, task, ...rest } }) => {
  try {
    postMessage({ id, result: await TASKS[task](rest, (progress) => postMessage({ id, ...progress })) });
  } catch (error) {
    postMessage({ id, problem: error.problem ?? "failed", message: error.message });
  }
});
