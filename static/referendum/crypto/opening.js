// What a sealed ballot holds, worked out again from its random numbers. The page for checking test ballots does the same
// with code of its own (static/referendum/casting/recompute.js).

import { fixedBase, powerOfG, times } from "./group.js";

function bitOf({ alpha, beta }, r, publicKey) {
  const shared = fixedBase(publicKey).power(r);
  const bit = [shared, times(shared, powerOfG(1n))].findIndex((each) => String(each) === beta);
  if (bit < 0 || String(powerOfG(r)) !== alpha) throw new RangeError("A random number does not fit its ciphertext.");
  return bit;
}

/** The texts of the answers that are marked, in the order of the ballot; null stands for a blank. */
export function marksIn({ election, body, randomness }) {
  return election.questions.flatMap((question, place) => {
    const lines = question.blank ? [null, ...question.answers] : question.answers;
    const { choices } = body.answers[place];
    return lines.filter((_, at) => bitOf(choices[at], randomness[place][at], election.publicKey));
  });
}
