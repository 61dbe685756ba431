// A whole ballot: encrypted answers, their proofs, the signature, in the exact bytes that are hashed
// (referendum/archive/SPEC.md, clause 4). Draws, in order: for each answer the randomness of every choice, the proofs
// of every choice, the overall proof, the blank proof; at the end the signature. Python draws alike.

import { normaliseCode, publicCredential, secretCredential } from "./credentials.js";
import { NAME, fixedBase, modQ, powerOfG, randomExponent, readElement, times } from "./group.js";
import { base64Hash } from "./hash.js";
import { proveKnowledge, proveOneOf } from "./proofs.js";

/** Reads an election's exact text. The fingerprint is taken over that text, so it must never be re-serialised. */
export async function readElection(text) {
  const election = JSON.parse(text);
  if (election.version !== 1 || election.group !== NAME) throw new TypeError("Not an election this page can read.");
  return { ...election, publicKey: readElement(election.public_key), fingerprint: await base64Hash(text) };
}

/** How many numbers a question's answer holds: one for each answer, and a leading one if it may be blank. */
export const lengthOf = (question) => question.answers.length + (question.blank ? 1 : 0);

/** Why these choices cannot be put in this question, or null. */
export function objection(question, choices) {
  if (choices.length !== lengthOf(question)) return "length";
  if (!choices.every((choice) => choice === 0 || choice === 1)) return "value";
  const blank = question.blank ? choices[0] : 0;
  const marks = choices.slice(question.blank ? 1 : 0).reduce((sum, choice) => sum + choice, 0);
  if (blank) return marks ? "blank" : null;
  return marks < question.min || marks > question.max ? "count" : null;
}

function encrypt(choice, publicKey, draw) {
  const r = draw();
  const shared = fixedBase(publicKey).power(r);
  return { m: choice, r, alpha: powerOfG(r), beta: choice ? times(shared, powerOfG(1n)) : shared };
}

const product = (parts) => ({
  m: parts.reduce((sum, { m }) => sum + m, 0),
  r: modQ(parts.reduce((sum, { r }) => sum + r, 0n)),
  alpha: parts.reduce((sum, { alpha }) => times(sum, alpha), 1n),
  beta: parts.reduce((sum, { beta }) => times(sum, beta), 1n),
});

const pair = ({ alpha, beta }) => `${alpha},${beta}`;
const branch = ({ m, r }, claimed) => ({ r, gap: m - claimed });
const range = (question) => Array.from({ length: question.max - question.min + 1 }, (_, at) => question.min + at);

/** Proves that the ciphertext holds one of `values`. */
function proveInterval(statement, cipher, values, publicKey, draw) {
  return proveOneOf(`prove|${statement}|${pair(cipher)}|`, values.map((value) => branch(cipher, value)),
    values.indexOf(cipher.m), publicKey, draw);
}

async function proveBlank(statement, [blank, ...parts], question, publicKey, draw) {
  const sum = product(parts);
  const values = range(question);
  const overall = await proveOneOf(`bproof1|${statement}|`,
    [branch(blank, 1), ...values.map((value) => branch(sum, value))],
    blank.m ? 0 : 1 + values.indexOf(sum.m), publicKey, draw);
  const either = await proveOneOf(`bproof0|${statement}|`, [branch(blank, 0), branch(sum, 0)],
    blank.m ? 1 : 0, publicKey, draw);
  return { overall_proof: overall, blank_proof: either };
}

async function makeAnswer(statement, question, choices, publicKey, draw, step) {
  const objected = objection(question, choices);
  if (objected) throw new RangeError(`These choices do not fit the question (${objected}).`);
  const ciphers = choices.map((choice) => encrypt(choice, publicKey, draw));
  const individual = [];
  for (const cipher of ciphers) {
    individual.push(await proveInterval(statement, cipher, [0, 1], publicKey, draw));
    step();
  }
  const whole = `${statement}|${ciphers.map(pair).join(",")}`;
  const last = question.blank
    ? await proveBlank(whole, ciphers, question, publicKey, draw)
    : { overall_proof: await proveInterval(whole, product(ciphers), range(question), publicKey, draw) };
  step();
  const answer = {
    choices: ciphers.map(({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) })),
    individual_proofs: individual,
    ...last,
  };
  return { answer, randomness: ciphers.map(({ r }) => r) };
}

/** How many steps `sealBallot` reports for an election. */
export const stepsOf = (election) =>
  election.questions.reduce((sum, question) => sum + lengthOf(question) + 1, 0);

/**
 * Encrypts and proves, and signs nothing yet: what comes out cannot be cast. `code` is a voting code, `choices` one list
 * of 0 and 1 for each question (blank first). `hash` is the seal number: the signature will be over it, so whoever knows
 * it knows every ciphertext. `randomness` holds, for each question, the r of each choice. `draw` is the source of
 * randomness; only tests with known numbers give another.
 */
export async function sealBallot(election, code, choices, { onStep = () => {}, draw = randomExponent } = {}) {
  const normal = normaliseCode(code);
  if (!normal) throw new RangeError("Not a voting code.");
  if (choices.length !== election.questions.length) throw new RangeError("One list of choices for each question.");
  const secret = await secretCredential(normal, election.uuid);
  const credential = String(publicCredential(secret));
  const made = [];
  for (const [at, question] of election.questions.entries()) {
    made.push(await makeAnswer(`${election.fingerprint}|${credential}`, question, choices[at],
      election.publicKey, draw, onStep));
  }
  const answers = made.map(({ answer }) => answer);
  const body = { election_uuid: election.uuid, election_hash: election.fingerprint, credential, answers };
  return { body, secret, hash: await base64Hash(JSON.stringify(body)), randomness: made.map(({ randomness }) => randomness) };
}

/** Makes a sealed ballot one that can be cast: its exact text, its tracker and its public credential. */
export async function signBallot({ body, secret, hash }, draw = randomExponent) {
  const proof = await proveKnowledge(`sig|${hash}|`, secret, draw);
  const text = JSON.stringify({ ...body, signature: { hash, proof } });
  return { text, tracker: await base64Hash(text), credential: body.credential };
}

/** Fills the tables of powers while the voter is still reading. */
export function warmUp(election) {
  powerOfG(1n);
  fixedBase(election.publicKey);
}
