// The key ceremony of a threshold group, as one member's browser does it: join with a certificate, give everybody a
// share, add up the shares one was given. Everything but the seed can be public; the seed is in the member's key file.
//
// The key that opens the count is never stored: the member seals it to itself, the site keeps the sealed text, and the
// seed opens it again. Texts are exactly what belenios-tool 2.0 prints and reads at the same steps.

import { P, modQ, powerOfG, randomExponent, readExponent, readNumber } from "./group.js";
import { base64Hash } from "./hash.js";
import { receive, secretsOf, send } from "./messages.js";
import { sign } from "./signed.js";
import { blaming, publicValueAt, readCertificate, readExponents, refuseUnless } from "./threshold.js";
import { publicPart } from "./trustee.js";

const SEED_LENGTH = 22;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const FAIR = 256 - 256 % BASE58.length;

export function makeSeed() {
  let seed = "";
  while (seed.length < SEED_LENGTH) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < FAIR) seed += BASE58[byte % BASE58.length];
  }
  return seed;
}

export const isSeed = (text) => text.length === SEED_LENGTH && [...text].every((each) => BASE58.includes(each));

/** The member's public name in the group: the element that checks its signatures. */
export const verificationOf = async (seed) => String(powerOfG((await secretsOf(seed)).signing));

/** The first message: the two public keys, signed with one of them. */
export async function makeCertificate(seed) {
  const { signing, opening } = await secretsOf(seed);
  const keys = { verification: String(powerOfG(signing)), encryption: String(powerOfG(opening)) };
  return JSON.stringify(await sign(signing, JSON.stringify(keys)));
}

/** What members read to each other: the same for all who were shown the same certificates. */
export const fingerprintOf = (certificates) => base64Hash(certificates.map((each) => `${each}\n`).join(""));

/** Everybody's public keys, our secrets, and our place in the group, from 1. */
async function enter(seed, certificates) {
  const mine = await secretsOf(seed);
  const group = [];
  for (const [at, text] of certificates.entries()) group.push(await readCertificate(JSON.parse(text), at + 1));
  const name = powerOfG(mine.signing);
  const place = group.findIndex(({ verification }) => verification === name) + 1;
  refuseUnless(place, "not-yours");
  const seen = group.flatMap(({ verification, encryption }) => [verification, encryption]);
  refuseUnless(new Set(seen).size === seen.length, "certificate");
  return { mine, group, place };
}

const valueAt = (polynomial, place) =>
  polynomial.reduceRight((sum, coefficient) => modQ(sum * BigInt(place) + coefficient), 0n);

/** The second message: a secret polynomial of `threshold` coefficients, its value for each member sealed to that one. */
export async function makeShares(seed, { certificates, threshold }) {
  const { mine, group, place } = await enter(seed, certificates);
  refuseUnless(threshold >= 2 && threshold <= group.length, "threshold");
  const polynomial = Array.from({ length: threshold }, () => randomExponent());
  const exponents = JSON.stringify({ coefexps: polynomial.map((each) => String(powerOfG(each))) });
  const own = JSON.stringify({ polynomial: polynomial.map(String) });
  const secrets = [];
  for (const [at, { encryption }] of group.entries()) {
    secrets.push(await send(mine.signing, encryption, JSON.stringify({ secret: String(valueAt(polynomial, at + 1)) })));
  }
  return JSON.stringify({
    polynomial: await send(mine.signing, group[place - 1].encryption, own),
    secrets, coefexps: await sign(mine.signing, exponents),
  });
}

/** The share that one member gave us, checked against what that member told everybody. */
const readShare = (sealed, sender, from, { mine, place }, exponents) => blaming("share", from, async () => {
  const { secret } = await receive(mine.opening, sender.verification, sealed);
  const share = modQ(readNumber(secret, P)); // the tool does not always reduce it
  refuseUnless(powerOfG(share) === publicValueAt(exponents, place), "share");
  return share;
});

/** Our own polynomial comes back to us: so we know that the round is the one we took part in. */
const checkOwn = (sealed, { mine, group, place }, exponents) => blaming("own", place, async () => {
  const { polynomial } = await receive(mine.opening, group[place - 1].verification, sealed);
  const same = polynomial.every((each, at) => powerOfG(readExponent(each)) === exponents[at]);
  refuseUnless(same && polynomial.length === exponents.length, "own");
});

/** The third message, from what all gave us (`input`, the tool's vinput): our key to the count, and its public half. */
export async function makeKey(seed, { certificates, threshold, input }) {
  const entered = await enter(seed, certificates);
  const { mine, group, place } = entered;
  const { polynomial, secrets, coefexps } = JSON.parse(input);
  refuseUnless(secrets.length === group.length && coefexps.length === group.length, "shares");
  const exponents = [];
  for (const [at, signed] of coefexps.entries()) exponents.push(await readExponents(signed, group[at], threshold, at + 1));
  await checkOwn(polynomial, entered, exponents[place - 1]);
  let key = 0n;
  for (const [at, sealed] of secrets.entries()) {
    key = modQ(key + await readShare(sealed, group[at], at + 1, entered, exponents[at]));
  }
  const kept = JSON.stringify({ decryption_key: String(key) });
  return JSON.stringify({
    private_key: await send(mine.signing, group[place - 1].encryption, kept),
    public_key: await publicPart(key),
  });
}

/** The member's key to the count, from the text that only its seed opens (the tool's .dkey). */
export const openKey = (seed, sealed) => blaming("sealed", 0, async () => {
  const { signing, opening } = await secretsOf(seed);
  const { decryption_key: key } = await receive(opening, powerOfG(signing), sealed);
  return modQ(readNumber(key, P)); // the tool writes the sum of the shares as it is
});
