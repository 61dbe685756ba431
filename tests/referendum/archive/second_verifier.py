"""A second verifier, written from SPEC.md alone (sections 1 to 8 and 10, single trustees; of
`vote.json` the second proofs). It shares no code with ours.

Raises Refused, or whatever Python raises over a record of another form; to be read beside the text, not to be used.
"""

import base64
import hashlib
import json
from math import prod
from pathlib import Path
from typing import Any

from gmpy2 import invert, powmod

GROUP = json.loads((Path(__file__).parents[2] / "vectors" / "group.json").read_text())
p, q, g = (int(GROUP[name]) for name in "pqg")
KINDS = {"Setup": 4, "Ballot": 1, "EndBallots": 0, "EncryptedTally": 2, "PartialDecryption": 2, "Result": 1}
ONCE = ("Setup", "EndBallots", "EncryptedTally", "Result")


class Refused(Exception):
    """The archive does not hold."""


def demand(holds: object, words: str) -> None:
    if not holds:
        raise Refused(words)


def hex_of(x: bytes) -> str:
    return hashlib.sha256(x).hexdigest()


def b64(x: bytes) -> str:
    return base64.b64encode(hashlib.sha256(x).digest()).decode().rstrip("=")


def hq(prefix: str, *elements: int) -> int:
    return int(hex_of((prefix + ",".join(map(str, elements))).encode()), 16) % q


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def element(text: str) -> int:
    x = int(text)
    demand(0 < x < p and powmod(x, q, p) == 1 and str(x) == text, "not an element")
    return x


def pair(proof: dict[str, str]) -> tuple[int, int]:
    c, z = int(proof["challenge"]), int(proof["response"])
    demand(0 <= c < q and 0 <= z < q, "not exponents")
    return c, z


def records(raw: bytes) -> list[tuple[str, bytes]]:
    """Section 2, the container."""
    found, at, time = [], 0, b""
    while at < len(raw):
        head = raw[at : at + 512]
        size = int(head[124:135], 8)
        body = raw[at + 512 : at + 512 + size]
        time = time or head[136:148]
        end = "event" if b".event.json" in head[:100] else "data"
        name = f"{hex_of(body)}.{end}.json" if at else "BELENIOS"
        fixed = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + time
        rest = b"0".ljust(356, b"\0")
        checksum = b"%06o\0 " % (sum(fixed) + 8 * 32 + sum(rest))
        demand(head == fixed + checksum + rest, "header")
        demand(raw[at + 512 + size : at + 512 + size + -size % 512] == bytes(-size % 512), "padding")
        found.append((end, body))
        at += 512 + size + -size % 512
    first = {"version": 1, "timestamp": str(int(time[:-1], 8))}
    demand(at == len(raw) and found[0][1] == compact(first), "first record")
    return found[1:]


def events(raw: bytes) -> list[tuple[str, list[bytes]]]:
    """Section 2, the chain."""
    found: list[tuple[str, list[bytes]]] = []
    data: list[bytes] = []
    parent = None
    for end, body in records(raw):
        if end == "data":
            data.append(body)
            continue
        kind = json.loads(body)["type"]
        event: dict[str, Any] = {} if parent is None else {"parent": parent}
        event |= {"height": len(found), "type": kind} | ({"payload": hex_of(data[-1])} if data else {})
        demand(body == compact(event) and len(data) == KINDS[kind], "event")
        found.append((kind, data))
        parent, data = hex_of(body), []
    kinds = [kind for kind, _ in found]
    demand(not data and kinds == sorted(kinds, key=list(KINDS).index), "order of events")
    demand(all(kinds.count(kind) == 1 for kind in ONCE), "number of events")
    return found


