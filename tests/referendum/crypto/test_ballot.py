"""Ballots: every lawful choice makes an accepted one, and nothing else is accepted."""

import json
from base64 import b64decode
from hashlib import sha256
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.crypto import answers, layout
from referendum.crypto.answers import BadChoice, encoded
from referendum.crypto.ballot import BallotRefused, Fault, admit_ballot, check_ballot, check_proofs, make_ballot
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.credentials import public_of
from referendum.crypto.election import Election, Question
from referendum.crypto.elgamal import encrypt
from referendum.crypto.group import P, Q, draw_exponent, draw_secret, invert, power, power_of_g, seeded_draw
from referendum.crypto.proofs import Branch, Opened, prove_one_of, read_proof
from tests.referendum.crypto.strategies import CODE, OTHER_CODE, PRIVATE, VOTE, Choices, election_of, votes

ELECTION = election_of((VOTE,))
RAW = make_ballot(ELECTION, CODE, [[0, 1]], draw=seeded_draw("ballot"))
SHORT = RAW.replace(json.loads(RAW)["credential"].encode(), b"2")
LISTED = {public_of(CODE, ELECTION.uuid)}


def refusal(
    raw: bytes, election: Election = ELECTION, listed: set[str] | None = None
) -> BallotRefused | None:
    try:
        check_ballot(election, raw, credentials=LISTED if listed is None else listed)
    except BallotRefused as refused:
        return refused
    return None


@settings(max_examples=25)
@given(votes())
def test_every_lawful_choice_makes_an_accepted_ballot_of_its_content(vote: tuple[Election, Choices]) -> None:
    election, choices = vote
    raw = make_ballot(election, CODE, choices)
    assert len(raw) <= layout.longest_ballot(election)
    ballot = check_ballot(election, raw, credentials={public_of(CODE, election.uuid)})
    for question, chosen, row in zip(election.questions, choices, ballot.ciphertexts, strict=True):
        bits = [item.beta * invert(power(item.alpha, PRIVATE)) % P for item in row]
        assert bits == [power_of_g(bit) for bit in encoded(question, chosen)]


@pytest.mark.parametrize("least_most", [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (0, 2)])
@pytest.mark.parametrize("blank", [False, True])
def test_every_combination_of_bits_is_accepted_or_refused_as_the_question_says(
    least_most: tuple[int, int], blank: bool
) -> None:
    question = Question("?", ("a", "b"), *least_most, blank)
    for bits in product((0, 1), repeat=2):
        lawful = least_most[0] <= sum(bits) <= least_most[1]
        assert lawful is not refuses(question, bits)
    assert refuses(question, None) is not blank


def refuses(question: Question, bits: Any) -> bool:
    try:
        encoded(question, bits)
    except BadChoice:
        return True
    return False


@pytest.mark.parametrize("chosen", [[2, 0], [-1, 1], [1], [1, 0, 0], []])
def test_what_is_not_one_bit_for_each_answer_cannot_be_encrypted(chosen: list[int]) -> None:
    with pytest.raises(BadChoice, match="one 0 or 1"):
        make_ballot(ELECTION, CODE, [chosen])


def test_each_question_needs_its_answer() -> None:
    with pytest.raises(BadChoice, match="one answer for each question"):
        make_ballot(ELECTION, CODE, [])


