"""What a survey asks is written before the draw, public, hashed, fixed; answered with care, told item by item."""

import csv
import hashlib
import io
import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused
from forum.questions import draft_operations
from forum.questions.models import Question
from forum.questions.process import SurveyItem
from referendum.surveys import draw_operations, operations, queries, questionnaire_operations
from referendum.surveys.models import Survey, SurveyAnswer, SurveySeat
from tests.build_questions import make_question
from tests.people import Cast, actor, sign_in
from tests.referendum.surveys.test_surveys import OWN, draw_it, drawn, the_survey
from tests.trail import trail

ITEMS = [SurveyItem("Whom do you lean to?"), SurveyItem("How did you hear of it?", ("From my local", "Elsewhere"))]
TOKEN = re.compile(r'(?<=csrf-token" content=")[^"]+|(?<=name="csrf_token" value=")[^"]+|(?<=nonce=")[^"]+')
FIXED = """
name = "fixed"
title = "A survey with its own questions"

[[stages]]
kind = "survey"
title = "As published"

[[stages.questionnaire]]
text = "Are you content?"
answers = ["Yes", "No"]

[[stages]]
kind = "council_decision"
body = "Executive council"
"""


@pytest.fixture
def question(ground: Flask, cast: Cast) -> Question:
    return make_question(cast, state="drafted", template="iam-2015", now=clock.now())


def write(question: Question, who: int, items: list[SurveyItem] | None = None) -> Survey:
    return questionnaire_operations.write(actor(who), question, 2, "Autumn", items or ITEMS, clock.now())


def published(question: Question, cast: Cast) -> Survey:
    draft_operations.publish_question(actor(cast.officer), question, now=clock.now())
    return the_survey(question)


def test_an_officer_writes_it_until_the_roll_is_frozen_and_each_time_its_hash_is_in_the_log(
    question: Question, cast: Cast
) -> None:
    with pytest.raises(Refused, match="council"):
        write(question, cast.member)
    write(question, cast.officer, ITEMS[:1])
    first = write(question, cast.officer).questionnaire_hash
    survey = published(question, cast)
    assert (survey.state, survey.questionnaire_hash, survey.title) == ("drawing", first, "Autumn")
    second = write(question, cast.officers[1], ITEMS[::-1]).questionnaire_hash
    draw_operations.freeze(draw_operations.frame_now(survey), survey.id, clock.now())
    with pytest.raises(Refused, match="drawn"):
        write(question, cast.officer)
    draw_operations.ask(draw_operations.sample_of(survey), survey.id, clock.now())
    with pytest.raises(Refused, match="drawn"):
        write(question, cast.officer)
    hashes = [facts["questionnaire"] for _, _, facts in trail("write_questionnaire", "freeze_frame")]
    assert hashes[1:] == [first, second, second]
    asked = {"title": "Autumn", "items": [
        {"text": "How did you hear of it?", "answers": ["From my local", "Elsewhere"]},
        {"text": "Whom do you lean to?", "answers": ["Accept", "Reject"]},
    ]}  # fmt: skip
    assert json.loads(queries.document(survey)) == asked
    assert hashlib.sha256(queries.document(survey)).hexdigest() == second


def test_where_nobody_writes_anything_members_are_asked_whom_they_lean_to(question: Question, cast: Cast) -> None:
    survey = published(question, cast)
    draw_it(survey, clock.now())
    assert [(each.text, each.words, each.default) for each in queries.items_of(survey)] == [
        ("What do you lean to today?", ("Accept", "Reject"), True)
    ]
    assert len(survey.questionnaire_hash) == 64


@pytest.mark.usefixtures("ground")
def test_what_a_process_has_published_no_officer_changes(cast: Cast) -> None:
    question = make_question(cast, state="drafted", own=FIXED, now=clock.now())
    with pytest.raises(Refused, match="process"):
        write(question, cast.officer)
    survey = published(question, cast)
    draw_it(survey, clock.now())
    assert survey.title == "As published"
    assert survey.questionnaire == [{"text": "Are you content?", "answers": ["Yes", "No"]}]


