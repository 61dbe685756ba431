"""A process is published only if this version carries out all of it; drafts may hold more, and replays read more."""

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.errors import Obstructed
from forum.questions import draft_operations, rules
from forum.questions.carried import not_carried_out
from forum.questions.process import Process
from forum.questions.states import QuestionMove
from forum.questions.templates import load_shipped
from tests.build_questions import make_question
from tests.forum.questions.facts import READY, START
from tests.people import Cast, actor, sign_in


def codes(process: Process) -> list[str]:
    return [each.code.removeprefix("not_carried_out-") for each in not_carried_out(process)]


def test_what_this_version_runs_has_nothing_against_it() -> None:
    for name in ("weiner", "ratification", "iam-2024"):
        assert codes(load_shipped(name)) == []


def test_every_stage_that_would_never_come_is_named() -> None:
    assert codes(load_shipped("iam-2015")) == ["survey"]


def test_neither_the_charge_nor_a_publication_goes_past_it() -> None:
    facts = replace(READY, process=load_shipped("iam-2015"))
    for move in (QuestionMove.CHARGE, QuestionMove.PUBLISH):
        found = {each.code for each in rules.obstacles_to(move, facts, START)}
        assert "not_carried_out-survey" in found


def test_publishing_is_refused_and_a_replay_reads_it(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, template="iam-2015", now=now)
    with pytest.raises(Obstructed) as refusal:
        draft_operations.publish_question(actor(cast.officer), question, now=now)
    assert {each.code for each in refusal.value.obstacles} == {"not_carried_out-survey"}
    draft_operations.publish_question(actor(cast.officer), question, now=now, replayed=True)
    assert question.state == "closed"


def test_the_drafting_form_says_it_at_the_process_and_beside_each_template(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        make_question(cast, template="iam-2015", now=clock.now())
    browser = sign_in(app, cast.officer)
    page = browser.get("/q/1/edit").text
    field = page[page.index('id="f-template"') : page.index("Write your own process")]
    assert 'id="f-template-e">This version does not carry out a sample survey' in field
    assert "Only members who have registered" not in page
    offered = browser.get("/questions/new").text
    assert offered.index("ratification") < offered.index("iam-2015") < offered.index("Not yet; it can be drafted")


def test_a_draft_is_not_told_that_it_is_not_published(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        make_question(cast, template="plain", now=clock.now())
        make_question(cast, now=clock.now())
    browser = sign_in(app, cast.officer)
    for number in (1, 2):
        assert "is not published." not in browser.get(f"/q/{number}/edit").text
    assert "Nothing is missing." in browser.get("/q/1/edit").text