def holds_one_of(label: str, branches: list[tuple[int, int, int]], proofs: list[dict[str, str]], y: int) -> bool:
    """Section 4, disjunction."""
    demand(len(branches) == len(proofs), "number of proofs")
    commitments, total = [], 0
    for (alpha, beta, v), proof in zip(branches, proofs, strict=True):
        c, z = pair(proof)
        quotient = beta * invert(powmod(g, v, p), p) % p
        commitments += [powmod(g, z, p) * powmod(alpha, c, p) % p, powmod(y, z, p) * powmod(quotient, c, p) % p]
        total += c
    return hq(label, *commitments) == total % q


def check_answer(question: dict[str, Any], answer: dict[str, Any], s0: str, y: int) -> list[tuple[int, int]]:
    """Section 4, the proofs of one answer; gives its ciphertexts."""
    blank = question.get("blank", False)
    choices = [(element(each["alpha"]), element(each["beta"])) for each in answer["choices"]]
    demand(len(choices) == len(question["answers"]) + blank, "number of choices")
    demand(len(answer["individual_proofs"]) == len(choices), "number of proofs")
    for (alpha, beta), proofs in zip(choices, answer["individual_proofs"], strict=True):
        branches = [(alpha, beta, 0), (alpha, beta, 1)]
        demand(holds_one_of(f"prove|{s0}|{alpha},{beta}|", branches, proofs, y), "individual proof")
    s = s0 + "|" + ",".join(f"{alpha},{beta}" for alpha, beta in choices)
    of_all = choices[1:] if blank else choices
    a, b = (prod(each[half] for each in of_all) % p for half in (0, 1))
    sums = [(a, b, v) for v in range(question["min"], question["max"] + 1)]
    if not blank:
        demand(holds_one_of(f"prove|{s}|{a},{b}|", sums, answer["overall_proof"], y), "overall proof")
        return choices
    demand(holds_one_of(f"bproof1|{s}|", [(*choices[0], 1), *sums], answer["overall_proof"], y), "overall proof")
    demand(holds_one_of(f"bproof0|{s}|", [(*choices[0], 0), (a, b, 0)], answer["blank_proof"], y), "blank proof")
    return choices


def check_ballot(raw: bytes, election: dict[str, Any], phi: str, listed: set[str]) -> tuple[str, list[tuple[int, int]]]:
    ballot = json.loads(raw)
    demand(compact(ballot) == raw and list(ballot)[:2] == ["election_uuid", "election_hash"], "canonical form")
    demand(ballot["election_uuid"] == election["uuid"] and ballot["election_hash"] == phi, "election")
    credential = ballot["credential"]
    demand(credential in listed, "credential")
    h = b64(compact({name: value for name, value in ballot.items() if name != "signature"}))
    c, z = pair(ballot["signature"]["proof"])
    commitment = powmod(g, z, p) * powmod(int(credential), c, p) % p
    demand(ballot["signature"]["hash"] == h and hq(f"sig|{h}|", commitment) == c, "signature")
    y = int(election["public_key"])
    pairs = zip(election["questions"], ballot["answers"], strict=True)
    return credential, [each for asked, given in pairs for each in check_answer(asked, given, f"{phi}|{credential}", y)]


def check_trustees(raw: bytes) -> list[int]:
    keys: list[int] = []
    for kind, key in json.loads(raw):
        x, (c, z) = element(key["public_key"]), pair(key["pok"])
        proof = hq(f"pok|BELENIOS-2048|{x}|", powmod(g, z, p) * powmod(x, c, p) % p)
        demand(kind == "Single" and x not in (1, *keys) and proof == c, "trustee")
        keys.append(x)
    return keys