def forged(bits: list[int], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A ballot whose maker keeps to the protocol but for the bits, and lies in the proofs."""

    def lying(prefix: str, branches: Any, true: int, key: Any, draw: Any) -> Any:
        return prove_one_of(prefix, branches, min(true, len(branches) - 1), key, draw)

    monkeypatch.setattr(answers, "encoded", lambda question, chosen: bits)
    monkeypatch.setattr(answers, "prove_interval", _prove_any)
    monkeypatch.setattr(answers, "prove_one_of", lying)
    return make_ballot(ELECTION, CODE, [[0, 1]])


def _prove_any(statement: str, opened: Opened, values: Any, key: Any, draw: Any) -> Any:
    prefix = f"prove|{statement}|{opened.ciphertext.alpha},{opened.ciphertext.beta}|"
    true = list(values).index(opened.message) if opened.message in values else 0
    return prove_one_of(prefix, [Branch(opened, value) for value in values], true, key, draw)


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        ([0, 2, 0], "answer 1 is 0 or 1"),
        ([0, -1, 2], "answer 1 is 0 or 1"),
        ([2, 0, 0], "the blank is 0 or 1"),
        ([0, 1, 1], "from 1 to 1"),
        ([0, 0, 0], "from 1 to 1"),
        ([1, 1, 0], "blank answer chooses nothing"),
    ],
)
def test_an_unlawful_content_is_refused_though_signed(
    bits: list[int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = forged(bits, monkeypatch)
    refused = refusal(raw)
    assert refused is not None
    assert refused.fault is Fault.PROOF
    assert words in refused.words


def test_a_lawful_content_made_the_same_way_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(forged([1, 0, 0], monkeypatch)) is None


def test_a_ballot_is_only_accepted_with_a_credential_of_the_list() -> None:
    refused = refusal(RAW, listed={public_of(OTHER_CODE, ELECTION.uuid)})
    assert refused is not None
    assert refused.fault is Fault.CREDENTIAL


def test_a_ballot_cannot_be_taken_over_by_another_voter() -> None:
    """Another member puts their own credential on a copied ballot."""
    other = public_of(OTHER_CODE, ELECTION.uuid)
    stolen = RAW.replace(next(iter(LISTED)).encode(), other.encode())
    refused = refusal(stolen, listed={other})
    assert refused is not None
    assert refused.fault is Fault.SIGNATURE


def test_without_a_list_the_credential_must_still_be_an_element() -> None:
    assert check_ballot(ELECTION, RAW).raw == RAW
    with pytest.raises(BallotRefused) as refused:
        check_ballot(ELECTION, RAW.replace(next(iter(LISTED)).encode(), str(P - 1).encode()))
    assert refused.value.fault is Fault.CREDENTIAL
    assert str(refused.value) == "its credential is not an element of the group"


@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_a_number_that_is_no_element_is_refused_whatever_is_proved_of_it(part: str) -> None:
    """Proofs over numbers of order two or three hold by luck, so they are not asked."""
    value = json.loads(RAW)
    place = value["answers"][0]["choices"][2]
    place[part] = str(P - int(place[part]))
    ballot = layout.read_layout(ELECTION, canonical_bytes(value))
    with pytest.raises(BallotRefused, match="question 1: ") as refused:
        check_proofs(ELECTION, ballot)
    assert refused.value.fault is Fault.ELEMENT


def test_what_is_no_number_is_named_with_its_question() -> None:
    refused = refusal(RAW.replace(b'"alpha":"', b'"alpha":"-', 1))
    assert refused is not None
    assert refused.words.startswith("question 1: ")


@pytest.mark.parametrize("number", ["x", "", "-1", "01", str(Q), None, 3])
@pytest.mark.parametrize("part", ["challenge", "response"])
def test_a_proof_is_a_pair_of_exponents(number: object, part: str) -> None:
    with pytest.raises(Malformed):
        read_proof({"challenge": "0", "response": str(Q - 1), part: number})
    assert read_proof({"challenge": "0", "response": str(Q - 1)}) == (0, Q - 1)


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize(("options", "most"), [(1, 1), (3, 1), (4, 3)])
def test_the_longest_ballot_is_one_of_which_every_number_is_as_long_as_it_can_be(
    options: int, most: int, blank: bool
) -> None:
    def stretched(value: Any) -> Any:
        if isinstance(value, list):
            return [stretched(each) for each in value]
        if not isinstance(value, dict):
            return value
        long = {"alpha": P - 1, "beta": P - 1, "credential": P - 1, "challenge": Q - 1, "response": Q - 1}
        return {key: str(long[key]) if key in long else stretched(each) for key, each in value.items()}

    election = election_of((Question("?", tuple("abcd"[:options]), 0, most, blank), VOTE))
    ballot = make_ballot(election, CODE, [[0] * options, [0, 1]], draw=seeded_draw("ballot"))
    assert layout.longest_ballot(election) == len(canonical_bytes(stretched(json.loads(ballot))))


def test_what_is_longer_than_any_ballot_is_not_even_read() -> None:
    most = layout.longest_ballot(ELECTION)
    for length, fault in ((most, Fault.FORM), (most + 1, Fault.SIZE)):
        refused = refusal(b" " * length)
        assert refused is not None
        assert refused.fault is fault


def test_a_tracker_is_the_hash_of_the_whole_ballot_in_base64_and_the_record_s_the_same_in_hexadecimal() -> None:
    ballot = check_ballot(ELECTION, RAW)
    assert ballot.record == sha256(RAW).hexdigest()
    assert b64decode(ballot.tracker + "=") == sha256(RAW).digest()


def test_the_count_reads_what_was_checked() -> None:
    assert layout.read_ciphertexts(ELECTION, RAW) == check_ballot(ELECTION, RAW).ciphertexts
    for raw in (b"[]", b"{}", b'{"answers":[]}', b'{"answers":[{"choices":[]}]}', b"x"):
        with pytest.raises(Malformed):
            layout.read_ciphertexts(ELECTION, raw)


@pytest.mark.parametrize("seed", ["other", "more"])
def test_a_ballot_is_refused_in_another_election(seed: str) -> None:
    refused = refusal(RAW, election_of((VOTE,), seed))
    assert refused is not None
    assert refused.fault is Fault.ELECTION


def test_the_quick_half_leaves_the_proofs_to_the_long_half() -> None:
    value = json.loads(RAW)
    assert admit_ballot(ELECTION, RAW, credentials=LISTED).raw == RAW
    value["answers"][0]["choices"][0]["alpha"] = "5"
    refused = refusal(canonical_bytes(value))
    assert refused is not None
    assert refused.fault is Fault.SIGNATURE


@settings(max_examples=150)
@given(st.binary(max_size=2000) | st.text(max_size=500).map(str.encode))
def test_any_bytes_are_refused_without_a_crash(raw: bytes) -> None:
    assert refusal(raw) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths(item, (*path, key)))]


PATHS = paths(json.loads(RAW))[1:]


@settings(max_examples=150)
@given(path=st.sampled_from(PATHS), junk=JSON)
def test_any_value_in_any_place_of_a_ballot_is_refused_without_a_crash(
    path: tuple[Any, ...], junk: Any
) -> None:
    value = json.loads(RAW)
    place = value
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = junk
    assert refusal(json.dumps(value, separators=(",", ":")).encode()) is not None


@settings(max_examples=60)
@given(place=st.integers(0, len(RAW) - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    assert refusal(RAW[:place] + bytes([RAW[place] ^ (1 << bit)]) + RAW[place + 1 :]) is not None


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"[" * 5000, Fault.FORM),
        (b"9" * 5000, Fault.FORM),
        (b"x" * 10**6, Fault.SIZE),
        (b'{"election_uuid":"\\ud800"' + RAW[RAW.index(b',"election_hash') :], Fault.FORM),
        (RAW[:-1] + b',"more":1}', Fault.FORM),
        (SHORT.replace(b'{"election_uuid"', b'{"election_uuid":"x","election_uuid"'), Fault.FORM),
        (RAW + b"\n", Fault.FORM),
        (b"\xef\xbb\xbf" + RAW, Fault.FORM),
        (RAW.replace(b'"alpha":"', b'"alpha":"-', 1), Fault.FORM),
        (RAW.replace(b"election_hash", b"election\\u005fhash"), Fault.FORM),
    ],
)
def test_hostile_forms_are_refused(raw: bytes, fault: Fault) -> None:
    refused = refusal(raw)
    assert refused is not None
    assert refused.fault is fault


def test_the_same_source_gives_the_same_ballot_and_fresh_randomness_another() -> None:
    assert make_ballot(ELECTION, CODE, [[0, 1]], draw=seeded_draw("ballot")) == RAW
    assert make_ballot(ELECTION, CODE, [[0, 1]]) != make_ballot(ELECTION, CODE, [[0, 1]])


def test_two_ciphertexts_of_one_choice_have_nothing_in_common() -> None:
    key = ELECTION.key
    first, second = (encrypt(key, draw_exponent(draw_secret), 1) for _ in range(2))
    assert not {*first} & {*second}
