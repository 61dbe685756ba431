// Opens what was sealed to a key (referendum/electorate/sealing.py tells the format).

import { power, readElement } from "../crypto/group.js";

const encoder = new TextEncoder();
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The text that was sealed to the public half of this secret key; throws when it was sealed to another one. */
export async function unseal(secret, { alpha, nonce, data }) {
  const shared = power(readElement(alpha), secret);
  const raw = await crypto.subtle.digest("SHA-256", encoder.encode(`sealed|${shared}`));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(nonce), additionalData: encoder.encode(alpha) }, key, fromBase64(data));
  return new TextDecoder().decode(opened);
}
