// Voting codes. Fourteen Base58 characters and one check character, shown in groups of three.
// A code never leaves the browser: only the public credential made from it does.

import { hexOf } from "./hash.js";
import { Q, powerOfG } from "./group.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 15;
const ITERATIONS = 1000;
// Characters that the alphabet leaves out, and what a reader of a printed code most likely saw.
const MISREAD = new Map([["0", "o"], ["O", "o"], ["I", "1"], ["l", "1"]]);

/** The check character of fourteen characters: makes the sum a multiple of 53. */
export function checkCharacter(fourteen) {
  let number = 0n;
  for (const character of fourteen) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new RangeError("Not a Base58 character.");
    number = number * 58n + BigInt(digit);
  }
  return ALPHABET[Number(53n - number % 53n)];
}

/** What was typed, in the one spelling that counts (xxx-xxx-xxx-xxx-xxx), or null if it cannot be a code. */
export function normaliseCode(typed) {
  const characters = [...typed.slice(0, 200).replace(/[\s\-\u2010-\u2015\u2212_.]/g, "")]
    .map((character) => MISREAD.get(character) ?? character);
  if (characters.length !== LENGTH || !characters.every((character) => ALPHABET.includes(character))) return null;
  const text = characters.join("");
  if (checkCharacter(text.slice(0, -1)) !== text.at(-1)) return null;
  return text.match(/.{3}/g).join("-");
}

/** The secret exponent of a code in one election. The election's uuid is the salt, so two elections cannot be joined. */
export async function secretCredential(code, uuid) {
  const encoder = new TextEncoder();
  const password = await crypto.subtle.importKey("raw", encoder.encode(code), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: encoder.encode(uuid), iterations: ITERATIONS }, password, 256);
  return BigInt("0x" + hexOf(new Uint8Array(bits))) % Q;
}

export const publicCredential = (secret) => powerOfG(secret);