@pytest.mark.usefixtures("ground")
def test_there_is_nothing_to_write_for_a_survey_that_no_stage_holds(cast: Cast) -> None:
    question = make_question(cast, state="drafted", template="ratification", now=clock.now())
    with pytest.raises(Missing):
        write(question, cast.officer)


def answered(question: Question, cast: Cast, letters: list[list[str]]) -> Survey:
    """A survey on a union of a hundred, answered by the first ones as given, and closed."""
    write(question, cast.officer)
    survey = published(question, cast)
    draw_it(survey, clock.now())
    for seat, each in zip(drawn(survey), letters, strict=False):
        operations.answer(actor(seat.member_id), survey, each, clock.now())
    return survey


def test_totals_are_kept_of_each_item_and_no_answer_beside_another(question: Question, cast: Cast) -> None:
    survey = answered(question, cast, [["A", "B"], ["A", ""], ["B", "B"]])
    kept = {(each.item, each.letter): each.count for each in db.session.scalars(db.select(SurveyAnswer))}
    assert kept == {(1, "A"): 2, (1, "B"): 1, (2, "B"): 2, (2, ""): 1}
    assert queries.answered_count(survey) == 3
    with pytest.raises(Missing):
        operations.answer(actor(drawn(survey)[5].member_id), survey, ["A", "C"], clock.now())
    for wrong in (["A"], ["A", "B", "A"]):
        with pytest.raises(ValueError, match="zip"):
            operations.answer(actor(drawn(survey)[5].member_id), survey, wrong, clock.now())
    assert queries.answered_count(survey) == 3


def tell(survey: Survey, counts: list[dict[str, int]]) -> None:
    """Close a survey with these totals of its items in one stratum of 400, of whom 100 were asked."""
    at = survey.strata[0]["stratum"]
    survey.strata = [{**survey.strata[0], "frame": 400, "asked": 100}]
    for item, of in enumerate(counts, 1):
        for letter, count in of.items():
            db.session.add(SurveyAnswer(survey_id=survey.id, stratum=at, item=item, letter=letter, count=count))
    db.session.flush()
    operations._close(survey, clock.now())


def test_each_item_is_told_with_its_own_figures(question: Question, cast: Cast) -> None:
    survey = answered(question, cast, [])
    tell(survey, [{"A": 30, "B": 10}, {"A": 5, "": 35}])
    first, second = survey.told["tables"]
    assert [(each["letter"], each["count"]) for each in first] == [("A", 30), ("B", 10), ("", 0)]
    assert [(each["letter"], each["plain"]) for each in second] == [("A", 0.125), ("B", 0), ("", 0.875)]
    kept = {(each.item, each.letter): each.count for each in db.session.scalars(db.select(SurveyAnswer))}
    assert kept == {(1, "A"): 30, (1, "B"): 10, (2, "A"): 5, (2, ""): 35}


