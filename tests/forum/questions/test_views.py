"""The pages of questions: who sees what, what an officer can do on one page, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions import queries
from forum.questions.models import Question
from tests.build_questions import make_question
from tests.people import Cast, sign_in


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def put(app: Flask, cast: Cast, state: str, **changes: object) -> int:
    with app.test_request_context(), transaction(write=True):
        return make_question(cast, state=state, now=clock.now(), **changes).id


def stored(app: Flask) -> Question:
    with app.app_context():
        return queries.question(1)


def fields(page: str) -> dict[str, str]:
    """The inputs and textareas of the draft's form as a browser would send them back."""
    form = page[page.index('class="draft"') :]
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    values |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form))
    values["template"] = re.findall(r'name="template" value="([^"]+)" checked', form)[0]
    return {name: value for name, value in values.items() if name != "propose_dates"}


def test_the_front_page_teaches_while_there_is_no_question(app: Flask, cast: Cast) -> None:
    assert "No question is before the members" in app.test_client().get("/").text
    assert "Draft a question" not in sign_in(app, cast.member).get("/").text
    assert "Draft a question" in sign_in(app, cast.officer).get("/").text


@pytest.mark.parametrize("state", ["charged", "debating", "closed"])
def test_the_front_page_shows_the_question_with_its_ribbon(app: Flask, cast: Cast, state: str) -> None:
    put(app, cast, state)
    page = app.test_client().get("/").text
    assert "Shall we accept the Meridian agreement?" in page
    assert 'aria-current="step"' in page
    assert "Carry out “Reject”." in page


def test_another_question_that_runs_stands_above_those_that_are_over(app: Flask, cast: Cast) -> None:
    over = [put(app, cast, state) for state in ("debating", "charged", "charged")][-1]
    with app.test_request_context(), transaction(write=True):
        db.session.get_one(Question, over).state = "withdrawn"
    page = app.test_client().get("/").text
    above, _, below = page.partition('class="columns"')
    assert 'href="/q/2"' in above
    assert 'href="/q/3"' not in above
    assert 'href="/q/3"' in below


