"""Writes tests/vectors/*.json, which the Python and the browser cryptography both have to meet.

Every number comes from ``seeded_draw``, so the files are the same at every run; ``test_vectors.py`` builds
them anew and compares. Run ``python -m tests.referendum.crypto.build_vectors`` after a wanted change.
"""

import json
from pathlib import Path
from typing import Any

from referendum.crypto import ballot, credentials, elgamal, hashing, proofs, second_proof, tally, trustee
from referendum.crypto.election import Election, Question, make_election, new_uuid, read_election
from referendum.crypto.group import GROUP_NAME, G, P, Q, fixed_base, power_of_g, seeded_draw

FOLDER = Path(__file__).parents[2] / "vectors"
DIGEST = Question("Which arguments?", tuple(f"A-{n} {how}" for n in range(1, 13) for how in "mw"), 0, 3)
LEANING = Question("Before the debate I leaned", ("this way", "another way", "undecided"), 0, 1)
OPTIONS = Question("Ratify the agreement? ¿Sí?", ("Accept", "Reject"), 1, 1, blank=True)


def numbers(values: Any) -> list[str]:
    return [str(value) for value in values]


def group_vectors() -> dict[str, Any]:
    draw = seeded_draw("group")
    exponents = [0, 1, 2, Q - 1, Q, draw(int(Q))]
    return {
        "group": GROUP_NAME,
        "p": str(P),
        "q": str(Q),
        "g": str(G),
        "powers_of_g": [{"exponent": str(e), "power": str(power_of_g(e))} for e in exponents],
        "not_members": numbers([0, P, P + 1, P - 1, 2, P - G]),
        "seeded_draw": {"seed": "ab", "bounds": numbers([58, Q, 2]), "numbers": numbers(_first_draws())},
    }


def _first_draws() -> list[int]:
    draw = seeded_draw("ab")
    return [draw(58), draw(int(Q)), draw(2)]


def hash_vectors() -> dict[str, Any]:
    texts = ["", "abc", "¿Sí? ✓"]
    hashes = [
        {"text": t, "hex": hashing.hex_hash(t.encode()), "b64": hashing.b64_hash(t.encode())} for t in texts
    ]
    challenges = [
        {"prefix": prefix, "elements": numbers(elements), "challenge": str(hashing.hq(prefix, elements))}
        for prefix, elements in (("sig|x|", [G]), ("prove|S|1,2|", [1, 2, 3]), ("", []))
    ]
    return {"hashes": hashes, "challenges": challenges}


def credential_vectors() -> dict[str, Any]:
    draw = seeded_draw("credentials")
    cases = []
    for _ in range(3):
        code, uuid = credentials.new_code(draw), new_uuid(draw)
        cases.append(
            {
                "code": code,
                "uuid": uuid,
                "secret": str(credentials.secret_of(code, uuid)),
                "public": credentials.public_of(code, uuid),
            }
        )
    shown = str(cases[0]["code"])
    typed = [f"  {shown.replace('-', ' ')} ", shown.replace("-", ""), shown.replace("-", "–"), shown]
    other = "2" if shown[-1] != "2" else "3"
    wrong = ["", shown[:-1], shown[:-1] + other, shown + "1", "???-???-???-???-???", "1" * 5000]
    return {"cases": cases, "typed": [{"typed": text, "code": shown} for text in typed], "not_codes": wrong}


def trustee_vectors(private: int) -> dict[str, Any]:
    key = trustee.public_key_of(private, "Ana Núñez", seeded_draw("pok"))
    broken = key.as_json() | {"public_key": str(key.public * G % P)}
    return {"private_key": str(private), "draw": "pok", "public": key.as_json(), "broken": broken}


def interval_vectors(public_key: int) -> list[dict[str, Any]]:
    """Cases of iprove: a ciphertext and its proof under a key, with whether it holds."""
    key, draw = fixed_base(public_key), seeded_draw("interval")
    cases: list[dict[str, Any]] = []
    for message, values in ((0, [0, 1]), (1, [0, 1]), (2, [0, 1, 2, 3]), (1, [1])):
        r = draw(int(Q))
        opened = proofs.Opened(elgamal.encrypt(key, r, message), r, message)
        made = proofs.prove_interval("S", opened, values, key, draw)
        case = {
            "public_key": str(public_key),
            "statement": "S",
            "ciphertext": opened.ciphertext.as_json(),
            "values": values,
            "proof": [proof.as_json() for proof in made],
        }
        cases.append(case | {"holds": True})
    last = cases[0]
    cases.append(last | {"statement": "T", "holds": False})
    cases.append(last | {"values": [1, 2], "holds": False})
    cases.append(last | {"proof": last["proof"][:1], "holds": False})
    return cases


