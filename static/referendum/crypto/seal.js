// Seals the two ballots of one voter: the vote and, where there was a debate, the citations.

import { makeBallot, readElection, stepsOf, warmUp } from "./ballot.js";

const elections = new Map();

async function electionOf(text) {
  if (!elections.has(text)) elections.set(text, await readElection(text));
  return elections.get(text);
}

/** Reads the elections and fills the tables, before anything is known of the voter. */
export async function prepare(texts) {
  for (const text of texts) warmUp(await electionOf(text));
}

/**
 * `parts` is {v: {election, choices}, c: the same or null}; answers with {v: {text, tracker}, c: the same or null}.
 * `onStep(done, total)` is called after each sealed answer.
 */
export async function seal({ code, parts }, onStep) {
  const wanted = Object.entries(parts).filter(([, part]) => part);
  const read = new Map();
  for (const [name, { election }] of wanted) read.set(name, await electionOf(election));
  const total = [...read.values()].reduce((sum, election) => sum + stepsOf(election), 0);
  const sealed = { v: null, c: null };
  let done = 0;
  for (const [name, { choices }] of wanted) {
    const { text, tracker } = await makeBallot(read.get(name), code, choices,
      { onStep: () => { done += 1; onStep(done, total); } });
    sealed[name] = { text, tracker };
  }
  return sealed;
}
