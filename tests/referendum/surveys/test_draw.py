"""A survey's frame is frozen before its seed, the draw repeated from what is kept, and members told of themselves."""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.roll.models import Member
from referendum.surveys import draw_operations, frame_queries, frames, jobs, operations, queries, repeat_queries
from referendum.surveys.cli import survey as commands
from referendum.surveys.models import FramePart, Survey, SurveySeat
from tests.build_questions import make_question
from tests.people import Cast, sign_in
from tests.referendum.surveys.test_surveys import OWN, draw_it, drawn, the_survey


@pytest.fixture
def question(ground: Flask, cast: Cast) -> Question:
    made = make_question(cast, state="closed", template="iam-2015", now=clock.now())
    the_survey(made).wanted = 8
    draw_it(the_survey(made), clock.now())
    return made


def own(survey: Survey, member_id: int) -> frame_queries.OwnPlace:
    found = frame_queries.own_place(survey, member_id)
    assert found
    return found


def test_the_frame_is_in_the_record_before_there_is_a_seed(ground: Flask, cast: Cast) -> None:
    survey, now = the_survey(make_question(cast, state="closed", template="iam-2015", now=clock.now())), clock.now()
    assert own_is_none(survey, cast.member)
    draw_operations.ask(draw_operations.Sample("0" * 64, {}, []), survey.id, now)
    assert survey.state == "drawing"
    draw_operations.freeze(draw_operations.frame_now(survey), survey.id, now)
    assert (len(survey.frame_hash), survey.seed, survey.state) == (64, "", "drawing")
    assert own_is_none(survey, cast.member)
    frozen = survey.frame_hash
    draw_operations.freeze(draw_operations.frame_now(survey), survey.id, now)
    assert survey.frame_hash == frozen
    draw_operations.ask(draw_operations.sample_of(survey), survey.id, now)
    seats = len(drawn(survey))
    draw_operations.ask(draw_operations.sample_of(survey), survey.id, now)
    assert len(drawn(survey)) == seats
    query = db.select(AuditEntry).where(AuditEntry.subject == f"survey:{survey.id}").order_by(AuditEntry.height)
    first, second = db.session.scalars(query)
    assert (first.act, first.facts["frame_hash"], "seed" in first.facts) == ("freeze_frame", frozen, False)
    assert (second.act, second.facts["seed"], second.facts["frame_hash"]) == ("draw_sample", survey.seed, frozen)


def own_is_none(survey: Survey, member_id: int) -> bool:
    return frame_queries.own_place(survey, member_id) is None


def test_every_member_can_tell_alone_whether_they_were_to_be_asked(question: Question, cast: Cast) -> None:
    survey = the_survey(question)
    asked = {each.member_id for each in drawn(survey)}
    last = survey.strata[0]["last"]
    assert len(asked) == survey.strata[0]["asked"] == 8
    for member in db.session.scalars(db.select(Member).order_by(Member.id)):
        mine = own(survey, member.id)
        assert mine.drawn == (member.id in asked)
        assert mine.framed == (member.standing == "good")
        number = hashlib.sha256(f"{member.number}:{mine.slip}".encode()).hexdigest()[:32]
        assert mine.entry == number
        if mine.framed:
            assert (hashlib.sha256(f"{survey.seed}:{number}".encode()).hexdigest() <= last) == (member.id in asked)


def test_the_draw_repeats_from_what_is_kept_and_whatever_was_altered_is_named(question: Question, cast: Cast) -> None:
    survey = the_survey(question)
    assert repeat_queries.repeat(survey) == []
    seat = drawn(survey)[0]
    outsider = db.session.scalars(
        db.select(Member).where(Member.standing == "good", Member.id.not_in(db.select(SurveySeat.member_id)))
        .order_by(Member.id)
    ).first()  # fmt: skip
    assert outsider
    kept, seat.member_id = seat.member_id, outsider.id
    db.session.flush()
    assert repeat_queries.repeat(survey) == ["1 asked, but not drawn", "1 drawn, but not asked"]
    seat.member_id = kept
    seed, survey.seed = survey.seed, "0" * 64
    db.session.flush()
    assert repeat_queries.repeat(survey)[0].startswith("stratum ")
    survey.seed = seed
    part = db.session.scalars(db.select(FramePart).order_by(FramePart.part)).first()
    assert part
    part.rows = part.rows[:-20] + bytes([*part.rows[-20:-19], 7, *part.rows[-18:]])
    db.session.flush()
    assert repeat_queries.repeat(survey)[0] == "the stored frame has another hash than the published one"


@pytest.mark.usefixtures("ground")
def test_the_second_survey_asks_the_first_ones_sample_and_that_too_is_checked(cast: Cast, now: datetime) -> None:
    first, second = queries.surveys(make_question(cast, state="closed", own=OWN, now=now).id)
    draw_it(first, now)
    db.session.get_one(Member, drawn(first)[0].member_id).left_at = now
    db.session.flush()
    draw_it(second, now)
    assert (len(drawn(second)), second.seed, second.frame_key == first.frame_key) == (5, "", False)
    assert repeat_queries.repeat(first) == repeat_queries.repeat(second) == []
    assert not own(second, drawn(second)[0].member_id).drawn
    db.session.delete(drawn(second)[0])
    db.session.flush()
    assert repeat_queries.repeat(second) == ["1 drawn, but not asked"]


