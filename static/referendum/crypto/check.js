// Checks a ballot that came from anywhere: its form, its election, its signature, and every proof
// (referendum/archive/SPEC.md, clause 4). Whatever the text is, the answer is a read ballot or BallotProblem.

import { lengthOf } from "./ballot.js";
import { Q, fixedBase, isElement, modQ, power, powerOfG, readElement, readExponent, times } from "./group.js";
import { base64Hash, hashToExponent } from "./hash.js";
import { checkKnowledge } from "./proofs.js";

/** Why a ballot is refused. `fault`: "form", "election", "credential", "signature", "element" or "proof". */
export class BallotProblem extends Error {
  constructor(fault) {
    super(`A ballot is refused (${fault}).`);
    this.fault = fault;
    this.problem = `ballot-${fault}`;
  }
}

const refuseUnless = (good, fault) => { if (!good) throw new BallotProblem(fault); };

const list = (value, length, read) => {
  if (!Array.isArray(value) || value.length !== length) throw new TypeError("A list has the wrong length.");
  return value.map(read);
};
const proof = ({ challenge, response }) => ({ challenge: readExponent(challenge), response: readExponent(response) });
const cipher = ({ alpha, beta }) => ({ alpha: readElement(alpha), beta: readElement(beta) });

function readAnswer(question, answer) {
  const width = lengthOf(question);
  const intervals = question.max - question.min + 1;
  return {
    choices: list(answer.choices, width, cipher),
    individual_proofs: list(answer.individual_proofs, width, (pair) => list(pair, 2, proof)),
    overall_proof: list(answer.overall_proof, intervals + (question.blank ? 1 : 0), proof),
    ...question.blank && { blank_proof: list(answer.blank_proof, 2, proof) },
  };
}

const decimal = (_, value) => typeof value === "bigint" ? String(value) : value;

function readShape(election, ballot) {
  const { hash, proof: signed } = ballot.signature;
  return {
    election_uuid: ballot.election_uuid, election_hash: ballot.election_hash,
    credential: readElement(ballot.credential),
    answers: list(ballot.answers, election.questions.length, (answer, at) => readAnswer(election.questions[at], answer)),
    signature: { hash, proof: proof(signed) },
  };
}

/** The ballot with its numbers read, if the text is exactly how such a ballot is written, for this election. */
export function readBallot(election, text) {
  let loose, ballot;
  try {
    loose = JSON.parse(text);
    refuseUnless(loose.election_uuid === election.uuid && loose.election_hash === election.fingerprint, "election");
    ballot = readShape(election, loose);
  } catch (error) {
    throw error instanceof BallotProblem ? error : new BallotProblem("form");
  }
  refuseUnless(JSON.stringify(ballot, decimal) === text, "form");
  return ballot;
}

export async function checkSignature({ signature, ...body }) {
  refuseUnless(signature.hash === await base64Hash(JSON.stringify(body, decimal)), "signature");
  const { challenge, response } = signature.proof;
  refuseUnless(await checkKnowledge(`sig|${signature.hash}|`, body.credential, challenge, response), "signature");
}

/** Whether the proofs show that one of the ciphertexts holds the value beside it. */
export async function holdsOneOf(label, branches, proofs, publicKey) {
  if (branches.length !== proofs.length) return false;
  const y = fixedBase(publicKey);
  const commitments = branches.flatMap(({ alpha, beta, value }, at) => {
    const { challenge, response } = proofs[at];
    const shift = modQ(-BigInt(value) * challenge);
    return [
      times(powerOfG(response), power(alpha, challenge)),
      times(times(y.power(response), power(beta, challenge)), powerOfG(shift)),
    ];
  });
  return await hashToExponent(label, commitments) === proofs.reduce((sum, each) => sum + each.challenge, 0n) % Q;
}

const pair = ({ alpha, beta }) => `${alpha},${beta}`;

export function holdsInterval(statement, ciphertext, values, proofs, publicKey) {
  return holdsOneOf(`prove|${statement}|${pair(ciphertext)}|`, values.map((value) => ({ ...ciphertext, value })),
    proofs, publicKey);
}

const product = (ciphers) => ciphers.reduce(
  (sum, { alpha, beta }) => ({ alpha: times(sum.alpha, alpha), beta: times(sum.beta, beta) }), { alpha: 1n, beta: 1n });

async function checkAnswer(statement, question, answer, publicKey) {
  const { choices } = answer;
  refuseUnless(choices.every(({ alpha, beta }) => isElement(alpha) && isElement(beta)), "element");
  for (const [at, choice] of choices.entries()) {
    refuseUnless(await holdsInterval(statement, choice, [0, 1], answer.individual_proofs[at], publicKey), "proof");
  }
  const whole = `${statement}|${choices.map(pair).join(",")}`;
  const values = Array.from({ length: question.max - question.min + 1 }, (_, at) => question.min + at);
  if (!question.blank) {
    refuseUnless(await holdsInterval(whole, product(choices), values, answer.overall_proof, publicKey), "proof");
    return;
  }
  const [blank, ...rest] = choices;
  const sum = product(rest);
  const either = [{ ...blank, value: 1 }, ...values.map((value) => ({ ...sum, value }))];
  refuseUnless(await holdsOneOf(`bproof1|${whole}|`, either, answer.overall_proof, publicKey), "proof");
  const none = [{ ...blank, value: 0 }, { ...sum, value: 0 }];
  refuseUnless(await holdsOneOf(`bproof0|${whole}|`, none, answer.blank_proof, publicKey), "proof");
}

/** The long half: every ciphertext made of group elements, every proof. */
export async function checkProofs(election, ballot) {
  const statement = `${election.fingerprint}|${ballot.credential}`;
  for (const [at, question] of election.questions.entries()) {
    await checkAnswer(statement, question, ballot.answers[at], election.publicKey);
  }
}

/** Everything about one ballot except whether its credential is on the list. */
export async function checkBallot(election, text) {
  const ballot = readBallot(election, text);
  await checkSignature(ballot);
  await checkProofs(election, ballot);
  return ballot;
}
