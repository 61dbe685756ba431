"""Groups of which t of n open the count: any t do, fewer do not, and a record with anything wrong in it is refused."""

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.crypto import tally
from referendum.crypto.ballot import check_ballot, make_ballot
from referendum.crypto.canonical import Malformed
from referendum.crypto.ceremony import (
    finished_group,
    input_of,
    make_cert,
    make_output,
    make_polynomial,
    new_seed,
    signing_key,
)
from referendum.crypto.election import Question, make_election, new_uuid
from referendum.crypto.group import Draw, G, P, Q, power, power_of_g, seeded_draw
from referendum.crypto.joint import (
    Item,
    are_enough,
    combined_factors,
    joint_key,
    numbered,
    read_trustees,
    trustees_bytes,
)
from referendum.crypto.signed import sign
from referendum.crypto.threshold import group_factors, lagrange
from referendum.crypto.trustee import public_key_of
from tests.referendum.crypto.made_group import MadeGroup, make_group
from tests.referendum.crypto.strategies import CODE

DRAW = seeded_draw("threshold")
ALONE = [7**90, 5**100]
MADE = make_group(3, 2, DRAW)
ITEMS: list[Item] = [public_key_of(ALONE[0], draw=DRAW), MADE.group, public_key_of(ALONE[1], draw=DRAW)]
"""Trustee 1 is needed, two of trustees 2, 3, 4 are enough, trustee 5 is needed."""


def opened_by(made: MadeGroup, members: tuple[int, ...]) -> int:
    """What these members make of g together: g to the joint secret, if they are enough."""
    parts = {number: [[power(G, made.private(number))]] for number in members}
    return combined_factors([made.group], parts)[0][0]


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), st.integers(0, 2**32))
def test_any_threshold_of_members_open_the_same_and_fewer_do_not(size: tuple[int, int], seed: int) -> None:
    members, threshold = size
    made = make_group(members, threshold, seeded_draw(str(seed)))
    assert read_trustees(trustees_bytes([made.group])) == [made.group]
    for enough in range(threshold, members + 1):
        for present in combinations(range(1, members + 1), enough):
            assert opened_by(made, present) == made.group.sub_key
            assert are_enough([made.group], present)
    for present in combinations(range(1, members + 1), threshold - 1):
        assert not are_enough([made.group], present)
        with pytest.raises(Malformed, match=f"it takes {threshold}"):
            opened_by(made, present)


@pytest.mark.parametrize("present", [(1,), (2,), (3,)])
def test_too_few_members_who_pretend_to_be_enough_open_something_else(present: tuple[int, ...]) -> None:
    shares = {number: MADE.private(number) for number in present}
    exponents = lagrange(present)
    guessed = sum(shares[number] * exponents[number] for number in present) % Q
    assert power_of_g(guessed) != MADE.group.sub_key


def test_the_value_at_nought_follows_from_the_values_elsewhere() -> None:
    values = {place: (5 + 7 * place + 11 * place**2) % Q for place in (2, 5, 9)}
    exponents = lagrange(list(values))
    assert sum(values[place] * exponents[place] for place in values) % Q == 5
    exponents = lagrange(list(values), 3)
    assert sum(values[place] * exponents[place] for place in values) % Q == 5 + 21 + 99


def test_a_part_that_was_forged_is_found_out_by_one_more_than_are_needed() -> None:
    parts = {number: [[power(G, MADE.private(number))]] for number in (1, 2, 3)}
    assert group_factors(parts, 2) == [[MADE.group.sub_key]]
    for forger in parts:
        forged = parts | {forger: [[parts[forger][0][0] * G % P]]}
        with pytest.raises(Malformed, match="do not fit each other"):
            group_factors(forged, 2)


ELECTION = make_election(
    uuid=new_uuid(DRAW), name="n", description="d", public_key=joint_key(ITEMS),
    questions=[Question("?", ("a", "b"), 0, 2)],
)  # fmt: skip


@pytest.fixture(scope="module")
def count() -> tuple[tally.Tally, dict[int, tally.PartialDecryption]]:
    """Three ballots, and everybody's part of opening them."""
    product = tally.TallyProduct(ELECTION)
    for choices in ([1, 0], [1, 1], [0, 0]):
        raw = make_ballot(ELECTION, CODE, [choices], draw=DRAW)
        product.add(check_ballot(ELECTION, raw).ciphertexts)
    made = product.close()
    secrets = [ALONE[0], *(MADE.private(number) for number in (1, 2, 3)), ALONE[1]]
    parts = {}
    for number, (private, key) in enumerate(zip(secrets, numbered(ITEMS), strict=True), start=1):
        raw = tally.decrypt(ELECTION, made.ciphertexts, private, draw=DRAW).raw
        parts[number] = tally.check_partial(ELECTION, made.ciphertexts, raw, key.public)
    return made, parts


