"""The bulletin as a PDF: paper, sheets, and what a passer-by may read on it."""

import re
import zlib
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.database import transaction
from referendum.digest.bulletin import (
    PAGES,
    Bulletin,
    Page,
    PrintedArgument,
    PrintedSide,
    PrintedStatement,
    bulletin_pdf,
)
from referendum.digest.bulletin_boxes import Box, balanced, split
from referendum.digest.bulletin_text import paragraphs
from referendum.digest.operations import freeze_digest
from tests.build_digest import close
from tests.people import Cast, sign_in
from tests.referendum.digest.build_camps import make_camps

CLAIM = "The night shift premium disappears for everyone hired after May, and nobody has said what happens to those of "
POINTS = {"A4": "595.28 841.89", "Letter": "612.00 792.00"}


def bulletin(arguments: int = 12, statements: int = 0, claim: str = (CLAIM * 2)[:200]) -> Bulletin:
    def side(letter: str) -> PrintedSide:
        rows = tuple(PrintedArgument(f"A-{n:02d}", claim) for n in range(arguments // 2))
        return PrintedSide(f"For {letter}: Accept", rows, "Nothing here.")

    told = PrintedStatement("What we think", "Leadership, 2990 characters of 3000.", ("We looked at it. " * 88,) * 2)
    return Bulletin(
        "Lakes and Rivers", "Question 14, voter guide", "Shall we ratify?", (("Voting closes", "12 December"),) * 3,
        "On the ballot", (("A", "Accept"), ("B", "Reject")), (side("A"), side("B")), "Statements",
        (told,) * statements, "How to vote", ("Your code comes by mail.",), "https://hall.example/q/14",
        ("A rule did.",), "Digest " + "ab" * 32,
    )  # fmt: skip


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def text_of(pdf: bytes) -> str:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    drawn = b" ".join(zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"x")
    return " ".join(word.decode("latin-1") for word in re.findall(rb"\((.*?)\) Tj", drawn))


@pytest.mark.parametrize("page", PAGES)
def test_twelve_arguments_as_long_as_can_be_fit_one_sheet_of_either_paper(page: Page) -> None:
    pdf = bulletin_pdf(bulletin(), page)
    assert pages_of(pdf) == 1
    assert f"/MediaBox [0 0 {POINTS[page]}]".encode() in pdf
    assert text_of(pdf).count("A-0") == 12


@pytest.mark.parametrize("page", PAGES)
def test_long_statements_go_to_a_sheet_of_their_own(page: Page) -> None:
    pdf = bulletin_pdf(bulletin(statements=2), page)
    assert pages_of(pdf) == 2
    assert text_of(pdf).count("We looked at it.") > 150


def test_more_long_statements_run_on_and_an_empty_guide_says_so() -> None:
    assert pages_of(bulletin_pdf(bulletin(statements=5))) > 3
    assert "Nothing here." in text_of(bulletin_pdf(bulletin(0)))


def box(height: float, *, glued: bool = False) -> Box:
    return Box(height, lambda _x, _y: None, glued)


def test_a_heading_does_not_stay_behind_at_the_foot_of_a_column() -> None:
    boxes = [box(4), box(4), box(2, glued=True), box(4)]
    two = split(boxes, 10)
    assert two is not None
    assert [len(column) for column in two] == [2, 2]
    assert split(boxes, 6) is None


def test_columns_are_as_equal_as_can_be() -> None:
    first, second = balanced([box(1) for _ in range(10)], 100)
    assert (len(first), len(second)) == (5, 5)


def test_our_own_html_becomes_paragraphs() -> None:
    html = "<p>One &amp; <em>two</em>.</p><ul><li>three</li></ul><p> </p>"
    assert paragraphs(html) == ["One & two.", "– three"]


def test_the_bulletin_hangs_where_everybody_passes_so_it_has_no_grounds_for_anybody(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, _ = make_camps(cast, now=now)
        freeze_digest(question, close(question, now))
        number = question.number
    browser = sign_in(app, cast.member)
    assert "$61 a head" in browser.get(f"/q/{number}/digest").get_data(as_text=True)
    page = browser.get(f"/q/{number}/bulletin").get_data(as_text=True)
    assert "The strike fund lasts nine weeks" in page
    assert "$61 a head" not in page
    for paper in PAGES:
        answer = app.test_client().get(f"/q/{number}/bulletin.pdf?page={paper}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert f"/MediaBox [0 0 {POINTS[paper]}]".encode() in answer.data
        printed = text_of(answer.data)
        assert "A-01" in printed
        assert re.search(rb"/URI \(https?://[^)]*/a/\d+\)", answer.data)  # each line leads to its argument
        assert "$61" not in printed
        assert "Quill" not in printed
