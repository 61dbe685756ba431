// AES-256 in the mode CCM with a tag of 8 bytes and no associated data (RFC 3610), which WebCrypto does not have: the
// tag is the last block of a CBC chain, the rest is counter mode. Python's AESCCM(key, tag_length=8) is the same.

const BLOCK = 16;
const TAG = 8;
const ZERO = new Uint8Array(BLOCK);

/** The bytes left for the length of the text: 2 with a nonce of 13 bytes, 3 with one of 12. */
const lengthBytes = (nonce) => 15 - nonce.length;

function firstBlock(flags, nonce, number) {
  const block = new Uint8Array(BLOCK);
  block[0] = flags;
  block.set(nonce, 1);
  for (let at = BLOCK - 1, rest = number; at > nonce.length; at -= 1, rest = Math.floor(rest / 256)) block[at] = rest % 256;
  return block;
}

/** The whole tag: the last block of the chain over the length and the text, padded with zeros. */
async function tagOf(key, nonce, text) {
  const chained = new Uint8Array(BLOCK + Math.ceil(text.length / BLOCK) * BLOCK);
  chained.set(firstBlock(8 * (TAG - 2) / 2 + lengthBytes(nonce) - 1, nonce, text.length));
  chained.set(text, BLOCK);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["encrypt"]);
  const blocks = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: ZERO }, cipher, chained));
  return blocks.subarray(chained.length - BLOCK, chained.length); // WebCrypto adds one block of padding after it
}

/** Counter mode over [tag's block, text]: the same for both directions. */
async function counted(key, nonce, block, text) {
  const whole = new Uint8Array(BLOCK + text.length);
  whole.set(block);
  whole.set(text, BLOCK);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const counter = firstBlock(lengthBytes(nonce) - 1, nonce, 0);
  const done = new Uint8Array(await crypto.subtle.encrypt(
    { name: "AES-CTR", counter, length: 8 * lengthBytes(nonce) }, cipher, whole));
  return [done.subarray(0, TAG), done.subarray(BLOCK)];
}

/** The encrypted text, followed by its tag. */
export async function encryptCcm(key, nonce, text) {
  const [tag, data] = await counted(key, nonce, await tagOf(key, nonce, text), text);
  return Uint8Array.from([...data, ...tag]);
}

/** The text. Throws where text or tag were altered, or the key is another one. */
export async function decryptCcm(key, nonce, sealed) {
  if (sealed.length < TAG) throw new RangeError("A sealed text is too short.");
  const block = new Uint8Array(BLOCK);
  block.set(sealed.subarray(sealed.length - TAG));
  const [tag, text] = await counted(key, nonce, block, sealed.subarray(0, sealed.length - TAG));
  const right = (await tagOf(key, nonce, text)).subarray(0, TAG);
  if (!right.every((byte, at) => byte === tag[at])) throw new RangeError("A sealed text was altered.");
  return text;
}
