// Seals the two ballots of one voter: the vote and, where there was a debate, the citations. Sealed ballots carry no
// signature; only then are they signed, to be cast, or opened, to be tested. Either happens once, and to the last pair
// alone: what was opened can never be signed.

import { readElection, sealBallot, signBallot, stepsOf, warmUp } from "./ballot.js";
import { marksIn } from "./opening.js";

const elections = new Map();
let standing = null; // the last pair, until it is signed or opened
let turns = 0;

async function electionOf(text) {
  if (!elections.has(text)) elections.set(text, await readElection(text));
  return elections.get(text);
}

/** Reads the elections and fills the tables, before anything is known of the voter. */
export async function prepare(texts) {
  for (const text of texts) warmUp(await electionOf(text));
}

async function inPair(work) {
  return { v: await work("v"), c: await work("c") };
}

/**
 * `parts` is {v: {election, choices}, c: the same or null}; answers with the seal numbers {v, c: the same or null}.
 * `onStep(done, total)` is called after each sealed answer.
 */
export async function seal({ code, parts }, onStep) {
  turns += 1;
  const turn = turns;
  standing = null;
  const read = await inPair((name) => parts[name] && electionOf(parts[name].election));
  const total = [read.v, read.c].filter(Boolean).reduce((sum, election) => sum + stepsOf(election), 0);
  let done = 0;
  const onEach = () => { done += 1; onStep(done, total); };
  const pair = await inPair(async (name) => parts[name] && {
    text: parts[name].election, election: read[name],
    ...await sealBallot(read[name], code, parts[name].choices, { onStep: onEach }),
  });
  if (turn === turns) standing = pair;
  return { v: pair.v.hash, c: pair.c?.hash ?? null };
}

/** The pair with these seal numbers, which is then used up. */
function spend(numbers) {
  const pair = standing;
  standing = null;
  if (pair?.v.hash !== numbers.v || (pair.c?.hash ?? null) !== numbers.c) {
    throw Object.assign(new Error("No such sealed ballots stand here."), { problem: "gone" });
  }
  return pair;
}

/** Throws away what stands. */
export function forget() {
  turns += 1;
  standing = null;
}

/** Signs the pair: {v: {text, tracker}, c: the same or null}. */
export async function sign(numbers) {
  const pair = spend(numbers);
  return inPair(async (name) => {
    if (!pair[name]) return null;
    const { text, tracker } = await signBallot(pair[name]);
    return { text, tracker };
  });
}

/**
 * Opens the pair for a test: `text` is the file of referendum/archive/SPEC.md, clause 12, `marks` what the ciphertexts
 * were found to hold, `count` how many there are.
 */
export async function burn(numbers) {
  const pair = spend(numbers);
  const opened = [pair.v, pair.c].filter(Boolean);
  const found = await inPair((name) => pair[name] && marksIn(pair[name]));
  const ballots = opened.map(({ text, body, randomness }) =>
    ({ election: text, body: JSON.stringify(body), randomness: randomness.map((each) => each.map(String)) }));
  return {
    text: JSON.stringify({ opened_ballots: 1, ballots }),
    marks: found,
    count: opened.reduce((sum, { randomness }) => sum + randomness.flat().length, 0),
  };
}
