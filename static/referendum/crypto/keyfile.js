// A trustee's secret key as a JSON file under a passphrase.
//
// Version 1: {"format": "hustings-trustee-key", "version": 1, "group", "public_key",
//   "kdf": {"name": "PBKDF2-SHA256", "iterations", "salt"}, "cipher": {"name": "AES-256-GCM", "iv"}, "data"}
// Version 2, of a member of a threshold group: data is the seed (ceremony.js), public_key the element that checks the
// member's signatures; all else is the same.
// salt (16 bytes), iv (12 bytes) and data are base 64. In version 1 data is the secret exponent in decimal, encrypted
// with the 32 bytes that PBKDF2 makes of the passphrase (NFKC, UTF-8); the compact JSON text of everything before "data", in
// this order, is its associated data, so that no field can be exchanged.

import { isSeed, verificationOf } from "./ceremony.js";
import { NAME, powerOfG, readExponent } from "./group.js";
import { fromBase64, toBase64 } from "./hash.js";

const FORMAT = "hustings-trustee-key";
const ITERATIONS = 600000;
const MOST_ITERATIONS = 10000000;
export const SHORTEST_PASSPHRASE = 12;

const encoder = new TextEncoder();

/** Why a key file could not be read: "form" (not such a file), "version" (a newer one), "passphrase". */
export class KeyFileProblem extends Error {
  constructor(problem) {
    super(`The key file cannot be read (${problem}).`);
    this.problem = problem;
  }
}

async function fileKey(passphrase, salt, iterations) {
  const password = await crypto.subtle.importKey(
    "raw", encoder.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, password,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const associated = ({ data, ...header }) => encoder.encode(JSON.stringify(header));

export const writeKeyFile = (secret, passphrase) => write(1, String(secret), String(powerOfG(secret)), passphrase);

export const writeSeedFile = async (seed, passphrase) => write(2, seed, await verificationOf(seed), passphrase);

async function write(version, content, publicKey, passphrase) {
  if ([...passphrase].length < SHORTEST_PASSPHRASE) throw new RangeError("The passphrase is too short.");
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const header = {
    format: FORMAT, version, group: NAME, public_key: publicKey,
    kdf: { name: "PBKDF2-SHA256", iterations: ITERATIONS, salt: toBase64(salt) },
    cipher: { name: "AES-256-GCM", iv: toBase64(iv) },
  };
  const key = await fileKey(passphrase, salt, ITERATIONS);
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: associated(header) }, key, encoder.encode(content));
  return JSON.stringify({ ...header, data: toBase64(new Uint8Array(data)) });
}

function readHeader(text) {
  let file;
  try { file = JSON.parse(text); } catch { throw new KeyFileProblem("form"); }
  if (file?.format !== FORMAT) throw new KeyFileProblem("form");
  if (file.version !== 1 && file.version !== 2) throw new KeyFileProblem("version");
  const { kdf, cipher } = file;
  const usable = file.group === NAME && kdf?.name === "PBKDF2-SHA256" && cipher?.name === "AES-256-GCM"
    && Number.isInteger(kdf.iterations) && kdf.iterations >= ITERATIONS && kdf.iterations <= MOST_ITERATIONS;
  if (!usable) throw new KeyFileProblem("form");
  return file;
}

async function contentOf(version, text) {
  if (version === 1) {
    const secret = readExponent(text);
    return { secret, publicKey: String(powerOfG(secret)) };
  }
  if (!isSeed(text)) throw new KeyFileProblem("form");
  return { seed: text, publicKey: await verificationOf(text) };
}

/** Opens a key file; answers {secret, publicKey}, or {seed, publicKey} for a member of a threshold group. */
export async function readKeyFile(text, passphrase) {
  const file = readHeader(text);
  let salt, iv, data;
  try {
    [salt, iv, data] = [file.kdf.salt, file.cipher.iv, file.data].map(fromBase64);
  } catch { throw new KeyFileProblem("form"); }
  const key = await fileKey(passphrase, salt, file.kdf.iterations);
  let opened;
  try {
    opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: associated(file) }, key, data);
  } catch { throw new KeyFileProblem("passphrase"); }
  const content = await contentOf(file.version, new TextDecoder().decode(opened));
  if (content.publicKey !== file.public_key) throw new KeyFileProblem("form");
  return content;
}