def ballot_case(election: Election, code: str, choices: ballot.Choices, seed: str) -> dict[str, Any]:
    raw = ballot.make_ballot(election, code, choices, draw=seeded_draw(seed))
    return {
        "code": code,
        "choices": choices,
        "draw": seed,
        "ballot": raw.decode(),
        "tracker": hashing.b64_hash(raw),
        "credential": credentials.public_of(code, election.uuid),
    }


def refused_cases(raw: str, other: str) -> list[dict[str, str]]:
    """The same ballot with one thing wrong, and the fault that ``check_ballot`` names.

    Where only proofs are wrong, the signature is wrong too, and is found first.
    """
    parsed = json.loads(raw)
    first = parsed["answers"][0]
    alpha = first["choices"][0]["alpha"]
    return [
        {"fault": "form", "ballot": raw.replace("{", "{ ", 1)},
        {"fault": "form", "ballot": raw[:-1]},
        {"fault": "form", "ballot": raw.replace('"alpha":"', '"alpha":"0', 1)},
        {"fault": "election", "ballot": other},
        {"fault": "signature", "ballot": raw.replace(alpha, first["choices"][1]["alpha"], 1)},
    ]


def election_vectors(public_key: int) -> dict[str, Any]:
    draw = seeded_draw("elections")
    code = credentials.new_code(draw)
    facts = {"name": "Ratify?", "description": "Digest 5f…", "public_key": public_key}
    vote = make_election(uuid=new_uuid(draw), questions=[OPTIONS], **facts)  # type: ignore[arg-type]
    cited = make_election(uuid=new_uuid(draw), questions=[DIGEST, LEANING], **facts)  # type: ignore[arg-type]
    votes = [ballot_case(vote, code, [[0, 1]], "v1"), ballot_case(vote, code, [None], "v2")]
    marks = [[1, 0, 0, 1] + [0] * 19 + [1], [0, 0, 1]]
    citations = [ballot_case(cited, code, marks, "c1")]
    other = make_election(uuid=new_uuid(draw), questions=[OPTIONS], **facts)  # type: ignore[arg-type]
    stray = ballot_case(other, code, [[0, 1]], "o1")["ballot"]
    return {
        "vote": {
            "election": vote.raw.decode(),
            "fingerprint": vote.fingerprint,
            "ballots": votes,
            "refused": refused_cases(votes[0]["ballot"], stray),
        },
        "citations": {
            "election": cited.raw.decode(),
            "fingerprint": cited.fingerprint,
            "ballots": citations,
        },
    }


def count_vectors(private: int, vote: dict[str, Any]) -> dict[str, Any]:
    election = ballot_election(vote)
    total = tally.TallyProduct(election)
    for case in vote["ballots"][:1]:
        total.add(ballot.check_ballot(election, case["ballot"].encode()).ciphertexts)
    made = total.close()
    partial = tally.decrypt(election, made.ciphertexts, private, draw=seeded_draw("partial"))
    second = second_proof.prove_factors(election, made.ciphertexts, partial, private, draw=seeded_draw("second"))
    result = tally.open_tally(made, {1: partial}, [trustee.public_key_of(private)])
    return {
        "private_key": str(private),
        "draw": "partial",
        "encrypted_tally": made.encrypted_bytes.decode(),
        "sized_encrypted_tally": made.sized_bytes.decode(),
        "partial_decryption": partial.raw.decode(),
        "owned": tally.owned_bytes(1, partial).decode(),
        "second_draw": "second",
        "second_proof": second.as_json(),
        "result": tally.result_bytes(result).decode(),
    }


def ballot_election(vote: dict[str, Any]) -> Election:
    return read_election(vote["election"].encode())


def all_vectors() -> dict[str, Any]:
    draw = seeded_draw("trustee")
    private = trustee.new_private_key(draw)
    elections = election_vectors(power_of_g(private))
    return {
        "group": group_vectors(),
        "hashing": hash_vectors(),
        "credentials": credential_vectors(),
        "trustee": trustee_vectors(private),
        "interval": {"cases": interval_vectors(power_of_g(private))},
        "elections": elections,
        "count": count_vectors(private, elections["vote"]),
    }


def written(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, value in all_vectors().items():
        (FOLDER / f"{name}.json").write_text(written(value))
