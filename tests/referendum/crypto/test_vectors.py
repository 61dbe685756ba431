"""The shared vectors are what the Python cryptography makes, and it accepts and refuses what they say."""

import json
from pathlib import Path
from typing import Any

import pytest

from referendum.crypto import ballot, credentials, group, hashing, proofs, tally, trustee
from referendum.crypto.canonical import Malformed
from referendum.crypto.election import read_election
from referendum.crypto.elgamal import Prepared, read_ciphertext
from referendum.crypto.second_proof import check_factors
from tests.referendum.crypto.build_vectors import FOLDER, all_vectors, written


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def test_the_files_are_what_the_code_makes_today() -> None:
    made = all_vectors()
    assert {path.stem for path in Path(FOLDER).glob("*.json")} >= set(made)
    for name, value in made.items():
        assert (FOLDER / f"{name}.json").read_text() == written(value), name


def test_numbers_outside_the_group_are_refused() -> None:
    assert [text for text in load("group")["not_members"] if group.is_member(int(text))] == []


@pytest.mark.parametrize("case", load("credentials")["typed"], ids=lambda case: repr(case["typed"])[:30])
def test_a_typed_code_is_read_as_it_was_shown(case: dict[str, str]) -> None:
    assert credentials.normalised(case["typed"]) == case["code"]


@pytest.mark.parametrize("text", load("credentials")["not_codes"], ids=lambda text: text[:20] or "empty")
def test_what_is_not_a_code_is_refused(text: str) -> None:
    assert credentials.normalised(text) is None


@pytest.mark.parametrize("number", range(7))
def test_an_interval_proof_holds_exactly_where_the_vector_says(number: int) -> None:
    case = load("interval")["cases"][number]
    key = group.fixed_base(int(case["public_key"]))
    made = [proofs.read_proof(item) for item in case["proof"]]
    ciphertext = read_ciphertext(case["ciphertext"])
    for prepared in (None, Prepared(ciphertext)):
        holds = proofs.holds_interval(case["statement"], ciphertext, case["values"], made, key, prepared)
        assert holds is case["holds"]


def test_a_trustee_key_is_accepted_and_a_broken_one_refused() -> None:
    case = load("trustee")
    assert trustee.read_trustee_key(case["public"]).name == "Ana Núñez"
    with pytest.raises(Malformed, match="does not hold"):
        trustee.read_trustee_key(case["broken"])


def test_a_second_proof_holds_for_the_factors_it_was_made_for() -> None:
    case, election = load("count"), read_election(load("elections")["vote"]["election"].encode())
    ciphertexts = tally.read_encrypted_tally(election, case["encrypted_tally"].encode())
    partial = tally.read_partial(election, case["partial_decryption"].encode())
    public = group.power_of_g(int(case["private_key"]))
    check_factors(election, ciphertexts, partial, public, proofs.read_proof(case["second_proof"]))


@pytest.mark.parametrize("kind", ["vote", "citations"])
def test_the_ballots_are_accepted(kind: str) -> None:
    part = load("elections")[kind]
    election = read_election(part["election"].encode())
    assert election.fingerprint == part["fingerprint"]
    for case in part["ballots"]:
        checked = ballot.check_ballot(election, case["ballot"].encode(), credentials={case["credential"]})
        assert checked.tracker == case["tracker"]
        assert hashing.b64_of_hex(checked.record) == checked.tracker


@pytest.mark.parametrize("number", range(5))
def test_a_ballot_with_one_thing_wrong_is_refused_with_its_fault(number: int) -> None:
    part = load("elections")["vote"]
    case = part["refused"][number]
    election = read_election(part["election"].encode())
    with pytest.raises(ballot.BallotRefused) as refused:
        ballot.check_ballot(election, case["ballot"].encode())
    assert refused.value.fault == case["fault"]