def test_what_both_surveys_asked_is_compared_and_nothing_else(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        question = make_question(cast, state="closed", own=OWN, now=clock.now())
        first, second = queries.surveys(question.id)
        officer, own = actor(cast.officer), SurveyItem("Content?", ("Yes", "No"))
        questionnaire_operations.write(officer, question, 1, "", [own, ITEMS[1]], clock.now())
        questionnaire_operations.write(officer, question, 2, "", [ITEMS[0], own], clock.now())
        for survey in (first, second):
            draw_it(survey, clock.now())
        assert queries.changes(first, second) == {}
        tell(first, [{"A": 20, "B": 20}, {"A": 40}])
        tell(second, [{"A": 40}, {"A": 30, "B": 10}])
        found = queries.changes(first, second)
        assert list(found) == [2]
        yes = found[2][0]
        assert (yes.letter, yes.before, yes.after) == ("A", 0.5, 0.75)
        before, after = first.told["tables"][0][0]["margin"], second.told["tables"][1][0]["margin"]
        assert yes.margin == pytest.approx((before**2 + after**2) ** 0.5)
        assert max(before, after) < yes.margin < before + after
    told, _, rest = app.test_client().get("/q/1/survey/2").text.partition("Before the debate, and after it")
    assert ">+25.0<" in rest
    assert ">+25.0<" not in told


@pytest.fixture
def drafted(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="drafted", template="iam-2015", now=clock.now())
    return sign_in(app, cast.officer)


FORM = {
    "title": "Autumn", "text_1": "Whom do you lean to?", "own_1": "1",
    "text_3": "How did you hear of it?", "answers_3": "From my local\r\n\r\nElsewhere",
}  # fmt: skip
PAGE = "/q/1/survey/2"


def test_an_officer_writes_it_in_the_browser_and_faults_stand_at_their_fields(drafted: FlaskClient) -> None:
    assert f'href="{PAGE}"' in drafted.get("/q/1").text
    assert "What do you lean to today?" in drafted.get(f"{PAGE}/questions").text
    assert "f-text_1-e" in drafted.post(f"{PAGE}/questions", data={}).text
    wrong = drafted.post(f"{PAGE}/questions", data={
        "text_1": "Why?", "answers_1": "One", "answers_2": "a\nb", "own_3": "1", "text_3": "x", "own_4": "1",
        "text_4": "y",
    }).text  # fmt: skip
    faulty = {"answers_1", "text_2", "own_4"}
    assert {each for each in (*faulty, "text_1", "own_3") if f"f-{each}-e" in wrong} == faulty
    assert "\na\nb</textarea>" in wrong
    page = drafted.post(f"{PAGE}/questions", data=FORM, follow_redirects=True).text
    assert "Autumn" in page
    assert page.index("Whom do you lean to?") < page.index("How did you hear of it?") < page.index("Elsewhere")
    again = drafted.get(f"{PAGE}/questions").text
    assert "From my local\nElsewhere</textarea>" in again


def test_before_it_is_drawn_everybody_who_sees_the_question_reads_what_will_be_asked(
    app: Flask, cast: Cast, drafted: FlaskClient
) -> None:
    drafted.post(f"{PAGE}/questions", data=FORM)
    visitor = app.test_client()
    assert visitor.get(PAGE).status_code == 404
    with app.test_request_context(), transaction(write=True):
        published(db.session.get_one(Question, 1), cast)
    page = visitor.get(PAGE).text
    assert "What will be asked" in page
    assert "How did you hear of it?" in page
    assert "Write what the survey asks" not in page
    assert "Write what the survey asks" in drafted.get(PAGE).text
    told = visitor.get(f"{PAGE}/questions.json")
    assert hashlib.sha256(told.data).hexdigest() in page
    assert visitor.get(f"{PAGE}/figures.csv").status_code == 404
    assert sign_in(app, cast.member).get(f"{PAGE}/questions").status_code == 403
    stale = sign_in(app, cast.officer, fresh=False).post(f"{PAGE}/questions", data=FORM)
    assert stale.headers["Location"].startswith("/confirm")


def test_a_member_sees_what_they_chose_changes_it_sends_it_and_then_it_stays(
    app: Flask, cast: Cast, drafted: FlaskClient
) -> None:
    drafted.post(f"{PAGE}/questions", data=FORM)
    with app.test_request_context(), transaction(write=True):
        draw_it(published(db.session.get_one(Question, 1), cast), clock.now())
    member = sign_in(app, cast.member)
    assert "2 questions, until" in member.get("/q/1").text
    assert "f-answer_2-e" in member.post(PAGE, data={"answer_1": "A"}).text
    chosen = {"answer_1": "A", "answer_2": "unsure"}
    check = member.post(PAGE, data=chosen).text
    assert "Nothing is sent yet." in check
    assert 'name="answer_2" value="unsure"' in check
    assert "No answer" in check
    back = member.post(PAGE, data={**chosen, "sure": "no"}).text
    assert 'value="A" checked' in back
    assert ">0 of 15 who were asked have answered so far." in back
    with app.test_request_context(), transaction(write=False):
        assert queries.answered_count(queries.surveys(1)[0]) == 0
    assert member.post(PAGE, data={**chosen, "sure": "yes"}).status_code == 302
    for sure in ({}, {"sure": "no"}, {"sure": "yes"}):
        assert "You have answered already" in member.post(PAGE, data={**chosen, **sure}).text
    with app.test_request_context(), transaction(write=False):
        assert queries.answered_count(queries.surveys(1)[0]) == 1


def test_the_figures_are_told_on_the_page_the_question_and_as_csv(app: Flask, cast: Cast, drafted: FlaskClient) -> None:
    drafted.post(f"{PAGE}/questions", data=FORM)
    with app.test_request_context(), transaction(write=True):
        survey = published(db.session.get_one(Question, 1), cast)
        draw_it(survey, clock.now())
        tell(survey, [{"A": 30, "B": 10}, {"A": 5, "": 35}])
        margin = survey.told["tables"][0][0]["margin"]
    visitor = app.test_client()
    for address in ("/q/1", PAGE, "/q/1/by-name/council_decision"):
        page = visitor.get(address).text
        assert "How did you hear of it?" in page
        assert "87.5%" in page
    rows = list(csv.reader(io.StringIO(visitor.get(f"{PAGE}/figures.csv").text.lstrip("\ufeff"))))
    assert rows[1] == ["1", "Whom do you lean to?", "Accept", "30", "0.75", "0.75", str(margin)]
    assert rows[6][:4] == ["2", "How did you hear of it?", "", "35"]


def test_the_label_says_of_how_many_members_how_many_were_asked_and_answered(
    app: Flask, cast: Cast, drafted: FlaskClient
) -> None:
    visitor = app.test_client()
    with app.test_request_context(), transaction(write=True):
        survey = published(db.session.get_one(Question, 1), cast)
    assert "were asked" not in visitor.get("/q/1").text
    assert "A sample of 17 members is asked." in visitor.get("/q/1").text
    with app.test_request_context(), transaction(write=True):
        draw_it(queries.surveys(1)[0], clock.now())
    assert "15 of 15 members were asked." in visitor.get("/q/1").text
    assert "Of those asked" not in visitor.get("/q/1").text
    with app.test_request_context(), transaction(write=True):
        survey = queries.surveys(1)[0]
        operations.answer(actor(drawn(survey)[0].member_id), survey, [""], clock.now())
        operations._close(survey, clock.now())
    assert "Of those asked, 1 answered." in visitor.get("/q/1").text


def test_two_answers_of_one_person_at_once_count_as_one(question: Question, cast: Cast) -> None:
    survey = answered(question, cast, [])
    seat = drawn(survey)[0]
    assert seat.answered is False
    with db.session.no_autoflush:
        beside = db.update(SurveySeat).where(SurveySeat.id == seat.id).values(answered=True)
        db.session.execute(beside.execution_options(synchronize_session=False))
        with pytest.raises(Refused, match="already"):
            operations.answer(actor(seat.member_id), survey, ["A", "A"], clock.now())
    assert queries.answered_count(survey) == 0


def test_no_page_that_an_officer_sees_tells_who_was_drawn_or_has_answered(
    app: Flask, cast: Cast, drafted: FlaskClient
) -> None:
    """The same pages for one sample and another, one who answered and another."""

    def pages(asked: int, said: int) -> list[str]:
        with app.test_request_context(), transaction(write=True):
            db.session.execute(db.update(SurveySeat).values(member_id=asked, answered=asked == said))
        texts = [drafted.get(each).text for each in (PAGE, "/q/1", "/desk", "/record", "/", f"{PAGE}/frame")]
        return [TOKEN.sub("", each) for each in texts]

    with app.test_request_context(), transaction(write=True):
        survey = published(db.session.get_one(Question, 1), cast)
        survey.wanted = 1
        draw_it(survey, clock.now())
    others = [cast.member, cast.seconder, cast.elsewhere]
    assert pages(others[0], others[0]) == pages(others[0], 0) == pages(others[1], 0) == pages(others[2], others[2])


def test_answers_after_the_close_are_refused_even_before_the_clock_has_told(question: Question, cast: Cast) -> None:
    survey = answered(question, cast, [])
    late = clock.now() + timedelta(days=survey.days)
    with pytest.raises(Refused, match="not open"):
        operations.answer(actor(drawn(survey)[0].member_id), survey, ["A", "A"], late)
