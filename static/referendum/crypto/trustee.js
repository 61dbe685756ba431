// A trustee's key pair: the secret exponent, and the public key with the proof that somebody knows the secret.

import { NAME, powerOfG, randomExponent, readElement, readExponent, isElement } from "./group.js";
import { checkKnowledge, proveKnowledge } from "./proofs.js";

const label = (publicKey) => `pok|${NAME}|${publicKey}|`;

/** The public part of a secret key, in the order of fields of the archive. */
export async function publicPart(secret, draw = randomExponent) {
  const publicKey = String(powerOfG(secret));
  return { pok: await proveKnowledge(label(publicKey), secret, draw), public_key: publicKey };
}

export const makeSecretKey = () => randomExponent();

/** Throws unless the public part is a well-formed key with a good proof. */
export async function checkPublicPart({ pok, public_key: publicKey }) {
  const element = readElement(publicKey);
  const good = element !== 1n && isElement(element) && await checkKnowledge(
    label(publicKey), element, readExponent(pok.challenge), readExponent(pok.response));
  if (!good) throw new Error("A trustee's public key has a false proof.");
  return element;
}
