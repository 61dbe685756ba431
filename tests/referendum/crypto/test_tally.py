"""The count: totals come out right, and no trustee can cheat unnoticed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.crypto import tally
from referendum.crypto.answers import encoded
from referendum.crypto.ballot import check_ballot, make_ballot
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.election import Election, Question, make_election, new_uuid, read_election
from referendum.crypto.group import G, P, power_of_g, seeded_draw
from referendum.crypto.joint import joint_key, read_trustees, trustees_bytes
from referendum.crypto.trustee import TrusteeKey, public_key_of
from tests.referendum.crypto.strategies import CODE, VOTE, answers

DRAW = seeded_draw("tally")
PRIVATE_KEYS = [11**70, 13**60, 17**55]
KEYS = [public_key_of(private, draw=DRAW) for private in PRIVATE_KEYS]
BITS = Question("?", ("a", "b", "c"), 0, 3)


def election_of(*asked: Question) -> Election:
    return make_election(
        uuid=new_uuid(seeded_draw("tally")),
        name="n",
        description="d",
        public_key=joint_key(KEYS),
        questions=asked,
    )


ELECTION = election_of(VOTE, BITS)


def counted(ballots: list[Any], weights: list[int] | None = None) -> tally.Tally:
    total = tally.TallyProduct(ELECTION)
    for number, choices in enumerate(ballots):
        raw = make_ballot(ELECTION, CODE, choices, draw=DRAW)
        total.add(check_ballot(ELECTION, raw).ciphertexts, weights[number] if weights else 1)
    return total.close()


def opened(made: tally.Tally) -> list[list[int]]:
    partials = [tally.decrypt(ELECTION, made.ciphertexts, private, draw=DRAW) for private in PRIVATE_KEYS]
    for key, partial in zip(KEYS, partials, strict=True):
        assert tally.check_partial(ELECTION, made.ciphertexts, partial.raw, key.public) == partial
    return tally.open_tally(made, dict(enumerate(partials, start=1)), KEYS)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(answers(VOTE), answers(BITS), st.integers(0, 40)), max_size=4),
)
def test_the_totals_are_the_sums_of_the_weighted_choices(cast: list[tuple[Any, Any, int]]) -> None:
    weights = [weight for _, _, weight in cast]
    made = counted([[vote, bits] for vote, bits, _ in cast], weights)
    expected = []
    for place, question in enumerate(ELECTION.questions):
        rows = [[bit * ballot[2] for bit in encoded(question, ballot[place])] for ballot in cast]
        expected.append([sum(column) for column in zip(*rows, strict=True)] or [0] * question.width)
    assert opened(made) == expected
    assert (made.ballots, made.weight) == (len(cast), sum(weights))


def test_a_product_of_parts_is_the_product_of_all() -> None:
    parts = [counted([[[1, 0], [1, 1, 0]]]), counted([[None, [0, 1, 0]]])]
    total = tally.TallyProduct(ELECTION)
    for part in parts:
        total.add_tally(part)
    assert opened(total.close()) == [[1, 1, 0], [1, 2, 0]]


MADE = counted([[[1, 0], [1, 0, 0]]])
PARTIAL = tally.decrypt(ELECTION, MADE.ciphertexts, PRIVATE_KEYS[0], draw=DRAW)


def test_an_encrypted_tally_is_read_back_and_every_number_of_it_is_an_element() -> None:
    made = tally.TallyProduct(ELECTION).close()
    assert tally.read_encrypted_tally(ELECTION, made.encrypted_bytes) == made.ciphertexts
    value = json.loads(made.encrypted_bytes)
    value[1][0]["beta"] = str(P - 1)
    with pytest.raises(Malformed, match="elements of the group"):
        tally.read_encrypted_tally(ELECTION, canonical_bytes(value))


def checked(
    raw: bytes, key: TrusteeKey = KEYS[0], made: tally.Tally = MADE, election: Election = ELECTION
) -> None:
    tally.check_partial(election, made.ciphertexts, raw, key.public)


def test_a_decryption_with_another_key_is_refused() -> None:
    with pytest.raises(Malformed, match="question 1: the proof of decryption factor 1 does not hold"):
        checked(PARTIAL.raw, KEYS[1])


def test_a_decryption_of_another_tally_is_refused() -> None:
    with pytest.raises(Malformed, match="does not hold"):
        checked(PARTIAL.raw, made=counted([[[0, 1], [0, 0, 0]]]))


def test_a_decryption_for_another_election_is_refused() -> None:
    other = read_election(ELECTION.raw.replace(b'"name":"n"', b'"name":"m"'))
    with pytest.raises(Malformed, match="does not hold"):
        checked(PARTIAL.raw, election=other)


@pytest.mark.parametrize("factor", [str(P), str(P - 1), "0", "-1", "x", 5])
def test_a_factor_outside_the_group_is_refused(factor: object) -> None:
    old = f'"{PARTIAL.factors[1][2]}"'
    new = f'"{factor}"' if isinstance(factor, str) else str(factor)
    with pytest.raises(Malformed, match="factor is not an element"):
        checked(PARTIAL.raw.replace(old.encode(), new.encode()))


def test_a_wrong_factor_is_refused_with_its_place() -> None:
    wrong = str(PARTIAL.factors[1][2] * G % P)
    raw = PARTIAL.raw.replace(str(PARTIAL.factors[1][2]).encode(), wrong.encode())
    with pytest.raises(Malformed, match="question 2: the proof of decryption factor 3"):
        checked(raw)


@settings(max_examples=80)
@given(st.binary(max_size=500) | st.text(max_size=100).map(str.encode))
def test_any_bytes_in_the_place_of_a_decryption_are_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        checked(raw)


def test_all_trustees_are_needed() -> None:
    with pytest.raises(Malformed, match="trustee 2, 3 is missing"):
        tally.open_tally(MADE, {1: PARTIAL}, KEYS)


def test_a_tally_that_was_not_opened_rightly_has_no_totals() -> None:
    with pytest.raises(Malformed, match="larger than the number of ballots"):
        tally.open_tally(MADE, {1: PARTIAL}, KEYS[:1])


@pytest.mark.parametrize("bound", [0, 1, 2, 3, 99, 10_000])
def test_logarithms_are_found_up_to_the_bound_and_not_beyond(bound: int) -> None:
    logarithm = tally.Logarithm(bound)
    for total in {0, bound // 2, max(0, bound - 1), bound}:
        assert logarithm.of(power_of_g(total)) == total
    assert logarithm.of(power_of_g(bound + 1)) is None
    assert logarithm.of(power_of_g(-1)) is None


def test_large_numbers_are_written_as_texts() -> None:
    assert tally.result_bytes([[2**30 - 1, 2**30]]) == b'{"result":[[1073741823,"1073741824"]]}'


def test_an_election_names_its_administrator_and_its_maker_of_codes() -> None:
    facts = {"uuid": ELECTION.uuid, "name": "n", "description": "d", "public_key": ELECTION.public_key}
    named = make_election(
        **facts, questions=[VOTE], administrator="Tellers", credential_authority="Observers"
    )  # type: ignore[arg-type]
    assert (named.administrator, named.credential_authority) == ("Tellers", "Observers")
    assert named.raw.endswith(b'"administrator":"Tellers","credential_authority":"Observers"}')


@pytest.mark.parametrize("count", [0, 51])
def test_an_election_has_questions_but_not_too_many(count: int) -> None:
    with pytest.raises(Malformed, match=f"there are {count} questions"):
        election_of(*[BITS] * count)


@pytest.mark.parametrize(
    ("description", "least"),
    [
        ('{"minimum_ballots":100}', 100),
        ("{}", 0),
        ("plain words", 0),
        ("[1]", 0),
        ('{"minimum_ballots":"9"}', 0),
        ('{"minimum_ballots":true}', 0),
        ("[" * 5000, 0),
    ],
)
def test_the_description_may_set_a_minimum_of_ballots(description: str, least: int) -> None:
    facts = {"uuid": ELECTION.uuid, "name": "n", "public_key": ELECTION.public_key, "questions": [VOTE]}
    assert make_election(description=description, **facts).minimum_ballots == least  # type: ignore[arg-type]


def test_a_giant_election_record_is_refused_unread() -> None:
    with pytest.raises(Malformed, match="too long"):
        read_election(b" " * 4_000_001)


def test_the_trustees_record_is_read_back() -> None:
    assert read_trustees(trustees_bytes(KEYS)) == KEYS


def _record(change: str) -> bytes:
    raw = trustees_bytes(KEYS[:2])
    return {
        "kind": raw.replace(b"Single", b"Lonely", 1),
        "pedersen": raw.replace(b"Single", b"Pedersen", 1),
        "twice": trustees_bytes([KEYS[0], KEYS[0]]),
        "proof": raw.replace(str(KEYS[1].pok.response).encode(), b"1"),
        "one": raw.replace(str(KEYS[0].public).encode(), b"1"),
        "outside": raw.replace(str(KEYS[0].public).encode(), str(P - 1).encode()),
        "empty": b"[]",
        "number": b"[1]",
    }[change]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("pedersen", "“threshold” is missing"),
        ("kind", "trustee 1 is neither"),
        ("twice", "same key"),
        ("proof", "trustee 2: the proof"),
        ("one", "trustee 1: the public key is 1"),
        ("outside", "trustee 1: the public key is not an element"),
        ("empty", "no trustee"),
        ("number", "list was expected"),
    ],
)
def test_a_bad_trustees_record_is_refused(change: str, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        read_trustees(_record(change))


ELECTION_TEXT = ELECTION.raw.decode()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"version":1', '"version":2', "version"),
        ('"version":1', '"version":true', "version"),
        ("BELENIOS-2048", "Ed25519", "group"),
        ('"min":1', '"min":3', "question 1.*choices do not fit"),
        ('"min":1', '"min":-1', "question 1"),
        ('"min":1', '"min":1.0', "1.0 is not a whole number"),
        ('"min":0', '"min":-0', "-0 is not a whole number"),
        ('"min":1', '"min":true', "question 1: a whole number"),
        ('"blank":true', '"blank":1', "question 1.*neither"),
        ('["a","b","c"]', "[]", "question 2 has 0|question 2: a question has 0"),
        ('["a","b","c"]', '["a","b",3]', "question 2: a text"),
        ('"name":"n"', '"name":"\\ud800"', "Unicode"),
        ('"name":"n"', '"name":"n","name":"m"', "twice"),
        ('"name":"n"', '"name":"n","extra":1', "does not belong"),
        ('"name":"n",', "", "“name” is missing"),
        (str(ELECTION.public_key), "1", "public key"),
        (str(ELECTION.public_key), str(P - 1), "public key"),
        (ELECTION.uuid, "short", "Base58"),
    ],
)
def test_a_bad_election_record_is_refused(old: str, new: str, words: str) -> None:
    assert old in ELECTION_TEXT
    with pytest.raises(Malformed, match=words):
        read_election(ELECTION_TEXT.replace(old, new).encode())
