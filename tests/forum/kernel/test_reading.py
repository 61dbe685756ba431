"""What was sent becomes typed values, or problems at their fields."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from forum.kernel.errors import Invalid
from forum.kernel.reading import Reader, asked_page, sent_json

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize("sent", ["2026-11-22T18:00", "2026-11-22T18:00-06:00", "2026-11-23T00:00+00:00"])
def test_a_time_is_read_in_the_hall_s_zone_unless_it_names_another(sent: str) -> None:
    assert Reader({"at": sent}).instant("at", CHICAGO) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@settings(max_examples=60)
@given(typed=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), key=st.timezone_keys())  # noqa: DTZ001
def test_a_time_typed_in_any_zone_is_shown_there_as_it_was_typed(typed: datetime, key: str) -> None:
    """But for an hour that the clocks leave out: nobody can mean it, and it is read as one beside it."""
    zone, typed = ZoneInfo(key), typed.replace(second=0, microsecond=0)
    read = Reader({"at": typed.isoformat()}).instant("at", zone)
    assert read is not None
    assert read.tzinfo is UTC
    shown = read.astimezone(zone).replace(tzinfo=None)
    before, after = (typed.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None
    assert after is not None
    assert shown == typed or (after > before and abs(shown - typed) == after - before)


@pytest.mark.parametrize("sent", ["", "tomorrow", "0001-01-01T00:00+14:00", "2026-13-01T00:00", ["2026"], None])
def test_what_is_no_time_is_a_problem_at_its_field(sent: object) -> None:
    form = Reader({"at": sent})
    assert form.instant("at", CHICAGO) is None
    with pytest.raises(Invalid):
        form.done()


def said(text: str, most: int = 10_000) -> list[str]:
    form = Reader({"words": text})
    form.text("words", most=most)
    return [each.text % each.facts for each in form.problems]


def test_words_that_are_too_long_are_told_how_much_to_shorten_in_characters() -> None:
    assert said("a" * 10_000) == []
    assert said("a" * 10_001) == ["At most 10000 characters; these are 10001."]
    assert said("ж" * 5_003)[0].startswith("These are 5003 characters. Shorten it by 3:")


def test_a_character_too_often_is_named_with_how_often() -> None:
    assert said("*" * 401) == ["The character * is here 401 times; at most 400."]


def sent(body: str, content_type: str = "application/json") -> Request:
    return Request(EnvironBuilder(method="POST", data=body, content_type=content_type).get_environ())


def test_json_is_read_up_to_its_bound_and_nothing_else_is() -> None:
    assert sent_json(sent('{"a": 1}'), 8) == {"a": 1}
    assert sent_json(sent('{"a": 1}'), 7) is None
    assert sent_json(sent('{"a": 1}', "text/plain"), 8) is None
    for junk in ("", "{", "[" * 100_000):
        assert sent_json(sent(junk), 200_000) is None


def test_json_that_comes_in_parts_of_untold_length_is_read_up_to_its_bound_too() -> None:
    def parts(body: str) -> Request:
        surroundings = sent(body).environ | {"wsgi.input_terminated": True}
        del surroundings["CONTENT_LENGTH"]
        return Request(surroundings)

    assert sent_json(parts('{"a": 1}'), 8) == {"a": 1}
    assert sent_json(parts('{"a": 1}'), 7) is None


@pytest.mark.parametrize(
    ("asked", "page"), [({}, 1), ({"page": "0"}, 1), ({"page": "-3"}, 1), ({"page": "7"}, 7), ({"page": "99"}, 9)]
)
def test_a_page_is_the_first_unless_another_is_asked_and_none_beyond_the_last(asked: dict[str, str], page: int) -> None:
    assert asked_page(asked, 9) == page
