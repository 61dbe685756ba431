"""A survey is drawn from the roll of its moment, answered once, told at its close, and binds nobody."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, mailings
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.questions import derived_queries
from forum.questions.models import Question
from forum.questions.ribbon import StageState
from forum.roll.models import Council, Member
from referendum.rollcalls.queries import roll_calls
from referendum.surveys import draw_operations, notices, operations, queries
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from tests.build_questions import make_question
from tests.people import Cast, actor, sign_in

OWN = """
name = "asked"
title = "Survey, debate, survey, members’ vote"

[[stages]]
kind = "survey"
sample = 6

[[stages]]
kind = "debate"

[[stages]]
kind = "survey"
sample = 9

[[stages]]
kind = "members_vote"
"""


def draw_it(survey: Survey, now: datetime) -> None:
    draw_operations.freeze(draw_operations.frame_now(survey), survey.id, now)
    draw_operations.ask(draw_operations.sample_of(survey), survey.id, now)


def closed(now: datetime) -> int:
    """Let the clock close what is due; says how many."""
    return sum(operations.close_if_due(each.id, now) for each in queries.surveys_in("open"))


@pytest.fixture
def question(ground: Flask, cast: Cast) -> Question:
    """A published process of the house: a survey, then the council decides."""
    made = make_question(cast, state="closed", template="iam-2015", now=clock.now())
    survey = queries.survey_at(made, 2)
    survey.wanted = 8
    draw_it(survey, clock.now())
    return made


def drawn(survey: Survey) -> list[SurveySeat]:
    query = db.select(SurveySeat).where(SurveySeat.survey_id == survey.id)
    return list(db.session.scalars(query.order_by(SurveySeat.id)))


def the_survey(question: Question) -> Survey:
    return queries.survey_at(question, 2)


def test_who_was_drawn_answers_once_and_nobody_else(question: Question, cast: Cast) -> None:
    survey, now = the_survey(question), clock.now()
    seats = drawn(survey)
    operations.answer(actor(seats[0].member_id), survey, ["A"], now)
    with pytest.raises(Refused, match="already"):
        operations.answer(actor(seats[0].member_id), survey, ["B"], now)
    with pytest.raises(Refused, match="not drawn"):
        operations.answer(actor(cast.suspended), survey, ["A"], now)
    with pytest.raises(Refused, match="not open"):
        operations.answer(actor(seats[1].member_id), survey, ["A"], now + timedelta(days=7))
    with pytest.raises(Missing):
        operations.answer(actor(seats[1].member_id), survey, ["Z"], now)
    assert [(each.letter, each.count) for each in db.session.scalars(db.select(SurveyAnswer))] == [("A", 1)]


def test_the_close_tells_sizes_and_below_twenty_answers_no_share(question: Question) -> None:
    survey, now = the_survey(question), clock.now()
    for seat in drawn(survey)[:5]:
        operations.answer(actor(seat.member_id), survey, ["A"], now)
    assert closed(now) == 0
    assert closed(now + timedelta(days=7)) == 1
    assert (survey.told["asked"], survey.told["answered"], survey.told["tables"]) == (8, 5, [])
    assert [each["councils"] for each in survey.told["rows"]] == [["Lakes District"]]
    assert list(db.session.scalars(db.select(SurveyAnswer))) == []


def test_after_the_close_only_totals_of_ten_or_more_are_left_and_give_the_published_shares(
    question: Question, cast: Cast
) -> None:
    survey, now = the_survey(question), clock.now()
    councils = [Council(name=name) for name in ("East", "North", "West")]
    db.session.add_all(councils)
    db.session.flush()
    survey.strata = [
        {"stratum": each.id, "councils": [each.id], "frame": size, "asked": 40, "last": ""}
        for each, size in zip(councils, (100, 300, 500), strict=True)
    ]
    for council, letter, count in zip([0, 1, 1, 2, 2], "ABAAB", (3, 2, 6, 20, 9), strict=True):
        db.session.add(SurveyAnswer(survey_id=survey.id, stratum=councils[council].id, letter=letter, count=count))
    db.session.flush()
    closed(now + timedelta(days=7))
    kept = {(each.stratum, each.letter): each.count for each in db.session.scalars(db.select(SurveyAnswer))}
    east, _, west = (each.id for each in councils)
    assert kept == {(east, "A"): 9, (east, "B"): 2, (west, "A"): 20, (west, "B"): 9}
    share = next(each for each in survey.told["tables"][0] if each["letter"] == "A")
    assert share["weighted"] == pytest.approx((400 * 9 / 11 + 500 * 20 / 29) / 900)
    assert share["plain"] == pytest.approx(29 / 40)


def test_after_the_close_nothing_says_who_has_answered(question: Question) -> None:
    survey, now = the_survey(question), clock.now()
    operations.answer(actor(drawn(survey)[0].member_id), survey, ["A"], now)
    assert [each.answered for each in drawn(survey)] == [True] + 7 * [False]
    closed(now + timedelta(days=7))
    db.session.expire_all()
    assert {each.answered for each in drawn(survey)} == {None}


@pytest.mark.usefixtures("ground")
def test_the_survey_before_a_debate_begins_no_decision(cast: Cast, now: datetime) -> None:
    own = OWN.replace('kind = "members_vote"', 'kind = "council_decision"\nbody = "Executive council"')
    question = make_question(cast, state="closed", own=own, now=now)
    first, second = queries.surveys(question.id)
    draw_it(first, now)
    assert operations.close_if_due(first.id, now + timedelta(days=7))
    assert roll_calls(question.id) == []
    draw_it(second, now)
    assert operations.close_if_due(second.id, now + timedelta(days=7))
    assert [each.kind for each in roll_calls(question.id)] == ["council_decision"]


def test_after_the_survey_the_council_decides_by_name(question: Question) -> None:
    def running(at: datetime) -> list[str]:
        return [each.code for each in derived_queries.stages_of(question, at) if each.state is StageState.NOW]

    now = clock.now()
    assert roll_calls(question.id) == []
    assert running(now) == ["survey"]
    closed(now + timedelta(days=7))
    assert [each.kind for each in roll_calls(question.id)] == ["council_decision"]
    assert running(now + timedelta(days=7)) == ["council_decision"]


def test_a_withdrawn_question_asks_nobody_any_more(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    survey, now = the_survey(question), clock.now()
    question.state = "withdrawn"
    db.session.flush()
    with pytest.raises(Refused, match="not open"):
        operations.answer(actor(drawn(survey)[0].member_id), survey, ["A"], now)
    notices.start_due(now + timedelta(days=6))
    assert db.session.scalar(db.select(Mailing.id).where(Mailing.kind == "survey_reminds")) is None
    mailing = db.session.scalars(db.select(Mailing).where(Mailing.kind == "survey_invites")).one()
    assert notices.write(mailing, 100) is None
    assert closed(now + timedelta(days=8)) == 0
    assert queries.surveys_on(question) == []
    assert roll_calls(question.id) == []


def test_of_a_withdrawn_question_no_sample_is_drawn(question: Question) -> None:
    survey = Survey(question_id=question.id, place=1, wanted=3, days=3, set_up_at=clock.now())
    db.session.add(survey)
    question.state = "withdrawn"
    db.session.flush()
    draw_it(survey, clock.now())
    assert (survey.state, drawn(survey), queries.surveys_in("drawing")) == ("drawing", [], [])


@pytest.mark.usefixtures("ground")
def test_before_a_debate_the_sample_is_of_all_who_are_eligible_registered_or_not(cast: Cast, now: datetime) -> None:
    own = OWN.replace("[[stages]]", '[[stages]]\nkind = "registration"\n\n[[stages]]', 1)
    question = make_question(cast, state="charged", own=own, now=now)
    survey = queries.survey_at(question, 1)
    draw_it(survey, now)
    assert len(drawn(survey)) == 6


@pytest.mark.usefixtures("ground")
def test_the_survey_after_the_debate_asks_the_same_members(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="closed", own=OWN, now=now)
    first, second = queries.surveys(question.id)
    assert (first.place, first.wanted, second.place) == (1, 6, 2)
    draw_it(first, now)
    drawn(first)[0].member_id, gone = cast.suspended, drawn(first)[0].member_id
    db.session.flush()
    draw_it(second, now)
    assert {each.member_id for each in drawn(second)} == {each.member_id for each in drawn(first)} - {cast.suspended}
    assert gone not in {each.member_id for each in drawn(second)}


def test_who_was_drawn_is_invited_and_who_has_not_answered_reminded_once(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, now = the_survey(question), clock.now()
    monkeypatch.setattr(mailings, "PORTION", 3)

    def written(kind: str) -> int:
        for mailing in db.session.scalars(db.select(Mailing).where(Mailing.kind == kind)):
            while mailing.finished_at is None and mailings._write_portion(mailing.id):
                pass
        return len(list(db.session.scalars(db.select(Outgoing.id).where(Outgoing.name == kind))))

    leaver = db.session.get_one(Member, drawn(survey)[-1].member_id)
    leaver.left_at = now
    db.session.flush()
    people = [db.session.get_one(Member, each.member_id) for each in drawn(survey)]
    with_mail = sum(bool(each.email) for each in people if each is not leaver)
    assert written("survey_invites") == with_mail
    query = db.select(Outgoing.subject, Outgoing.text, Outgoing.html).where(Outgoing.name == "survey_invites")
    texts = db.session.execute(query).all()
    assert texts
    assert all("survey" in each.subject for each in texts)
    assert all("one reminder" in part for each in texts for part in (each.text, each.html))
    for word in ("ballot", "poll", "referendum", "belongs to a vote"):
        assert not any(word in part for each in texts for part in each)
    operations.answer(actor(drawn(survey)[0].member_id), survey, [""], now)
    notices.start_due(now + timedelta(days=3))
    assert written("survey_reminds") == 0
    for days in (3.6, 4, 5):
        notices.start_due(now + timedelta(days=days))
    assert written("survey_reminds") in (with_mail, with_mail - 1)
    assert len(list(db.session.scalars(db.select(Mailing).where(Mailing.kind == "survey_reminds")))) == 1


@pytest.fixture
def asked(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        survey = queries.survey_at(make_question(cast, state="closed", template="iam-2015", now=clock.now()), 2)
        draw_it(survey, clock.now())
    return sign_in(app, cast.member)


def test_a_member_answers_in_the_browser_and_everybody_reads_how_it_was_drawn(app: Flask, asked: FlaskClient) -> None:
    assert "You were drawn for a survey" in asked.get("/q/1").text
    assert "wrong" in asked.post("/q/1/survey/2", data={}).text
    page = asked.post("/q/1/survey/2", data={"answer_1": "unsure", "sure": "yes"}, follow_redirects=True).text
    assert "Your answer is counted" in page
    assert "You were drawn for a survey" not in asked.get("/q/1").text
    seen = app.test_client().get("/q/1/survey/2").text
    assert "It is not a vote and binds nobody." in seen
    assert "1 of 15 who were asked have answered so far." in seen
    assert "How the sample was drawn" in seen
    assert app.test_client().get("/q/1/survey/1").status_code == 404
