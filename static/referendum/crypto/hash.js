// SHA-256 in the three spellings of the format: hexadecimal, base 64 without padding, and a number modulo Q.

import { Q } from "./group.js";

const encoder = new TextEncoder();

export async function bytesOfHash(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

export function hexOf(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** 64 hexadecimal characters: how the archive names a document. */
export const hexHash = async (text) => hexOf(await bytesOfHash(text));

/** 43 characters: election fingerprints, trackers. */
export async function base64Hash(text) {
  return toBase64(await bytesOfHash(text)).replace("=", "");
}

/** The challenge of a proof: the label, then the elements in decimal, joined by commas. */
export async function hashToExponent(label, elements) {
  return BigInt("0x" + await hexHash(label + elements.join(","))) % Q;
}
