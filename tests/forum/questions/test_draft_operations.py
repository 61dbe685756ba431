"""Officers draft, save and publish; a change after publication takes it back and drops what was being signed."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask

from forum.bodies import queries as bodies
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Obstructed, Refused, Stale
from forum.questions import act_operations, draft_operations, page_queries, queries, rules
from forum.questions.facts_queries import documents_of, gather_facts
from forum.questions.forms import Draft, DraftOption
from forum.questions.models import Question
from forum.questions.queries import needed_trustees
from forum.questions.states import QuestionMove
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.people import Cast, actor


@pytest.fixture
def question(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, now=now)


def save(cast: Cast, question: Question, now: datetime, **changes: object) -> Question:
    draft: Draft = replace(page_queries.draft_of(question), **changes)  # type: ignore[arg-type]
    return draft_operations.save_draft(actor(cast.officer), question, draft, now=now)


def test_questions_are_numbered_in_order(cast: Cast, ground: Flask, now: datetime) -> None:
    numbers = [
        draft_operations.create_question(actor(cast.officer), "Shall we?", "weiner", now=now).number for _ in range(3)
    ]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("who", ["member", "host", "suspended", "observer"])
def test_only_officers_draft(cast: Cast, ground: Flask, now: datetime, who: str) -> None:
    with pytest.raises(Refused, match="Only officers"):
        draft_operations.create_question(actor(getattr(cast, who)), "Shall we?", "weiner", now=now)


def test_only_officers_save_and_publish(cast: Cast, question: Question, now: datetime) -> None:
    draft = page_queries.draft_of(question)
    with pytest.raises(Refused, match="Only officers"):
        draft_operations.save_draft(actor(cast.member), question, draft, now=now)
    with pytest.raises(Refused, match="Only officers"):
        draft_operations.publish_question(actor(cast.member), question, now=now)


def test_a_draft_is_read_back_as_it_was_saved(cast: Cast, question: Question, now: datetime) -> None:
    before = page_queries.draft_of(question)
    save(cast, question, now)
    assert page_queries.draft_of(question) == replace(before, version=before.version + 1)


def test_the_background_is_rendered_once_and_safely(cast: Cast, question: Question, now: datetime) -> None:
    save(cast, question, now, background="*Offer* <script>alert(1)</script>")
    assert "<em>Offer</em>" in question.background_html
    assert "<script" not in question.background_html


def test_a_page_that_was_overtaken_is_stale(cast: Cast, question: Question, now: datetime) -> None:
    draft = page_queries.draft_of(question)
    save(cast, question, now, title="Another officer was faster")
    with pytest.raises(Stale):
        draft_operations.save_draft(actor(cast.officers[1]), question, draft, now=now)
    assert question.title == "Another officer was faster"


def test_unknown_member_numbers_are_named_at_their_fields_and_nothing_is_saved(
    cast: Cast, question: Question, now: datetime
) -> None:
    people = {"teller": ("3001", "9999"), "trustee": ("8888",), "observer": ()}
    with pytest.raises(Invalid) as refusal:
        save(cast, question, now, people=people, title="Never")
    assert [(each.field, each.facts["number"]) for each in refusal.value.problems] == [
        ("tellers", "9999"),
        ("trustees", "8888"),
    ]
    assert question.title != "Never"


def test_people_are_replaced_and_those_who_stay_keep_their_day(cast: Cast, question: Question, now: datetime) -> None:
    before = {member.number: named.named_at for named, member in queries.named_people(question.id)}
    people = {"teller": ("3001", "3002", "1004"), "trustee": ("4001",), "observer": ("5001",)}
    save(cast, question, now + timedelta(days=1), people=people)
    after = {member.number: named.named_at for named, member in queries.named_people(question.id)}
    assert after["3001"] == before["3001"]
    assert after["1004"] == now + timedelta(days=1)
    assert "3003" not in after


def test_a_trustee_without_whom_nothing_is_opened_is_marked_kept_and_named_in_the_pledge(
    cast: Cast, question: Question, now: datetime
) -> None:
    save(cast, question, now, needed=("4002",))
    assert needed_trustees(question.id) == [cast.trustees[1]]
    assert page_queries.draft_of(question).needed == ("4002",)
    assert "Trustee 2 (needed for the count)" in documents_of(question)["pledge"]
    save(cast, question, now, needed=())
    assert needed_trustees(question.id) == []


def test_the_shortest_dates_are_set_on_request(cast: Cast, question: Question, now: datetime) -> None:
    save(cast, question, now, propose_dates=True)
    assert question.debate_opens_at is not None
    assert question.debate_closes_at is not None
    assert question.debate_opens_at >= now + timedelta(days=7)
    assert question.debate_closes_at - question.debate_opens_at == timedelta(days=14)


def test_everything_missing_is_listed_at_once_with_a_remedy(cast: Cast, ground: Flask, now: datetime) -> None:
    question = draft_operations.create_question(actor(cast.officer), "Shall we?", "ratification", now=now)
    obstacles = rules.obstacles_to(QuestionMove.CHARGE, gather_facts(question), now)
    expected = {
        "options", "process", "timetable", "obligations", "pledge_unsigned", "charge_unsigned", "tellers", "trustees",
        "observers",
    }  # fmt: skip
    assert {each.code for each in obstacles} == expected
    assert all(each.remedy for each in obstacles)


def test_publishing_is_refused_with_everything_that_is_missing(cast: Cast, ground: Flask, now: datetime) -> None:
    question = draft_operations.create_question(actor(cast.officer), "Shall we?", "ratification", now=now)
    with pytest.raises(Obstructed) as refusal:
        draft_operations.publish_question(actor(cast.officer), question, now=now)
    assert {each.code for each in refusal.value.obstacles} == {
        "options", "obligations", "tellers", "trustees", "observers",
    }  # fmt: skip
    assert question.published_at is None


def test_an_option_without_an_obligation_keeps_the_question_in_the_drawer(
    cast: Cast, question: Question, now: datetime
) -> None:
    first, second = page_queries.draft_of(question).options
    save(cast, question, now, options=(first, replace(second, duties=())))
    assert [each.code for each in draft_operations.obstacles_to_publish(question, now)] == ["obligations"]


def test_a_timetable_in_the_past_cannot_be_published(cast: Cast, question: Question, now: datetime) -> None:
    obstacles = draft_operations.obstacles_to_publish(question, now + timedelta(days=365))
    assert [each.code for each in obstacles] == ["timetable_past"]


def test_an_officer_named_as_teller_is_an_obstacle(cast: Cast, question: Question, now: datetime) -> None:
    people = {"teller": ("3001", "3002", "2001"), "trustee": ("4001",), "observer": ("5001",)}
    save(cast, question, now, people=people)
    assert [each.code for each in draft_operations.obstacles_to_publish(question, now)] == ["officer_in_committee"]


def test_publishing_twice_is_refused(cast: Cast, question: Question, now: datetime) -> None:
    draft_operations.publish_question(actor(cast.officer), question, now=now)
    with pytest.raises(Refused, match="published already"):
        draft_operations.publish_question(actor(cast.officer), question, now=now)


def test_a_change_after_publication_takes_it_back_and_drops_the_pledge(
    cast: Cast, question: Question, now: datetime
) -> None:
    draft_operations.publish_question(actor(cast.officer), question, now=now)
    pledge = act_operations.propose_pledge(actor(cast.officer), question, now=now)
    save(cast, question, now, title="Something else entirely?")
    assert (question.published_at, question.pledged_at) == (None, None)
    assert pledge.dropped_at == now


def test_a_pledge_in_effect_does_not_cover_a_changed_question(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="pledged", now=now)
    assert len(gather_facts(question).pledge_signers) == 3
    options = (*page_queries.draft_of(question).options, DraftOption("A third way"))
    save(cast, question, now, options=options)
    assert question.pledged_at is None
    assert gather_facts(question).pledge_signers == frozenset()


def test_saving_without_a_change_keeps_what_was_published(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="pledged", now=now)
    save(cast, question, now)
    assert question.published_at is not None
    assert question.pledged_at is not None


def test_a_charged_question_is_no_longer_a_draft(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="charged", now=now)
    with pytest.raises(Refused, match="no longer a draft"):
        save(cast, question, now, title="Too late")
    with pytest.raises(Refused, match="no longer a draft"):
        draft_operations.publish_question(actor(cast.officer), question, now=now)


def test_the_pledge_names_everything_it_promises(cast: Cast, question: Question) -> None:
    text = documents_of(question)["pledge"]
    wanted = [
        question.title, question.background_source, "Carry out “Accept”.", "within 30 days", "The debate opens:",
        "Voting closes:", "at least 14 days", "In every local at least 1 live session must be held.",
        "Tellers: Teller 1; Teller 2; Teller 3", "Observers: Olive Watcher",
    ]  # fmt: skip
    assert [each for each in wanted if each not in text] == []
    assert documents_of(question)["pledge"] == text
    assert "3001" not in text


def test_the_charge_contains_the_pledge(cast: Cast, question: Question) -> None:
    text = documents_of(question)["charge"]
    assert "charges every local" in text
    assert "Carry out “Reject”." in text


def test_a_stored_process_is_read_back_exactly(cast: Cast, question: Question) -> None:
    process = queries.process_of(question)
    assert process.debate is not None
    assert process.debate.share_of_locals == Fraction(1)


def test_a_member_who_left_is_no_teller_any_more(cast: Cast, question: Question, now: datetime) -> None:
    db.session.get_one(Member, cast.tellers[0]).left_at = now
    db.session.flush()
    assert queries.appointments(question.id, "teller") == list(cast.tellers[1:])
    assert bodies.registry.members_of("tellers", question.id) == frozenset(cast.tellers[1:])
