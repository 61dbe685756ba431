// Proofs of the ballot and of the trustees' work (referendum/archive/SPEC.md, clauses 4 to 6).
// The prover knows r of every ciphertext (alpha, beta) = (g^r, y^r g^m). So the commitments of a false branch,
// g^z alpha^c and y^z (beta/g^M)^c, are g^t and y^t g^((m-M)c) with t = z + rc: powers of g and y only, from tables.

import { G, fixedBase, modQ, power, powerOfG, randomExponent, times } from "./group.js";
import { hashToExponent } from "./hash.js";

const written = (challenge, response) => ({ challenge: String(challenge), response: String(response) });

/**
 * Proves that one branch is true without saying which. Each branch is {r, gap}: the ciphertext's randomness and
 * the difference m - M between what it holds and what the branch claims; the branch at `real` has gap 0.
 * Draws, branch by branch: for the true one w; for another its challenge, then its response.
 */
export async function proveOneOf(label, branches, real, publicKey, draw = randomExponent) {
  const y = fixedBase(publicKey);
  const commitments = [];
  const drawn = branches.map(({ r, gap }, at) => {
    const challenge = at === real ? 0n : draw();
    const response = draw(); // at the true branch this is w, and the response follows below
    const t = modQ(response + r * challenge);
    commitments.push(powerOfG(t), at === real
      ? y.power(t) : times(y.power(t), powerOfG(modQ(BigInt(gap) * challenge))));
    return { challenge, response };
  });
  const rest = drawn.reduce((sum, { challenge }) => sum + challenge, 0n);
  const mine = drawn[real];
  mine.challenge = modQ(await hashToExponent(label, commitments) - rest);
  mine.response = modQ(mine.response - branches[real].r * mine.challenge);
  return drawn.map(({ challenge, response }) => written(challenge, response));
}

/** Schnorr's proof of knowing `secret` behind g^secret, bound to a label: signatures, a trustee's key. */
export async function proveKnowledge(label, secret, draw = randomExponent) {
  const w = draw();
  const challenge = await hashToExponent(label, [powerOfG(w)]);
  return written(challenge, modQ(w - secret * challenge));
}

export async function checkKnowledge(label, element, challenge, response) {
  return challenge === await hashToExponent(label, [times(powerOfG(response), power(element, challenge))]);
}

/** Proves that factor = alpha^secret for the same secret as g^secret. */
export async function proveSameExponent(label, alpha, secret, draw = randomExponent) {
  const w = draw();
  const challenge = await hashToExponent(label, [powerOfG(w), power(alpha, w)]);
  return written(challenge, modQ(w - secret * challenge));
}

/**
 * One proof for all pairs [alpha, factor] at once that factor = alpha^secret, also with everything that it speaks of in
 * its challenge (clause 6, second proof). Draws one w, for this proof alone.
 */
export async function proveFactors(label, pairs, secret, draw = randomExponent) {
  const w = draw();
  const stated = pairs.flatMap(([alpha, factor]) => [alpha, factor, power(alpha, w)]);
  const challenge = await hashToExponent(label, [G, powerOfG(w), ...stated]);
  return written(challenge, modQ(w - secret * challenge));
}

export async function checkSameExponent(label, element, alpha, factor, challenge, response) {
  const first = times(power(G, response), power(element, challenge));
  const second = times(power(alpha, response), power(factor, challenge));
  return challenge === await hashToExponent(label, [first, second]);
}