def check(raw: bytes, second: list[dict[str, Any]] | None = None) -> list[list[int]]:
    """The result of an archive that holds, and with it the part's second proofs, where given. Raises Refused."""
    chain = events(raw)
    election_raw, trustees_raw, credentials_raw, setup = chain[0][1]
    named = zip(("election", "trustees", "credentials"), map(hex_of, chain[0][1][:3]), strict=True)
    demand(json.loads(setup) == dict(named), "set-up")
    election, phi = json.loads(election_raw), b64(election_raw)
    keys = check_trustees(trustees_raw)
    demand(int(election["public_key"]) == prod(keys) % p, "joint key")
    listed = json.loads(credentials_raw)
    demand(len(set(listed)) == len(listed) and all(element(each) for each in listed), "credentials")
    bodies = [data[0] for kind, data in chain if kind == "Ballot"]
    demand(len(set(bodies)) == len(bodies), "a ballot twice")
    counted = dict(check_ballot(body, election, phi, set(listed)) for body in bodies)
    widths = [len(each["answers"]) + each.get("blank", False) for each in election["questions"]]
    columns = list(zip(*counted.values(), strict=True)) or [()] * sum(widths)
    tally = [tuple(prod(each[half] for each in column) % p for half in (0, 1)) for column in columns]
    stated, sized = next(data for kind, data in chain if kind == "EncryptedTally")
    flat = [(int(each["alpha"]), int(each["beta"])) for row in json.loads(stated) for each in row]
    size = {"num_tallied": len(counted), "total_weight": len(counted), "encrypted_tally": hex_of(stated)}
    demand(flat == tally and json.loads(sized) == size, "encrypted tally")
    parts = [data for kind, data in chain if kind == "PartialDecryption"]
    factors = check_partials(parts, keys, phi, tally)
    check_second(second or [], parts, keys, phi, tally)
    result: list[list[int]] = json.loads(chain[-1][1][0])["result"]
    demand([len(row) for row in result] == widths, "result")
    totals = [total for row in result for total in row]
    for total, (_, beta), factor in zip(totals, tally, factors, strict=True):
        demand(0 <= total <= len(counted) and powmod(g, total, p) * factor % p == beta, "result")
    return result


def check_partials(parts: list[list[bytes]], keys: list[int], phi: str, tally: list[tuple[int, ...]]) -> list[int]:
    """Section 6; gives the product of all trustees' factors."""
    owners, found = [], [1] * len(tally)
    for raw, owned in parts:
        owner, partial = json.loads(owned), json.loads(raw)
        demand(owner["payload"] == hex_of(raw), "owner")
        owners.append(owner["owner"])
        x = keys[owner["owner"] - 1]
        factors = [element(each) for row in partial["decryption_factors"] for each in row]
        proofs = [pair(each) for row in partial["decryption_proofs"] for each in row]
        for (alpha, _), factor, (c, z) in zip(tally, factors, proofs, strict=True):
            a = powmod(g, z, p) * powmod(x, c, p) % p
            b = powmod(alpha, z, p) * powmod(factor, c, p) % p
            demand(hq(f"decrypt|{phi}|{x}|", a, b) == c, "decryption proof")
        found = [mine * factor % p for mine, factor in zip(found, factors, strict=True)]
    demand(sorted(owners) == list(range(1, len(keys) + 1)), "trustees")
    return found


def check_second(
    second: list[dict[str, Any]], parts: list[list[bytes]], keys: list[int], phi: str, tally: list[tuple[int, ...]]
) -> None:
    """Section 6, second proofs."""
    opened = {json.loads(owned)["owner"]: json.loads(raw)["decryption_factors"] for raw, owned in parts}
    owners = [each["owner"] for each in second]
    demand(owners == sorted(set(owners)) and set(owners) <= opened.keys(), "trustees of second proofs")
    for each in second:
        x, (c, z) = keys[each["owner"] - 1], pair(each)
        hashed = [g, powmod(g, z, p) * powmod(x, c, p) % p]
        factors = [int(factor) for row in opened[each["owner"]] for factor in row]
        for (alpha, _), factor in zip(tally, factors, strict=True):
            hashed += [alpha, factor, powmod(alpha, z, p) * powmod(factor, c, p) % p]
        demand(hq(f"factors|BELENIOS-2048|{phi}|{x}|", *hashed) == c, "second proof")
