// The trustee's side of the count: recompute the product of all ballots from the public record, compare it with
// the announced one, and only then decrypt one's part of it, with proofs.

import { lengthOf, readElection } from "./ballot.js";
import { isElement, power, powerOfG, randomExponent, readElement, readExponent, times } from "./group.js";
import { proveSameExponent } from "./proofs.js";
import { checkPublicPart } from "./trustee.js";

/** What the record fails to prove. `problem` is a short word for the page to translate. */
export class RecordProblem extends Error {
  constructor(problem, detail = "") {
    super(detail ? `${problem}: ${detail}` : problem);
    this.problem = problem;
  }
}

const refuseUnless = (good, problem, detail) => { if (!good) throw new RecordProblem(problem, detail); };

/** Yields to the event loop now and then, so that a progress bar can move. */
const breathe = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/** Checks the trustees' keys and that the election's key is their product; answers this trustee's number from 1. */
export async function findTrustee(election, trusteesText, secret) {
  const mine = String(powerOfG(secret));
  let whole = 1n;
  let owner = 0;
  for (const [at, [kind, trustee]] of JSON.parse(trusteesText).entries()) {
    refuseUnless(kind === "Single", "trustees", "threshold groups are not read by this page");
    whole = times(whole, await checkPublicPart(trustee));
    if (trustee.public_key === mine) owner = at + 1;
  }
  refuseUnless(whole === election.publicKey, "trustees", "the election key is not the product of the trustees' keys");
  refuseUnless(owner, "not-yours");
  return owner;
}

/** The list's lines are "C" or "C,weight". */
function readWeights(credentialsText) {
  return new Map(JSON.parse(credentialsText).map((line) => {
    const [credential, weight = "1"] = line.split(",");
    return [credential, readExponent(weight)];
  }));
}

/** The last ballot of each credential, each checked for form, election and a listed credential. */
function lastBallots(election, ballotTexts, listed) {
  const last = new Map();
  for (const text of ballotTexts) {
    const ballot = JSON.parse(text);
    refuseUnless(JSON.stringify(ballot) === text, "ballot-form");
    refuseUnless(ballot.election_uuid === election.uuid && ballot.election_hash === election.fingerprint,
      "ballot-election");
    refuseUnless(listed.has(ballot.credential), "ballot-credential");
    last.set(ballot.credential, ballot);
  }
  return last;
}

/** Recomputes the encrypted tally: for each question a list of {alpha, beta}. */
export async function encryptedTally(election, ballotTexts, credentialsText, onStep = () => {}) {
  const weights = readWeights(credentialsText);
  const last = lastBallots(election, ballotTexts, weights);
  const sums = election.questions.map((question) =>
    Array.from({ length: lengthOf(question) }, () => ({ alpha: 1n, beta: 1n })));
  let done = 0;
  for (const { answers, credential } of last.values()) {
    const weight = weights.get(credential);
    const weighted = weight === 1n ? readElement : (number) => power(readElement(number), weight);
    refuseUnless(answers.length === sums.length, "ballot-form");
    answers.forEach(({ choices }, question) => {
      refuseUnless(choices.length === sums[question].length, "ballot-form");
      choices.forEach(({ alpha, beta }, at) => {
        const sum = sums[question][at];
        sum.alpha = times(sum.alpha, weighted(alpha));
        sum.beta = times(sum.beta, weighted(beta));
      });
    });
    done += 1;
    onStep(done, last.size);
    if (done % 50 === 0) await breathe();
  }
  const tally = sums.map((row) => row.map(({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) })));
  return { text: JSON.stringify(tally), count: last.size };
}

/** One trustee's factors of every ciphertext of a tally, each with its proof. */
export async function partialDecryption(election, tallyText, secret, { onStep = () => {}, draw = randomExponent } = {}) {
  const tally = JSON.parse(tallyText);
  const label = `decrypt|${election.fingerprint}|${powerOfG(secret)}|`;
  const factors = [];
  const proofs = [];
  const total = tally.reduce((sum, row) => sum + row.length, 0);
  let done = 0;
  for (const row of tally) {
    factors.push([]);
    proofs.push([]);
    for (const cipher of row) {
      const alpha = readElement(cipher.alpha);
      refuseUnless(isElement(alpha) && isElement(readElement(cipher.beta)), "tally-element");
      factors.at(-1).push(String(power(alpha, secret)));
      proofs.at(-1).push(await proveSameExponent(label, alpha, secret, draw));
      done += 1;
      onStep(done, total);
      await breathe();
    }
  }
  return JSON.stringify({ decryption_factors: factors, decryption_proofs: proofs });
}

/**
 * The whole work on one public record {election, trustees, credentials, ballots, encrypted_tally}, all exact texts.
 * Refuses a record with fewer ballots than `minimum`, a foreign key, a product that is not the announced one.
 */
export async function openRecord(record, secret, { minimum = 0, onStep = () => {} } = {}) {
  const election = await readElection(record.election);
  const owner = await findTrustee(election, record.trustees, readExponent(String(secret)));
  const recomputed = await encryptedTally(election, record.ballots, record.credentials,
    (done, total) => onStep("product", done, total));
  refuseUnless(recomputed.text === record.encrypted_tally, "product");
  refuseUnless(recomputed.count >= minimum, "minimum", String(recomputed.count));
  const decryption = await partialDecryption(election, recomputed.text, secret,
    { onStep: (done, total) => onStep("decrypt", done, total) });
  return { owner, count: recomputed.count, partial_decryption: decryption };
}
