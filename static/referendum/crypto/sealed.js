// Opens what was sealed to one teller's or trustee's key: {alpha, iv, data}. alpha = g^r in decimal; the AES-256-GCM
// key is SHA-256 of "sealed|" and the decimal y^r; iv (12 bytes) and data are base 64.

import { isElement, power, readElement } from "./group.js";
import { bytesOfHash, fromBase64 } from "./hash.js";

/** The sealed text. Throws if it was sealed to another key, or changed. */
export async function openSealed(secret, { alpha, iv, data }) {
  const element = readElement(alpha);
  if (!isElement(element)) throw new RangeError("The sealed text names no element of the group.");
  const bytes = await bytesOfHash(`sealed|${power(element, secret)}`);
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(data));
  return new TextDecoder("utf-8", { fatal: true }).decode(opened);
}
