"""How a moment is written for a reader."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from forum.kernel.errors import Obstacle, Percentage, Problem
from forum.kernel.languages import percent, say, when

AT = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "style", "words"),
    [
        ("en", "date", "9 November 2026"),
        ("es", "date", "9 de noviembre de 2026"),
        ("fr", "date", "9 novembre 2026"),
        ("es", "short", "lun 9 nov, 17:30"),
        ("es", "full", "lunes 9 de noviembre de 2026, 17:30"),
    ],
)
def test_a_moment_is_written_as_the_language_does(app: Flask, language: str, style: str, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert when(AT, style, "America/Chicago").striptags() == f"{words} CST"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "1 May 2016"), ("es", "1 de mayo de 2016"), ("fr", "1 mai 2016")]
)
def test_a_day_without_an_hour_is_the_same_in_every_zone(app: Flask, language: str, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        told = when(date(2016, 5, 1), "date", "Pacific/Kiritimati")
    assert told == f'<time datetime="2016-05-01">{words}</time>'


def test_without_a_zone_the_union_s_own_is_meant_and_not_named(app: Flask) -> None:
    with app.test_request_context(), force_locale("es"):
        assert when(AT, "date", "").striptags().endswith("de noviembre de 2026")


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("en", "53%", "53%"), ("en", "45.6 %", "45.6%"), ("en", "0.10%", "0.10%"),
        ("es", "53%", "53\u00a0%"), ("es", "52.777777%", "52,777777\u00a0%"),
        ("fr", "45.6 %", "45,6\u00a0%"), ("fr", "", ""),
    ],
)  # fmt: skip
def test_a_percentage_keeps_its_decimals_in_every_language(app: Flask, language: str, written: str, words: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert percent(written) == words


@pytest.mark.parametrize(("language", "words"), [("en", "100%"), ("es", "100\u00a0%"), ("fr", "100\u00a0%")])
def test_an_obstacle_writes_its_percentage_as_the_reader_s_language_does(app: Flask, language: str, words: str) -> None:
    obstacle = Obstacle("code", "%(share)s", "", {"share": Percentage("100 %")})
    with app.test_request_context(), force_locale(language):
        assert say(obstacle) == words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "10,000, 401"), ("es", "10.000, 401"), ("fr", "10\u202f000, 401")]
)
def test_a_long_number_in_a_problem_is_grouped(app: Flask, language: str, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert say(Problem("source", "%(most)s, %(count)s", {"most": 10_000, "count": 401})) == words