@pytest.mark.parametrize(
    ("present", "words"),
    [
        ((1, 2, 3, 5), None),
        ((1, 2, 4, 5), None),
        ((1, 3, 4, 5), None),
        ((1, 2, 3, 4, 5), None),
        ((1, 2, 5), "the group of trustees 2 to 4: 1 of its members opened their part, it takes 2"),
        ((1, 5), "the group of trustees 2 to 4: 0 of its members"),
        ((2, 3, 4, 5), "the decryption of trustee 1 is missing"),
        ((2, 3), "the decryption of trustee 1, 5 is missing"),
    ],
)
def test_the_count_needs_every_mandatory_trustee_and_enough_of_the_group(
    count: Any, present: tuple[int, ...], words: str | None
) -> None:
    made, parts = count
    given = {number: parts[number] for number in present}
    assert are_enough(ITEMS, given) is (words is None)
    if words is None:
        assert tally.open_tally(made, given, ITEMS) == [[2, 1]]
        return
    with pytest.raises(Malformed, match=words):
        tally.open_tally(made, given, ITEMS)


def test_a_member_s_part_is_checked_with_the_member_s_own_verification_key(count: Any) -> None:
    made, parts = count
    with pytest.raises(Malformed, match="question 1: the proof of decryption factor 1 does not hold"):
        tally.check_partial(ELECTION, made.ciphertexts, parts[2].raw, numbered(ITEMS)[2].public)


def test_the_record_of_mandatory_trustees_and_a_group_is_read_back() -> None:
    assert read_trustees(trustees_bytes(ITEMS)) == ITEMS
    assert [key.public for key in numbered(ITEMS)][1:4] == [key.public for key in MADE.group.keys]


def resigned(number: int, message: dict[str, Any]) -> dict[str, Any]:
    """Another text that a member signs rightly."""
    return sign(json.dumps(message, separators=(",", ":")), signing_key(MADE.seeds[number - 1]), DRAW).as_json()


def altered(change: str) -> dict[str, Any]:
    value = MADE.group.as_json()
    certs, coefexps, keys = value["certs"], value["coefexps"], value["verification_keys"]
    cert = MADE.certs[1]
    exps = [str(element) for element in MADE.group.coefexps[1].elements]
    other = public_key_of(12345, draw=DRAW).as_json()
    changes = {
        "none needed": lambda: value.update(threshold=0),
        "more than all": lambda: value.update(threshold=4),
        "another threshold": lambda: value.update(threshold=1),
        "a truth value": lambda: value.update(threshold=True),
        "a text": lambda: value.update(threshold="2"),
        "a field": lambda: value.update(extra=1),
        "no members": lambda: value.update(certs=[], coefexps=[], verification_keys=[]),
        "one key short": keys.pop,
        "one coefficient list short": coefexps.pop,
        "exchanged coefficients": lambda: coefexps.reverse(),
        "exchanged keys": lambda: keys.reverse(),
        "another key": lambda: keys.__setitem__(1, other),
        "a bad proof": lambda: keys[1].update(pok=keys[0]["pok"]),
        "a certificate's signature": lambda: certs[1].update(signature=certs[0]["signature"]),
        "the same certificate": lambda: certs.__setitem__(1, certs[0]) or coefexps.__setitem__(1, coefexps[0]),
        "coefficients' signature": lambda: coefexps[1].update(signature=coefexps[0]["signature"]),
        "too many coefficients": lambda: coefexps.__setitem__(1, resigned(2, {"coefexps": [*exps, exps[0]]})),
        "too few coefficients": lambda: coefexps.__setitem__(1, resigned(2, {"coefexps": exps[:1]})),
        "coefficient 1": lambda: coefexps.__setitem__(1, resigned(2, {"coefexps": [exps[0], "1"]})),
        "coefficient outside": lambda: coefexps.__setitem__(1, resigned(2, {"coefexps": [exps[0], str(P - 1)]})),
        "other coefficients": lambda: coefexps.__setitem__(1, resigned(2, {"coefexps": exps[::-1]})),
        "verification 1": lambda: certs.__setitem__(
            1, resigned(2, {"verification": "1", "encryption": str(cert.encryption)})
        ),
        "encryption 1": lambda: certs.__setitem__(
            1, resigned(2, {"verification": str(cert.verification), "encryption": "1"})
        ),
        "one key twice": lambda: certs.__setitem__(
            1, resigned(2, {"verification": str(cert.verification), "encryption": str(cert.verification)})
        ),
        "another's key": lambda: certs.__setitem__(
            1, resigned(2, {"verification": str(cert.verification), "encryption": str(MADE.certs[0].encryption)})
        ),
    }  # fmt: skip
    changes[change]()
    return value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("none needed", "threshold is not a number from 1 to 3"),
        ("more than all", "threshold is not a number from 1 to 3"),
        ("another threshold", "trustee 2: there are 2 coefficients, but the threshold is 1"),
        ("a truth value", "threshold is not a number"),
        ("a text", "threshold is not a number"),
        ("a field", "does not belong"),
        ("no members", "this one has 0"),
        ("one key short", "a list of 3 was expected"),
        ("one coefficient list short", "a list of 3 was expected"),
        ("exchanged coefficients", "trustee 2: the signature under the coefficients"),
        ("exchanged keys", "trustee 2: the verification key is not the one"),
        ("another key", "trustee 3: the verification key is not the one that the coefficients give"),
        ("a bad proof", "trustee 3: the proof that the trustee holds"),
        ("a certificate's signature", "trustee 3: the signature under the certificate"),
        ("the same certificate", "trustee 3: the certificate has a key of trustee 2"),
        ("coefficients' signature", "trustee 3: the signature under the coefficients"),
        ("too many coefficients", "trustee 3: there are 3 coefficients"),
        ("too few coefficients", "trustee 3: there are 1 coefficients"),
        ("coefficient 1", "trustee 3: a coefficient is 1"),
        ("coefficient outside", "trustee 3: a coefficient is not an element"),
        ("other coefficients", "trustee 3: the verification key is not the one"),
        ("verification 1", "trustee 3: the certificate’s verification key is 1"),
        ("encryption 1", "trustee 3: the certificate’s encryption key is 1"),
        ("one key twice", "trustee 3: the certificate’s two keys are the same"),
        ("another's key", "trustee 3: the certificate has a key of trustee 2"),
    ],
)
def test_a_group_with_one_thing_wrong_is_refused_and_the_trustee_named(change: str, words: str) -> None:
    record = json.loads(trustees_bytes(ITEMS))
    record[1][1] = altered(change)
    with pytest.raises(Malformed, match=words):
        read_trustees(json.dumps(record).encode())


