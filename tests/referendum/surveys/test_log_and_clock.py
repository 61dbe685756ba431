"""What a survey leaves in the public log, whom it makes wait, and how little it may tell."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.kernel import clock, slots
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.questions.process import SurveyStage
from forum.questions.states import QuestionMove
from forum.questions.templates import load_shipped, read_template
from referendum.surveys import draw_operations, jobs, operations, queries, rules, views
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from tests.build_questions import make_question
from tests.locks import holding_rows
from tests.people import Cast, actor
from tests.referendum.surveys.test_surveys import OWN, draw_it, drawn
from tests.trail import trail


@pytest.fixture
def survey(ground: Flask, cast: Cast) -> Survey:
    made = make_question(cast, state="closed", template="iam-2015", now=clock.now())
    found = queries.survey_at(made, 2)
    found.wanted = 8
    draw_it(found, clock.now())
    return found


def question_of(survey: Survey) -> Question:
    return db.session.get_one(Question, survey.question_id)


def test_the_draw_and_the_close_are_in_the_log_with_all_that_repeats_the_draw(survey: Survey) -> None:
    operations.answer(actor(drawn(survey)[0].member_id), survey, ["A"], clock.now())
    assert survey.closes_at is not None
    assert survey.opened_at is not None
    assert survey.closes_at - survey.opened_at == timedelta(days=survey.days)
    assert operations.close_if_due(survey.id, survey.closes_at)
    told = trail("freeze_frame", "draw_sample", "close_survey")
    assert [(act, office) for act, office, _ in told] == [
        ("freeze_frame", "clock"), ("draw_sample", "clock"), ("close_survey", "clock"),
    ]  # fmt: skip
    frame = sum(each["frame"] for each in survey.strata)
    assert frame > 8
    assert told[0][2] == {
        "question": 1, "frame": frame, "frame_hash": survey.frame_hash, "questionnaire": survey.questionnaire_hash,
    }  # fmt: skip
    assert told[1][2] == {"question": 1, "sample": 8, "frame_hash": survey.frame_hash, "seed": survey.seed}
    assert told[2][2] == {"question": 1, "asked": 8, "answered": 1}


def test_no_answer_is_in_the_log(survey: Survey) -> None:
    before = trail()
    operations.answer(actor(drawn(survey)[0].member_id), survey, ["A"], clock.now())
    assert trail() == before


def test_an_answer_a_draw_and_the_close_wait_for_each_other(survey: Survey) -> None:
    frame, sample = draw_operations.frame_now(survey), draw_operations.sample_of(survey)
    who = actor(drawn(survey)[0].member_id)
    for act in (
        lambda: draw_operations.freeze(frame, survey.id, clock.now()),
        lambda: draw_operations.ask(sample, survey.id, clock.now()),
        lambda: operations.answer(who, survey, ["A"], clock.now()),
        lambda: operations.close_if_due(survey.id, clock.now()),
    ):
        with holding_rows() as held:
            act()
        assert "surveys" in held


def test_what_comes_after_the_close_is_told_once(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Survey] = []
    monkeypatch.setitem(slots._filled, "survey.closed", [lambda each, _at: told.append(each)])
    over = survey.closes_at
    assert over is not None
    assert [operations.close_if_due(survey.id, over) for _ in range(2)] == [True, False]
    assert told == [survey]


def test_a_survey_is_held_before_the_debate_or_after_it_and_after_it_where_there_is_none() -> None:
    own = rules.survey_stages(read_template(OWN, union_size=50))
    assert {place: stage.sample for place, stage in own.items()} == {1: 6, 2: 9}
    assert (rules.BEFORE, rules.AFTER) == (1, 2)
    shipped = rules.survey_stages(load_shipped("iam-2015"))
    assert list(shipped) == [rules.AFTER]
    assert isinstance(shipped[rules.AFTER], SurveyStage)


@pytest.mark.parametrize("move", list(QuestionMove))
def test_a_survey_is_due_with_the_charge_or_with_the_close(
    cast: Cast, ground: Flask, move: QuestionMove
) -> None:
    question = make_question(cast, state="published", own=OWN, now=clock.now())
    operations.question_moved(question, move, clock.now())
    places = list(db.session.scalars(db.select(Survey.place).where(Survey.question_id == question.id)))
    closing = (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)
    expected = [rules.BEFORE] if move == QuestionMove.CHARGE else [rules.AFTER] if move in closing else []
    assert places == expected


@pytest.mark.parametrize(("answers", "told"), [(19, False), (20, True)])
def test_below_twenty_answers_no_share_is_told(survey: Survey, cast: Cast, answers: int, told: bool) -> None:
    survey.strata = [{"stratum": 1, "councils": [cast.council], "frame": 300, "asked": 40, "last": ""}]
    db.session.add(SurveyAnswer(survey_id=survey.id, stratum=1, letter="A", count=answers))
    db.session.flush()
    found = queries.told_of(survey)
    assert (bool(found["tables"]), found["answered"], found["frame"]) == (told, answers, 300)
    assert (found["fraction"], found["response"]) == (answers / 300, answers / 40)


@pytest.mark.parametrize(("answers", "alone"), [(9, False), (10, True)])
def test_a_stratum_of_under_ten_answers_weighs_with_others(
    survey: Survey, cast: Cast, answers: int, alone: bool
) -> None:
    survey.strata = [
        {"stratum": 1, "councils": [cast.council], "frame": 900, "asked": 90, "last": ""},
        {"stratum": 2, "councils": [cast.council], "frame": 300, "asked": 30, "last": ""},
    ]  # fmt: skip
    for stratum, letter, count in ((1, "A", 30), (2, "B", answers)):
        db.session.add(SurveyAnswer(survey_id=survey.id, stratum=stratum, letter=letter, count=count))
    db.session.flush()
    share = next(each for each in queries.told_of(survey)["tables"][0] if each["letter"] == "A")
    assert share["weighted"] == pytest.approx(0.75 if alone else 30 / (30 + answers))


@pytest.mark.parametrize(
    ("state", "seconds", "is_open"),
    [("open", -1, True), ("open", 0, False), ("drawing", -1, False), ("closed", -1, False)],
)
def test_it_is_answered_from_the_draw_until_its_moment(state: str, seconds: int, is_open: bool) -> None:
    now = clock.now()
    assert rules.is_open(state, now, now + timedelta(seconds=seconds)) is is_open
    assert not rules.is_open(state, None, now)


def test_no_survey_is_missing_in_words(ground: Flask) -> None:
    with pytest.raises(Missing):
        queries.survey_by_id(99)


def test_the_ribbon_is_told_of_the_survey_after_the_debate(survey: Survey, cast: Cast) -> None:
    held = views.on_the_ribbon(question_of(survey))["survey"]
    assert (held.state, held.starts_at, held.ends_at) == ("open", survey.opened_at, survey.closes_at)
    question = question_of(survey)
    question.state = "withdrawn"
    assert views.on_the_ribbon(question) == {}


def test_the_clock_draws_what_is_set_up_reminds_and_closes(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        made = queries.survey_at(make_question(cast, state="closed", template="iam-2015", now=clock.now()), 2)
        survey_id, days = made.id, made.days

    def tended() -> tuple[str, int]:
        with app.test_request_context():
            jobs.tend_surveys()
            with transaction(write=False):
                seats = db.session.scalar(db.select(db.func.count(SurveySeat.id)))
                return db.session.get_one(Survey, survey_id).state, seats or 0

    state, seats = tended()
    assert state == "open"
    assert seats > 8
    assert tended() == ("open", seats)
    late = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert tended() == ("closed", seats)
