"""A draft may name an earlier question on the same matter; the pledge says so; both pages lead to each other."""

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.database import transaction
from forum.kernel.doors import VISITOR
from forum.kernel.errors import Invalid
from forum.questions import draft_operations, matter_queries, page_queries
from forum.questions.facts_queries import documents_of
from forum.questions.models import Question
from tests.build_questions import make_question
from tests.people import Cast, actor, sign_in


@pytest.fixture
def closed(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, state="closed", now=now)


def save(cast: Cast, question: Question, number: int | None, now: datetime) -> Question:
    draft = replace(page_queries.draft_of(question), takes_up=number)
    return draft_operations.save_draft(actor(cast.officer), question, draft, now=now)


def test_the_pledge_says_what_a_question_takes_up_and_a_change_takes_it_back(
    cast: Cast, closed: Question, now: datetime
) -> None:
    plain = make_question(cast, state="published", now=now)
    assert "same matter" not in documents_of(plain)["pledge"]
    save(cast, plain, closed.number, now)
    assert (plain.takes_up_id, plain.published_at) == (closed.id, None)
    for text in documents_of(plain).values():
        assert f"on the same matter as question {closed.number}" in text
    assert page_queries.draft_of(plain).takes_up == closed.number
    save(cast, plain, None, now)
    assert plain.takes_up_id is None


@pytest.mark.parametrize("which", ["itself", "unknown", "running", "later"])
def test_only_an_earlier_closed_question_is_taken_up(
    cast: Cast, closed: Question, now: datetime, which: str
) -> None:
    running = make_question(cast, state="debating", now=now)
    draft = make_question(cast, now=now)
    later = make_question(cast, state="closed", now=now)
    numbers = {"itself": draft.number, "unknown": 999, "running": running.number, "later": later.number}
    with pytest.raises(Invalid) as refusal:
        save(cast, draft, numbers[which], now)
    assert [each.field for each in refusal.value.problems] == ["takes_up"]
    assert draft.takes_up_id is None


def test_the_way_back_and_forth_has_every_question_on_the_matter(cast: Cast, closed: Question, now: datetime) -> None:
    second, third = (make_question(cast, state="closed", now=now) for _ in range(2))
    second.takes_up_id, third.takes_up_id = closed.id, second.id
    assert matter_queries.earlier_on_the_matter(third) == [second, closed]
    assert matter_queries.later_on_the_matter(closed) == [second, third]


def test_a_draft_on_the_matter_is_not_shown_to_members(cast: Cast, closed: Question, now: datetime) -> None:
    draft = make_question(cast, now=now)
    draft.takes_up_id = closed.id
    assert matter_queries.matter_of(actor(cast.officer), closed).later == [draft]
    for person in (VISITOR, actor(cast.member)):
        assert matter_queries.matter_of(person, closed).later == []


def test_the_officer_chooses_it_on_the_draft_s_page(app: Flask, cast: Cast, now: datetime) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        closed, draft = make_question(cast, state="closed", now=now), make_question(cast, now=now)
        earlier, number, version = closed.number, draft.number, draft.version
    officer, path = sign_in(app, cast.officer), f"/q/{number}/edit"
    assert 'name="takes_up"' in officer.get(path).text
    sent = {"title": "Once more?", "template": "ratification", "version": str(version), "takes_up": "77"}
    refused = officer.post(path, data=sent)
    assert refused.status_code == 422
    assert "Choose an earlier question" in refused.text
    assert officer.post(path, data={**sent, "takes_up": str(earlier)}).status_code == 302
    assert f'href="/q/{earlier}"' in officer.get(f"/q/{number}").text
    assert f'value="{earlier}" selected' in officer.get(path).text
