// Works out what an opened test ballot holds. On purpose this file imports nothing, and shares no line with the program
// that made the ballot: the group's numbers, powers and hashes stand here once more, written plainly rather than fast.
// Whoever trusts neither does the same with `python -m referendum.archive check-ballot`.

const P = BigInt(
  "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976" +
  "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727" +
  "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931" +
  "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821" +
  "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210" +
  "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980" +
  "73276598828825169183103125680162072880719");
const Q = BigInt("78571733251071885079927659812671450121821421258408794611510081919805623223441");
const G = BigInt(
  "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526" +
  "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675" +
  "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253" +
  "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023" +
  "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247" +
  "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342" +
  "3781475582491896050296680037745308460627");

/** What is wrong with an opened ballot. `fault`: "form", "election", "number", "cipher" or "marks". */
export class Wrong extends Error {
  constructor(fault) {
    super(`The opened ballot is wrong (${fault}).`);
    this.fault = fault;
  }
}

const demand = (good, fault) => { if (!good) throw new Wrong(fault); };

function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = result * result % P;
    if (bit === "1") result = result * base % P;
  }
  return result;
}

async function hash(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes)).slice(0, 43);
}

function exponentIn(text) {
  demand(typeof text === "string" && /^(0|[1-9][0-9]{0,77})$/.test(text), "number");
  const value = BigInt(text);
  demand(value < Q, "number");
  return value;
}

/** 1 if the ciphertext made with r says yes, 0 if it says no. */
function bitIn({ alpha, beta }, r, key) {
  demand(String(power(G, r)) === alpha, "cipher");
  const no = power(key, r);
  if (String(no) === beta) return 0;
  demand(String(no * G % P) === beta, "cipher");
  return 1;
}

/** The marked lines of one question: answers, or null for a blank. */
function readAnswer(question, answer, randomness, key) {
  const lines = [...question.blank ? [null] : [], ...question.answers];
  demand(answer.choices.length === lines.length && randomness.length === lines.length, "form");
  const marked = lines.filter((_, at) => bitIn(answer.choices[at], exponentIn(randomness[at]), key));
  const blank = marked.includes(null);
  demand(blank ? marked.length === 1 : marked.length >= question.min && marked.length <= question.max, "marks");
  return { question: question.question, marked, lines: lines.length };
}

async function readOne({ election: text, body, randomness }, known) {
  const name = Object.keys(known).find((each) => known[each] === text);
  demand(name, "election");
  const election = JSON.parse(text);
  const ballot = JSON.parse(body);
  demand(JSON.stringify(ballot) === body && !("signature" in ballot), "form");
  demand(ballot.election_uuid === election.uuid && ballot.election_hash === await hash(text), "election");
  demand(ballot.answers.length === election.questions.length && randomness.length === election.questions.length, "form");
  const key = BigInt(election.public_key);
  const answers = election.questions.map((question, at) =>
    readAnswer(question, ballot.answers[at], randomness[at], key));
  return { name, number: await hash(body), answers };
}

/**
 * Reads the file of an opened ballot. `known` are the exact election records of the vote, {v, c}, c null where there was
 * no debate. Answers with [{name, number (the seal number), answers: [{question, marked, lines}]}], or throws Wrong.
 */
export async function recompute(text, known) {
  try {
    const opened = JSON.parse(text);
    demand(opened.opened_ballots === 1 && opened.ballots.length === Object.values(known).filter(Boolean).length, "form");
    const read = [];
    for (const ballot of opened.ballots) read.push(await readOne(ballot, known));
    demand(new Set(read.map(({ name }) => name)).size === read.length, "form");
    return read;
  } catch (error) {
    throw error instanceof Wrong ? error : new Wrong("form");
  }
}
