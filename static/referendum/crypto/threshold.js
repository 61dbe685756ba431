// What is public of a threshold group: certificates, the exponents that its members published, their keys to the count.

import { isElement, power, readElement, times } from "./group.js";
import { checkSigned } from "./signed.js";
import { checkPublicPart } from "./trustee.js";

/** Why a message of the ceremony is refused, in a short word for the page to translate; `from` is its sender's place. */
export class CeremonyProblem extends Error {
  constructor(problem, from = 0) {
    super(`A message of the ceremony is refused (${problem}).`);
    this.problem = problem;
    this.from = from;
  }
}

export const refuseUnless = (good, problem, from) => { if (!good) throw new CeremonyProblem(problem, from); };

/** What `act` gives; whatever it throws becomes the problem, with the place of the member whose message it was. */
export async function blaming(problem, from, act) {
  try { return await act(); } catch (error) {
    if (error instanceof CeremonyProblem && error.from) throw error;
    throw new CeremonyProblem(problem, from);
  }
}

export const readCertificate = (signed, from) => blaming("certificate", from, async () => {
  const keys = JSON.parse(signed.message);
  const [verification, encryption] = [readElement(keys.verification), readElement(keys.encryption)];
  refuseUnless(verification !== 1n && isElement(verification) && encryption !== 1n && isElement(encryption), "element");
  await checkSigned(verification, signed);
  return { verification, encryption };
});

/** g to each coefficient of a member's polynomial, signed by the member. */
export const readExponents = (signed, { verification }, threshold, from) => blaming("shares", from, async () => {
  const { coefexps } = await checkSigned(verification, signed);
  const read = coefexps.map(readElement);
  refuseUnless(read.length === threshold && read.every((each) => each !== 1n && isElement(each)), "shares");
  return read;
});

/** g to the polynomial's value at `place`. */
export const publicValueAt = (exponents, place) =>
  exponents.reduceRight((product, each) => times(power(product, BigInt(place)), each), 1n);

/** Checks a whole group as the record states it; answers its part of the joint key. Throws where anything is wrong. */
export async function checkGroup({ threshold, certs, coefexps, verification_keys: keys }) {
  const sums = Array.from({ length: threshold }, () => 1n);
  refuseUnless(threshold >= 1 && coefexps.length === certs.length && keys.length === certs.length, "shares");
  for (const [at, signed] of certs.entries()) {
    const exponents = await readExponents(coefexps[at], await readCertificate(signed, at + 1), threshold, at + 1);
    exponents.forEach((each, place) => { sums[place] = times(sums[place], each); });
  }
  for (const [at, key] of keys.entries()) {
    refuseUnless(await checkPublicPart(key) === publicValueAt(sums, at + 1), "key", at + 1);
  }
  return sums[0];
}