@pytest.mark.usefixtures("ground")
def test_where_the_first_survey_never_asked_anybody_the_second_draws_for_itself(cast: Cast, now: datetime) -> None:
    _, second = queries.surveys(make_question(cast, state="closed", own=OWN, now=now).id)
    draw_it(second, now)
    assert (len(drawn(second)), len(second.seed)) == (9, 64)


def test_a_draw_that_was_cut_off_after_the_freeze_goes_on_with_the_frozen_frame(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        survey = the_survey(make_question(cast, state="closed", template="iam-2015", now=clock.now()))
        draw_operations.freeze(draw_operations.frame_now(survey), survey.id, clock.now())
        survey_id, frozen = survey.id, survey.frame_hash
    with app.test_request_context():
        jobs.tend_surveys()
        with transaction(write=False):
            survey = queries.survey_by_id(survey_id)
            assert (survey.state, survey.frame_hash) == ("open", frozen)


@pytest.fixture
def browser(app: Flask, cast: Cast) -> FlaskClient:
    with app.test_request_context(), transaction(write=True):
        draw_it(the_survey(make_question(cast, state="closed", template="iam-2015", now=clock.now())), clock.now())
    return sign_in(app, cast.member)


def test_a_member_sees_their_own_number_and_nobody_else_does(app: Flask, cast: Cast, browser: FlaskClient) -> None:
    page = browser.get("/q/1/survey/2").text
    with app.test_request_context(), transaction(write=False):
        mine = own(queries.surveys(1)[0], cast.member)
    assert "You were asked." in page
    assert mine.slip in page
    assert mine.entry in page
    for other in (app.test_client(), sign_in(app, cast.officer), sign_in(app, cast.observer)):
        text = other.get("/q/1/survey/2").text
        assert mine.slip not in text
        assert mine.entry not in text
    assert "this question is not for you" in sign_in(app, cast.suspended).get("/q/1/survey/2").text


def test_the_published_frame_repeats_the_draw_and_names_nobody(
    app: Flask, browser: FlaskClient, tmp_path: Path
) -> None:
    told = app.test_client().get("/q/1/survey/2/frame")
    assert told.headers["Content-Disposition"] == 'attachment; filename="frame-1-2.txt"'
    page = app.test_client().get("/q/1/survey/2").text
    assert hashlib.sha256(told.data).hexdigest() in page
    frame = frames.read_frame(told.text.splitlines())
    with app.test_request_context(), transaction(write=False):
        survey = queries.surveys(1)[0]
        seed, last = survey.seed, survey.strata[0]["last"]
        numbers = list(db.session.scalars(db.select(Member.number).where(Member.standing == "good")))
    assert len(frame) == len(numbers)
    assert not any(hashlib.sha256(number.encode()).hexdigest()[:32] in frame for number in numbers)
    runner = app.test_cli_runner()
    (file := tmp_path / "frame.txt").write_bytes(told.data)
    said = runner.invoke(commands, ["repeat", str(file), "--seed", seed, "--sample", str(len(numbers))])
    assert f"{len(numbers)} asked, the last at {last}" in said.output
    file.write_bytes(told.data + b"more\n")
    assert "no frame" in runner.invoke(commands, ["repeat", str(file), "--seed", "x", "--sample", "5"]).output


def test_the_command_repeats_the_draws_of_a_question(app: Flask, browser: FlaskClient) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(commands, ["draw", "1"]).output == "survey 2: the same\n"
    assert "no question 7" in runner.invoke(commands, ["draw", "7"]).output
    with app.test_request_context(), transaction(write=True):
        queries.surveys(1)[0].frame_hash = "0" * 64
    said = runner.invoke(commands, ["draw", "1"])
    assert (said.exit_code, "another hash" in said.output) == (1, True)


def test_a_second_survey_has_no_frame_to_download(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        for each in queries.surveys(make_question(cast, state="closed", own=OWN, now=clock.now()).id):
            draw_it(each, clock.now())
    visitor = app.test_client()
    assert visitor.get("/q/1/survey/1/frame").status_code == 200
    assert visitor.get("/q/1/survey/2/frame").status_code == 404
    assert "it asks the same members as the survey before the debate" in visitor.get("/q/1/survey/2").text


def test_who_has_left_since_the_draw_stays_asked_and_answers_no_more(
    app: Flask, cast: Cast, browser: FlaskClient
) -> None:
    with app.test_request_context(), transaction(write=True):
        db.session.get_one(Member, cast.member).left_at = clock.now()
    app.config["WTF_CSRF_ENABLED"] = False
    assert "/sign-in" in browser.post("/q/1/survey/2", data={"answer_1": "A", "sure": "yes"}).headers["Location"]
    with app.test_request_context(), transaction(write=True):
        survey = queries.surveys(1)[0]
        assert operations.close_if_due(survey.id, clock.now() + timedelta(days=8))
        assert (survey.told["answered"], survey.told["asked"]) == (0, survey.strata[0]["asked"])
    assert re.search(r"0 of \d+ who were asked have answered", app.test_client().get("/q/1/survey/2").text)