def test_a_member_who_is_also_a_mandatory_trustee_is_refused() -> None:
    own = public_key_of(MADE.private(2), draw=DRAW)
    with pytest.raises(Malformed, match="two trustees have the same key"):
        read_trustees(trustees_bytes([own, MADE.group]))


def test_a_trustee_behind_a_group_is_named_by_the_number_in_the_record() -> None:
    record = json.loads(trustees_bytes(ITEMS))
    record[2][1]["pok"] = record[0][1]["pok"]
    with pytest.raises(Malformed, match="trustee 5: the proof that the trustee holds"):
        read_trustees(json.dumps(record).encode())


def test_trustees_whose_keys_cancel_out_are_refused() -> None:
    opposite = public_key_of(Q - ALONE[0] % Q, draw=DRAW)
    with pytest.raises(Malformed, match="joint key is 1"):
        read_trustees(trustees_bytes([ITEMS[0], opposite]))


def test_a_group_whose_members_secrets_cancel_out_is_refused() -> None:
    def first(value: int) -> Draw:
        values = iter([value])
        return lambda bound: next(values, None) or DRAW(bound)

    seeds = [new_seed(DRAW) for _ in range(2)]
    certs = [make_cert(seed, DRAW) for seed in seeds]
    sent = [make_polynomial(seed, certs, 2, first(value)) for seed, value in zip(seeds, (5, Q - 5), strict=True)]
    given = [make_output(seed, certs, input_of(sent, place), DRAW) for place, seed in enumerate(seeds, start=1)]
    with pytest.raises(Malformed, match="the group’s key is 1"):
        read_trustees(trustees_bytes([finished_group(certs, sent, given, 2), *ITEMS]))


def test_a_field_that_stands_twice_in_a_group_is_refused() -> None:
    raw = trustees_bytes([MADE.group])
    with pytest.raises(Malformed, match="twice"):
        read_trustees(raw.replace(b'"threshold":2', b'"threshold":2,"threshold":2'))


def test_a_group_larger_than_any_body_of_trustees_is_refused_unread() -> None:
    big = MADE.group.as_json()
    for name in ("certs", "coefexps", "verification_keys"):
        big[name] = [None] * 51
    with pytest.raises(Malformed, match="this one has 51"):
        read_trustees(json.dumps([["Pedersen", big]]).encode())
