"""The builder that every later slice's tests stand on brings a question to each state."""

from datetime import datetime

import pytest
from flask import Flask

from tests.build_questions import make_question
from tests.people import Cast


@pytest.mark.parametrize(
    ("asked", "state"),
    [("drafted", "drafted"), ("published", "drafted"), ("pledged", "drafted"), ("charged", "charged"),
     ("debating", "debating"), ("closed", "closed")],
)  # fmt: skip
@pytest.mark.parametrize("template", ["ratification", "weiner"])
def test_a_question_is_brought_to_the_state_asked_for(
    cast: Cast, ground: Flask, now: datetime, asked: str, state: str, template: str
) -> None:
    question = make_question(cast, state=asked, now=now, template=template)
    assert question.state == state
    assert (question.closed_at is not None) == (state == "closed")


def test_a_process_without_a_debate_closes_on_publication(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="published", now=now, template="plain")
    assert (question.state, question.floor_proof) == ("closed", None)
