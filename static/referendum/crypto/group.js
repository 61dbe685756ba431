// The group BELENIOS-2048: a subgroup of prime order Q inside the integers modulo P.
// Elements and exponents are BigInt; on paper and in JSON they are decimal strings.
// Running time depends on the numbers. That is accepted: nobody measures a voter's own browser from outside,
// and whoever can run code inside the page needs no stop-watch.

export const NAME = "BELENIOS-2048";

export const P = BigInt(
  "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976" +
  "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727" +
  "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931" +
  "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821" +
  "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210" +
  "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980" +
  "73276598828825169183103125680162072880719");

export const G = BigInt(
  "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526" +
  "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675" +
  "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253" +
  "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023" +
  "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247" +
  "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342" +
  "3781475582491896050296680037745308460627");

export const Q = BigInt("78571733251071885079927659812671450121821421258408794611510081919805623223441");

const EXPONENT_BYTES = 32;
const WINDOW = 5;

export const modQ = (value) => { const rest = value % Q; return rest < 0n ? rest + Q : rest; };
export const times = (left, right) => left * right % P;

/** 256 bits, least significant byte first. */
function exponentBytes(exponent) {
  if (exponent < 0n || exponent >> 256n) throw new RangeError("An exponent must have at most 256 bits.");
  const hex = exponent.toString(16).padStart(2 * EXPONENT_BYTES, "0");
  return Uint8Array.from({ length: EXPONENT_BYTES },
    (_, at) => parseInt(hex.substr(2 * (EXPONENT_BYTES - 1 - at), 2), 16));
}

/** base^exponent for a base met only once or twice. Exponent at most 256 bits. */
export function power(base, exponent) {
  const odd = [base];
  const square = times(base, base);
  for (let at = 1; at < 1 << (WINDOW - 1); at += 1) odd.push(times(odd[at - 1], square));
  const bits = exponent.toString(2);
  let result = 1n;
  for (let at = 0; at < bits.length;) {
    if (bits[at] === "0") { result = times(result, result); at += 1; continue; }
    let end = Math.min(at + WINDOW, bits.length);
    while (bits[end - 1] === "0") end -= 1;
    for (let step = at; step < end; step += 1) result = times(result, result);
    result = times(result, odd[(parseInt(bits.slice(at, end), 2) - 1) / 2]);
    at = end;
  }
  return result;
}

/**
 * Powers of one base, met many times (Lim and Lee's comb): the exponent is laid out as eight rows of 32 bits,
 * cut into four blocks of eight columns. A power then costs 32 products and 7 squares instead of about 300;
 * making the table costs about 1,230.
 */
export class FixedBase {
  constructor(base) {
    this.base = base;
    this.blocks = [];
    const steps = [base]; // steps[t] = base^(2^(8t))
    for (let t = 1; t < EXPONENT_BYTES; t += 1) {
      let next = steps[t - 1];
      for (let i = 0; i < 8; i += 1) next = times(next, next);
      steps.push(next);
    }
    for (let block = 0; block < 4; block += 1) {
      const products = [1n];
      for (let pattern = 1; pattern < 256; pattern += 1) {
        const row = 31 - Math.clz32(pattern);
        const rest = pattern ^ (1 << row);
        const step = steps[4 * row + block];
        products.push(rest ? times(products[rest], step) : step);
      }
      this.blocks.push(products);
    }
  }

  power(exponent) {
    const bytes = exponentBytes(exponent);
    let result = 1n;
    for (let column = 7; column >= 0; column -= 1) {
      if (column < 7) result = times(result, result);
      for (let block = 0; block < 4; block += 1) {
        let pattern = 0;
        for (let row = 0; row < 8; row += 1) pattern |= ((bytes[4 * row + block] >> column) & 1) << row;
        if (pattern) result = times(result, this.blocks[block][pattern]);
      }
    }
    return result;
  }
}

const tables = new Map();

/** The table of a base, made once and kept; meant for the generator and for an election's public key. */
export function fixedBase(base) {
  if (!tables.has(base)) tables.set(base, new FixedBase(base));
  return tables.get(base);
}

export const powerOfG = (exponent) => fixedBase(G).power(exponent);

/** Is the number an element of the subgroup? One full power. */
export const isElement = (value) => value > 0n && value < P && power(value, Q) === 1n;

/** Uniform below Q; 128 spare bits keep the bias under 2^-128. */
export function randomExponent() {
  const bytes = crypto.getRandomValues(new Uint8Array(48));
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % Q;
}

/** Reads a decimal string of JSON; refuses anything but its one canonical spelling. */
export function readNumber(text, below) {
  if (typeof text !== "string" || text.length > 617 || !/^(0|[1-9][0-9]*)$/.test(text)) {
    throw new TypeError("A number must be a decimal string without sign or leading zero.");
  }
  const value = BigInt(text);
  if (value >= below) throw new RangeError("A number is too large.");
  return value;
}

export const readElement = (text) => readNumber(text, P);
export const readExponent = (text) => readNumber(text, Q);
