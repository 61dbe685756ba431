// The trustee's side of the count: recompute the product of all ballots from the public record, compare it with
// the announced one, and only then decrypt one's part of it, with proofs.

import { lengthOf, readElection } from "./ballot.js";
import { checkProofs, checkSignature, readBallot } from "./check.js";
import { NAME, isElement, power, powerOfG, randomExponent, readElement, times } from "./group.js";
import { proveFactors, proveSameExponent } from "./proofs.js";
import { checkGroup } from "./threshold.js";
import { checkPublicPart } from "./trustee.js";

/** What the record fails to prove. `problem` is a short word for the page to translate. */
export class RecordProblem extends Error {
  constructor(problem) {
    super(`The public record cannot be opened (${problem}).`);
    this.problem = problem;
  }
}

const refuseUnless = (good, problem) => { if (!good) throw new RecordProblem(problem); };

/** Yields to the event loop now and then, so that a progress bar can move. */
const breathe = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/** The part of the joint key that stands behind one item of the record, and the keys of its trustees, in order. */
async function readItem([kind, stated]) {
  if (kind === "Single") return { part: await checkPublicPart(stated), keys: [stated.public_key] };
  refuseUnless(kind === "Pedersen", "trustees");
  return { part: await checkGroup(stated), keys: stated.verification_keys.map((each) => each.public_key) };
}

/**
 * Checks the trustees' keys, also of a threshold group, and that the election's key is made of them all; answers this
 * trustee's number, from 1 through all items.
 */
export async function findTrustee(election, trusteesText, secret) {
  const mine = String(powerOfG(secret));
  let whole = 1n;
  const keys = [];
  for (const stated of JSON.parse(trusteesText)) {
    let item;
    try { item = await readItem(stated); } catch { throw new RecordProblem("trustees"); }
    whole = times(whole, item.part);
    keys.push(...item.keys);
  }
  refuseUnless(whole === election.publicKey, "trustees");
  refuseUnless(keys.includes(mine), "not-yours");
  return keys.indexOf(mine) + 1;
}

/** The list's lines are "C" or "C,weight". With other weights than 1 a total could show how one voter voted. */
function readCredentials(credentialsText) {
  const lines = JSON.parse(credentialsText);
  refuseUnless(lines.every((line) => !line.includes(",")), "weight");
  return new Set(lines);
}

function ones(election) {
  return election.questions.map((question) =>
    Array.from({ length: lengthOf(question) }, () => ({ alpha: 1n, beta: 1n })));
}

function multiplyInto(sums, { answers }) {
  answers.forEach(({ choices }, question) => choices.forEach(({ alpha, beta }, at) => {
    const sum = sums[question][at];
    sum.alpha = times(sum.alpha, alpha);
    sum.beta = times(sum.beta, beta);
  }));
}

const written = (sums) =>
  JSON.stringify(sums.map((row) => row.map(({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) }))));

/**
 * Multiplies the last ballot of each credential. Every ballot must be in its right form, for this election, with a
 * listed credential, signed with it; with `proofs` its proofs must hold too (a quarter of a second a ballot). Goes
 * backwards and keeps one ballot at a time in memory: 5,000 of them are large.
 */
export async function productOf(election, ballotTexts, credentials, { proofs = false, onStep = () => {} } = {}) {
  const sums = ones(election);
  const counted = new Set();
  for (let at = ballotTexts.length - 1; at >= 0; at -= 1) {
    const ballot = readBallot(election, ballotTexts[at]);
    const credential = String(ballot.credential);
    refuseUnless(credentials.has(credential), "ballot-credential");
    await checkSignature(ballot);
    if (proofs) await checkProofs(election, ballot);
    if (!counted.has(credential)) multiplyInto(sums, ballot);
    counted.add(credential);
    onStep(ballotTexts.length - at, ballotTexts.length);
    if (at % 50 === 0) await breathe();
  }
  return { text: written(sums), count: counted.size };
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

/** The second proof of the same factors, whose challenge covers ciphertexts and factors too (clauses 6 and 11). */
export async function secondProof(election, tallyText, decryptionText, secret, draw = randomExponent) {
  const factors = JSON.parse(decryptionText).decryption_factors.flat().map(readElement);
  const pairs = JSON.parse(tallyText).flat().map(({ alpha }, at) => [readElement(alpha), factors[at]]);
  return proveFactors(`factors|${NAME}|${election.fingerprint}|${powerOfG(secret)}|`, pairs, secret, draw);
}

/** The least number of ballots that the election's own description, hashed into every ballot, lets the trustees open. */
export function minimumOf(election) {
  try {
    const least = JSON.parse(election.description).minimum_ballots;
    return Number.isInteger(least) ? least : 0;
  } catch {
    return 0; // a description in plain words names no rule
  }
}

/**
 * The whole work on one public record {election, trustees, credentials, ballots, encrypted_tally}, all exact texts.
 * Refuses a foreign key, a voter with another weight than 1, a ballot in the wrong form, with an unlisted credential or
 * a false signature, fewer counted ballots than `minimum` or the election's own rule, a product that is not the
 * announced one; with `proofs` also any ballot with a false proof.
 */
export async function openRecord(record, secret, { minimum = 0, proofs = false, onStep = () => {} } = {}) {
  const election = await readElection(record.election);
  const owner = await findTrustee(election, record.trustees, secret);
  const tally = await productOf(election, record.ballots, readCredentials(record.credentials),
    { proofs, onStep: (done, total) => onStep("ballots", done, total) });
  refuseUnless(tally.count >= Math.max(minimum, minimumOf(election)), "minimum");
  refuseUnless(tally.text === record.encrypted_tally, "product");
  const decryption = await partialDecryption(election, tally.text, secret,
    { onStep: (done, total) => onStep("decrypt", done, total) });
  const second = await secondProof(election, tally.text, decryption, secret);
  return { owner, count: tally.count, partial_decryption: decryption, second_proof: second };
}
