"""Letters: every name prints, each person gets one page, in the person's language."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from referendum.electorate.entry_queries import Addressee
from referendum.electorate.letter import letters_pdf
from referendum.electorate.post import Paper

OPENS, CLOSES = datetime(2026, 11, 11, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
PAPER = Paper("abc", 14, "Shall we accept “Meridian”?", OPENS, CLOSES)
CODE = "wEf-k5B-r35-PpC-dYF"


@pytest.mark.parametrize("name", ["محمد بن سلمان", "N" * 200, "Ana Núñez " * 9, "\U0001f600"])
def test_no_name_keeps_a_letter_from_being_made(app: Flask, name: str) -> None:
    people = [Addressee(f"e{n}", name, "7001", "", language, "88") for n, language in enumerate(("en", "es", "fr"))]
    with app.app_context():
        pdf = letters_pdf([(person, CODE) for person in people], PAPER, app.config["HUSTINGS"])
    assert pdf.count(b"/Type /Page\n") == 3
