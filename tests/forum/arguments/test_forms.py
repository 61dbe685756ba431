"""What members send about arguments, read into values or sent back with everything that is to be mended."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.arguments import forms
from forum.arguments.rules import Answer, Side
from forum.kernel.errors import Invalid
from forum.kernel.reading import Reader

GOOD = {"option": "3", "side": "against", "claim": "Nine weeks.", "grounds": "$61 a head."}


def fields(sent: dict[str, object]) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        forms.read_argument(sent)
    return {each.field for each in refusal.value.problems}


def test_a_whole_argument_is_read() -> None:
    sent = {**GOOD, "sources": " Table 6 \n\n p. 4", "answers": "a-017", "origin": "post:7", "hall": "2"}
    new = forms.read_argument(sent)
    assert (new.option_id, new.side, new.sources) == (3, Side.AGAINST, "Table 6\np. 4")
    assert (new.answers, new.origin, new.hall_id) == (17, "post:7", 2)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert fields({}) == {"option", "side", "claim", "grounds"}
    assert fields({**GOOD, "claim": "x" * 201}) == {"claim"}
    assert fields({**GOOD, "sources": "\n".join("abcdefghijklm")}) == {"sources"}
    assert fields({**GOOD, "sources": "x" * 501}) == {"sources"}
    assert fields({**GOOD, "answers": "the other"}) == {"answers"}
    assert fields({**GOOD, "origin": "post:7; drop"}) == {"origin"}


def test_a_claim_of_two_hundred_characters_is_taken_on_one_line() -> None:
    assert len(forms.read_argument({**GOOD, "claim": "é" * 200}).claim) == 200
    assert forms.read_argument({**GOOD, "claim": "Nine\nweeks."}).claim == "Nine weeks."


@pytest.mark.parametrize("typed", ["17", "A-17", "a17", "A17", "A–17", "A-017", " A 17 "])
def test_a_number_is_read_as_members_write_it(typed: str) -> None:
    assert forms.read_number(Reader({"n": typed}), "n") == 17


NAMES = ["option", "side", "claim", "grounds", "sources", "hall", "origin", "answers", "client_key", "value"]
SENT = st.one_of(st.text(max_size=300), st.none(), st.integers(), st.lists(st.text(max_size=5)), st.booleans())


@given(sent=st.dictionaries(st.sampled_from(NAMES), SENT))
def test_whatever_is_sent_is_read_or_refused_in_words(sent: dict[str, object]) -> None:
    for read in (forms.read_argument, forms.read_wording, forms.read_answer, forms.read_merge, forms.read_statement):
        with contextlib.suppress(Invalid):
            read(sent)


def test_a_reading_is_one_of_three() -> None:
    values = [forms.read_answer({"value": each}) for each in ("agree", "pass", "disagree")]
    assert values == [Answer.AGREE, Answer.PASS, Answer.DISAGREE]
    with pytest.raises(Invalid):
        forms.read_answer({"value": "1"})
