// A text with its writer's signature: how members of a threshold group speak to each other.

import { modQ, readExponent } from "./group.js";
import { checkKnowledge, proveKnowledge } from "./proofs.js";

const label = (message) => `sigmsg|${message}|`;

export const sign = async (secret, message) => ({ message, signature: await proveKnowledge(label(message), modQ(secret)) });

/** The signed text, read. Throws unless the holder of `verification` wrote it. */
export async function checkSigned(verification, { message, signature }) {
  const good = typeof message === "string" && await checkKnowledge(label(message), verification,
    readExponent(signature.challenge), readExponent(signature.response));
  if (!good) throw new Error("A signature does not hold.");
  return JSON.parse(message);
}
