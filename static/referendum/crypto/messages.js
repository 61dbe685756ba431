// What members of a threshold group seal to each other: signed, and readable by the one it is for alone. The site that
// passes it on can read nothing of it. Every message is the exact JSON text of the format.

import { isElement, modQ, power, powerOfG, randomExponent, readElement, times } from "./group.js";
import { decryptCcm, encryptCcm } from "./ccm.js";
import { bytesOfHash, hexHash, hexOf } from "./hash.js";
import { checkSigned, sign } from "./signed.js";

const encoder = new TextEncoder();
const LONG = 65536;
const TAG_BYTES = 8;

/** The two secrets that a seed holds: one signs, one opens what is sealed to its holder. */
export async function secretsOf(seed) {
  return {
    signing: BigInt("0x" + await hexHash(`sk|${seed}`)),
    opening: BigInt("0x" + await hexHash(`dk|${seed}`)),
  };
}

async function keyAndNonce(shared, alpha, length) {
  const iv = await bytesOfHash(`iv|${alpha}`);
  return [await bytesOfHash(`key|${shared}`), iv.subarray(0, length < LONG ? 13 : 12)];
}

function bytesOfHex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new TypeError("Not hexadecimal.");
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.substr(2 * at, 2), 16));
}

/** Signs `message` for the holder of `encryption` and seals it; answers the sealed text. */
export async function send(signing, encryption, message) {
  const signed = await sign(signing, JSON.stringify({ recipient: String(encryption), message }));
  const bytes = encoder.encode(JSON.stringify(signed));
  const r = randomExponent();
  const shared = powerOfG(randomExponent());
  const alpha = powerOfG(r);
  const data = await encryptCcm(...await keyAndNonce(shared, alpha, bytes.length), bytes);
  return JSON.stringify({ alpha: String(alpha), beta: String(times(power(encryption, r), shared)), data: hexOf(data) });
}

/** What the holder of `verification` sealed to us, read; `opening` is our secret. Throws unless all of it is so. */
export async function receive(opening, verification, sealed) {
  const { alpha, beta, data } = JSON.parse(sealed);
  const [first, second, bytes] = [readElement(alpha), readElement(beta), bytesOfHex(data)];
  if (!isElement(first) || !isElement(second)) throw new RangeError("A sealed text is not made of elements.");
  const shared = times(second, power(first, modQ(-opening)));
  const opened = await decryptCcm(...await keyAndNonce(shared, first, bytes.length - TAG_BYTES), bytes);
  const { recipient, message } = await checkSigned(verification, JSON.parse(new TextDecoder().decode(opened)));
  if (recipient !== String(powerOfG(opening))) throw new Error("A sealed text was written to somebody else.");
  return JSON.parse(message);
}
