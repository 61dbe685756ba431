"""The group, its tables, and the credentials made with it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.crypto import credentials, group
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import BASE58, new_code, normalised, public_of
from referendum.crypto.election import new_uuid
from referendum.crypto.group import (
    Comb,
    FixedBase,
    G,
    P,
    Q,
    is_member,
    power,
    power_of_g,
    read_number,
    seeded_draw,
)

UUID = "7jqcaDXBh1aYdA"


def probably_prime(number: int) -> bool:
    """Fermat's test to a few bases: enough to catch a number copied wrongly."""
    return all(pow(base, int(number) - 1, int(number)) == 1 for base in (2, 3, 5, 7))


def test_the_numbers_are_a_group_of_prime_order() -> None:
    assert (int(P).bit_length(), int(Q).bit_length()) == (2048, 256)
    assert probably_prime(P)
    assert probably_prime(Q)
    assert (P - 1) % Q == 0
    assert pow(int(G), int(Q), int(P)) == 1
    assert G != 1


@settings(max_examples=30)
@given(st.integers(-(2**260), 2**260))
def test_a_table_gives_the_same_powers(exponent: int) -> None:
    assert power_of_g(exponent) == pow(int(G), exponent % int(Q), int(P))


def test_a_table_works_for_any_member() -> None:
    base = power_of_g(987654321)
    assert FixedBase(base).power(Q - 1) == power(base, Q - 1)


@pytest.mark.parametrize(
    "text", ["", "01", "-1", "+1", " 1", "1 ", "1.0", "１", "1e3", "9" * 618, None, 1, ["1"]]
)
def test_only_plain_decimal_texts_are_numbers(text: object) -> None:
    assert read_number(text) is None


def test_zero_and_the_largest_element_are_numbers() -> None:
    assert read_number("0") == 0
    assert read_number(str(P - 1)) == P - 1
    assert not is_member(0)
    assert not is_member(P - 1)


@settings(max_examples=50)
@given(st.text(max_size=8))
def test_a_new_code_is_wellformed_and_shown_in_five_groups(seed: str) -> None:
    code = new_code(seeded_draw(repr(seed)))
    assert re.fullmatch(r"(\w{3}-){4}\w{3}", code)
    assert normalised(code) == code


@settings(max_examples=100)
@given(place=st.integers(0, 14), character=st.sampled_from(BASE58))
def test_one_wrong_character_is_noticed(place: int, character: str) -> None:
    bare = new_code(seeded_draw("typo")).replace("-", "")
    typed = bare[:place] + character + bare[place + 1 :]
    changed = BASE58.index(character) - BASE58.index(bare[place])
    if changed % 53:
        assert normalised(typed) is None


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_may_be_typed_as_a_code(text: str) -> None:
    shown = normalised(text)
    assert shown is None or normalised(shown) == shown


def test_letters_that_the_alphabet_lacks_are_read_as_those_they_resemble() -> None:
    code = next(
        code for code in map(new_code, map(seeded_draw, map(str, range(100)))) if {"o", "1"} <= {*code}
    )
    assert normalised(code.replace("o", "0").replace("1", "l")) == code
    assert normalised(code.replace("o", "O").replace("1", "I")) == code


def test_one_code_gives_unlike_credentials_in_two_elections() -> None:
    code = new_code(seeded_draw("two"))
    first, second = (public_of(code, new_uuid(seeded_draw(seed))) for seed in "ab")
    assert first != second
    assert is_member(int(first))


def test_what_is_no_code_has_no_secret() -> None:
    with pytest.raises(ValueError, match="not a voting code"):
        credentials.secret_of("abc-def", UUID)


def test_fresh_codes_and_identifiers_differ() -> None:
    assert len({new_code() for _ in range(50)} | {new_uuid() for _ in range(50)}) == 100


def test_the_credentials_record_is_sorted_by_value_and_read_back() -> None:
    publics = [str(power_of_g(number)) for number in (5, 3, 7)]
    raw = credentials.credentials_bytes(publics)
    assert list(credentials.read_credentials(raw)) == sorted(publics, key=int)
    weighted = dict(zip(publics, (1, 0, 9), strict=True))
    assert credentials.read_credentials(credentials.credentials_bytes(weighted)) == weighted


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (f'["{G}","{G}"]'.encode(), "2 stands in the list twice"),
        (b'["2"]', "1 is not an element"),
        (f'["{G}", "2"]'.encode(), "2 is not an element"),
        (b'["1"]', "1 is 1, under which anybody can vote"),
        (b'["0"]', "1 is not a number"),
        (b'["4,-1"]', "1 is not a number"),
        (b"[1]", "not a list of texts"),
        (b'{"a":1}', "not a list of texts"),
        (b'["4" "9"]', "not a list of texts"),
        (b'["4","9]', "2 is not a number"),
        (b'["4","', "2 is not a number"),
        (b'["4",9]', "not a list of texts"),
        (b'["4","9"]]', "not a list of texts"),
        (b'["4",]', "not a list of texts"),
        (b"[" + b" " * 2000, "not a list of texts"),
        (b"", "not a list of texts"),
        (b'["4,999999999999"]', "too much"),
    ],
)
def test_a_bad_credentials_record_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        credentials.read_credentials(raw)


def test_a_credentials_record_may_come_in_any_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "AT_ONCE", 2)
    publics = [str(power_of_g(number)) for number in range(2, 7)]
    raw = credentials.credentials_bytes(publics).replace(b",", b" ,\n")
    for size in (1, 3, 618, len(raw)):
        pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
        assert dict(credentials.read_entries(pieces)) == credentials.read_credentials(raw)
    assert list(credentials.read_credentials(raw)) == sorted(publics, key=int)
    with pytest.raises(Malformed, match="5 is not an element"):
        list(credentials.read_entries([credentials.credentials_bytes([*publics[:3], str(P - 2), publics[3]])]))


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, int(Q)), max_size=4), st.sampled_from([0, 1, 2, int(P) - 1, int(G), int(P) + 5])
)
def test_powers_from_a_comb_are_the_powers(exponents: list[int], base: int) -> None:
    comb = Comb(base)
    exponents += [int(Q) - 1, 2**256 - 1, int("5a" * 32, 16), int("a5" * 32, 16)]
    assert [comb.power(exponent) for exponent in exponents] == [pow(base, each, int(P)) for each in exponents]


def test_a_base_in_heavy_use_gives_the_same_powers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "WORTH_A_LARGE_WINDOW", 2)
    base = FixedBase(power_of_g(12345))
    powers = [base.power(exponent) for exponent in (Q - 1, Q - 1, 0, 1, 2**255 + 2**254)]
    assert powers == [power(base.base, exponent) for exponent in (Q - 1, Q - 1, 0, 1, 2**255 + 2**254)]
