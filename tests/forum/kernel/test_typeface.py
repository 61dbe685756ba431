"""Names and texts as a printed letter can write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel.typeface import printable, printable_name


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Ana Núñez", "Ana Núñez"),
        ("O’Brien", "O'Brien"),
        ("Łukasz Dvořák", "Lukasz Dvorák"),
        ("Cœur", "Coeur"),
        ("Đặng Thị Nga", "Dang Thi Nga"),
        ("Zoë \U0001f600", "Zoë "),
        ("李小龍", ""),
        ("محمد", ""),
        ("Μαρία Lopez", ""),
        ("", ""),
    ],
)
def test_a_name_is_printed_whole_in_plain_letters_or_not_at_all(name: str, printed: str) -> None:
    assert printable_name(name) == printed


def test_a_sentence_keeps_what_can_be_written() -> None:
    assert printable("Shall we accept “Meridian” — Μ?") == 'Shall we accept "Meridian" - ?'


@given(st.text())
def test_whatever_is_printed_the_typefaces_have(text: str) -> None:
    printable(text).encode("latin-1")
    printable_name(text).encode("latin-1")