def test_a_draft_is_for_those_who_prepare_it(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    for path in ("/q/1", "/q/1/timetable", "/q/1/label"):
        assert app.test_client().get(path).status_code == 404
        assert sign_in(app, cast.member).get(path).status_code == 404
        assert sign_in(app, cast.officer).get(path).status_code == 200
        assert sign_in(app, cast.tellers[0]).get(path).status_code == 200
    assert "Meridian" not in sign_in(app, cast.member).get("/questions").text


def test_nobody_holds_an_office_that_stands_in_a_draft(app: Flask, cast: Cast) -> None:
    put(app, cast, "published")
    teller = sign_in(app, cast.tellers[0])
    assert teller.get("/roll").status_code == 403
    put(app, cast, "charged")
    assert teller.get("/roll").status_code == 200


def test_a_published_question_is_for_everyone(app: Flask, cast: Cast) -> None:
    put(app, cast, "published")
    for path in ("/q/1", "/q/1/timetable", "/q/1/label"):
        assert app.test_client().get(path).status_code == 200


def test_a_visitor_never_reads_a_person_s_name(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    sign_in(app, cast.seconder).post("/q/1/options/A/second", data={"names-A": "1001"})
    people = ["Teller 1", "Trustee 1", "Olive Watcher", "Marta Quill", "Officer 1"]
    for path in ("/", "/q/1", "/q/1/timetable", "/q/1/label", "/questions"):
        page = app.test_client().get(path).text
        assert [name for name in people if name in page] == []
    page = sign_in(app, cast.elsewhere).get("/q/1").text
    assert [name for name in people[:4] if name not in page] == []


@pytest.mark.parametrize("path", ["/q/99", "/q/99/timetable", "/q/99/label", "/q/0", "/q/999999999999999999"])
def test_a_question_that_does_not_exist_is_not_there(app: Flask, cast: Cast, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_an_officer_begins_a_draft(app: Flask, cast: Cast) -> None:
    answer = sign_in(app, cast.officer).post("/questions/new", data={"title": "Strike?", "template": "weiner"})
    assert answer.location == "/q/1/edit"
    assert stored(app).title == "Strike?"


def test_a_draft_without_a_title_is_not_begun_and_the_choice_is_kept(app: Flask, cast: Cast) -> None:
    page = sign_in(app, cast.officer).post("/questions/new", data={"title": "", "template": "weiner"})
    assert page.status_code == 422
    assert 'value="weiner" checked' in page.text


def test_the_edit_page_lists_everything_that_is_missing(app: Flask, cast: Cast) -> None:
    browser = sign_in(app, cast.officer)
    browser.post("/questions/new", data={"title": "Strike?", "template": "ratification"})
    page = browser.get("/q/1/edit").text
    found = set(re.findall(r'id="missing-(\w+)"', page))
    assert {"options", "obligations", "tellers", "trustees", "observers", "pledge_unsigned"} <= found
    assert not {"process", "timetable"} & found  # the button that publishes stands beside the list


def test_what_the_edit_page_shows_can_be_sent_back_unchanged(app: Flask, cast: Cast) -> None:
    put(app, cast, "published")
    browser = sign_in(app, cast.officer)
    sent = fields(browser.get("/q/1/edit").text)
    assert sent["option-0-title"] == "Accept"
    assert browser.post("/q/1/edit", data=sent).status_code == 302
    assert stored(app).published_at is not None


def test_bad_fields_are_told_and_nothing_typed_is_lost(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    browser = sign_in(app, cast.officer)
    sent = fields(browser.get("/q/1/edit").text)
    sent |= {"title": "A new title", "debate_opens_at": "soon", "option-5-text": "An option without a name"}
    page = browser.post("/q/1/edit", data=sent)
    assert page.status_code == 422
    for kept in ("A new title", 'value="soon"', "An option without a name", 'id="f-option-5-title-e"'):
        assert kept in page.text
    assert stored(app).title != "A new title"


def test_unknown_numbers_are_told_at_their_field(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    browser = sign_in(app, cast.officer)
    page = browser.post("/q/1/edit", data=fields(browser.get("/q/1/edit").text) | {"tellers": "3001 77777"})
    assert page.status_code == 422
    assert "No member on the roll has the number 77777." in page.text
    assert "3001 77777" in page.text


def test_a_page_overtaken_by_another_officer_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    slow, fast = sign_in(app, cast.officers[0]), sign_in(app, cast.officers[1])
    sent = fields(slow.get("/q/1/edit").text)
    assert fast.post("/q/1/edit", data=sent | {"title": "Faster"}).status_code == 302
    page = slow.post("/q/1/edit", data=sent | {"title": "Slower"})
    assert page.status_code == 409
    assert 'value="Slower"' in page.text
    assert slow.post("/q/1/edit", data=fields(page.text)).status_code == 302
    assert stored(app).title == "Slower"


def test_a_refused_publication_shows_the_stored_draft(app: Flask, cast: Cast) -> None:
    browser = sign_in(app, cast.officer)
    browser.post("/questions/new", data={"title": "Strike?", "template": "ratification"})
    page = browser.post("/q/1/publish")
    assert page.status_code == 403
    assert 'value="Strike?"' in page.text


def sign_as(app: Flask, members: tuple[int, ...], path: str) -> None:
    act_id = int(path.rsplit("/", 1)[1])
    with app.app_context():
        digest = db.session.get_one(BodyAct, act_id).document_hash
    for member_id in members:
        answer = sign_in(app, member_id).post(f"/acts/{act_id}/sign", data={"document_hash": digest})
        assert answer.status_code == 302


def test_officers_go_from_the_draft_to_the_charge_in_their_browsers(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    browser = sign_in(app, cast.officer)
    assert browser.post("/q/1/publish").status_code == 302
    sign_as(app, cast.officers[:3], browser.post("/q/1/pledge").location)
    sign_as(app, cast.officers[:3], browser.post("/q/1/charge").location)
    assert stored(app).state == "charged"
    assert "can no longer be changed" in browser.get("/q/1/edit").text


def test_publishing_needs_a_fresh_sign_in(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    assert sign_in(app, cast.officer, fresh=False).post("/q/1/publish").status_code == 302
    assert stored(app).published_at is None


def test_an_officer_without_a_second_factor_is_sent_to_show_one(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    answer = sign_in(app, cast.officer, second_factor=False).get("/q/1/edit")
    assert answer.status_code == 302
    assert "second" in answer.location


def test_a_refused_second_keeps_the_number_at_its_option(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    page = sign_in(app, cast.member).post("/q/1/options/B/second", data={"names-B": "424242"})
    assert page.status_code == 422
    assert 'id="f-names-B-e"' in page.text
    assert 'value="424242"' in page.text
    assert 'id="f-names-A-e"' not in page.text


def test_an_option_that_does_not_exist_is_not_there(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    assert sign_in(app, cast.member).post("/q/1/options/Z/second").status_code == 404


def test_tellers_see_their_forms_and_members_do_not(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    assert "Exempt a local" in sign_in(app, cast.tellers[0]).get("/q/1/acts").text
    page = sign_in(app, cast.member).get("/q/1/acts").text
    assert "Exempt a local" not in page
    assert "The pledge" in page


def test_a_refused_exemption_keeps_the_reason(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    sent = {"local": "no such", "exempt_reason": "They are at sea until the end of the month."}
    page = sign_in(app, cast.tellers[0]).post("/q/1/exempt", data=sent)
    assert page.status_code == 422
    assert sent["exempt_reason"] in page.text


def test_a_teller_proposes_an_exemption_and_the_others_sign_it(app: Flask, cast: Cast) -> None:
    question_id = put(app, cast, "debating")
    sent = {"local": "156", "exempt_reason": "At sea."}
    sign_as(app, cast.tellers[:2], sign_in(app, cast.tellers[0]).post("/q/1/exempt", data=sent).location)
    with app.app_context():
        assert queries.exemptions(question_id) == {cast.other_local: "At sea."}
    assert "At sea." in sign_in(app, cast.member).get("/q/1/acts").text


def test_before_the_last_day_the_tellers_read_what_is_missing_instead_of_a_form(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    browser = sign_in(app, cast.tellers[0])
    page = browser.get("/q/1/acts").text
    assert 'id="override-too_early"' in page
    assert 'name="close_reason"' not in page
    with app.app_context(), transaction(write=True):
        db.session.execute(update(Question).values(debate_closes_at=clock.now() + timedelta(hours=3)))
    page = browser.get("/q/1/acts").text
    assert 'name="close_reason"' in page
    assert 'name="days"' in page


def test_too_early_acts_are_refused_with_what_is_missing(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    browser = sign_in(app, cast.tellers[0])
    for path, sent in (
        ("/q/1/extend", {"days": "5", "extend_reason": "Snow."}),
        ("/q/1/close-anyway", {"close_reason": "Snow."}),
        ("/q/1/withdraw", {"withdraw_reason": "Snow."}),
    ):
        page = browser.post(path, data=sent)
        assert page.status_code == 403
        assert 'id="missing-' in page.text
        assert "Snow." in page.text


def test_hostile_text_is_shown_as_text(app: Flask, cast: Cast) -> None:
    put(app, cast, "drafted")
    browser = sign_in(app, cast.officer)
    sent = fields(browser.get("/q/1/edit").text)
    sent |= {"title": '"><script>alert(1)</script>', "background": "<img src=x onerror=alert(1)>"}
    sent |= {"option-0-title": "<b>\u202eAccept", "option-0-slate": "{{ 7 * 7 }}"}
    assert browser.post("/q/1/edit", data=sent).status_code == 302
    for path in ("/q/1", "/q/1/edit", "/questions", "/q/1/label"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>\u202e" not in page


POWERS = {
    "/questions/new": {"officer"},
    "/q/1/edit": {"officer"},
    "/q/1/publish": {"officer"},
    "/q/1/pledge": {"officer"},
    "/q/1/charge": {"officer"},
    "/q/1/extend": {"teller"},
    "/q/1/close-anyway": {"teller"},
    "/q/1/exempt": {"teller"},
}


def people(app: Flask, cast: Cast) -> dict[str, FlaskClient]:
    return {
        "visitor": app.test_client(), "member": sign_in(app, cast.member), "elsewhere": sign_in(app, cast.elsewhere),
        "suspended": sign_in(app, cast.suspended), "retired": sign_in(app, cast.retired),
        "host": sign_in(app, cast.host), "officer": sign_in(app, cast.officer),
        "teller": sign_in(app, cast.tellers[0]), "trustee": sign_in(app, cast.trustees[0]),
        "observer": sign_in(app, cast.observer),
    }  # fmt: skip


def test_every_act_of_power_is_open_to_its_office_alone(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    for who, browser in people(app, cast).items():
        for path, offices in POWERS.items():
            answer = browser.post(path, data={})
            text = answer.get_data(as_text=True)
            if who == "visitor":
                assert (answer.status_code, "/sign-in" in answer.location) == (302, True)
            elif who in offices:
                assert "This is for" not in text, (who, path)
            else:
                assert (answer.status_code, "This is for" in text) == (403, True), (who, path)


def test_nobody_outside_the_body_withdraws(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    sent = {"withdraw_reason": "Because.", "ground": "impossible"}
    for who, browser in people(app, cast).items():
        answer = browser.post("/q/1/withdraw", data=sent)
        to_act = answer.status_code == 302 and "/acts/" in answer.location
        assert to_act == (who == "teller"), who


def test_a_suspended_member_reads_and_does_not_second(app: Flask, cast: Cast) -> None:
    put(app, cast, "debating")
    browser = sign_in(app, cast.suspended)
    assert "Second option A" not in browser.get("/q/1").text
    assert browser.post("/q/1/options/A/second", data={}).status_code == 403


@pytest.mark.parametrize(("late", "asked"), [(timedelta(minutes=1), True), (timedelta(minutes=-1), False)])
def test_the_front_page_asks_the_tellers_for_what_nothing_goes_on_without(
    app: Flask, cast: Cast, late: timedelta, asked: bool
) -> None:
    put(app, cast, "debating", debate_closes_at=clock.now() - late)
    told = "Close or extend the debate on question 1"
    for page in ("/", "/q/1"):
        assert (told in sign_in(app, cast.tellers[0]).get(page).text) == asked
        assert told not in sign_in(app, cast.member).get(page).text
        assert told not in app.test_client().get(page).text
