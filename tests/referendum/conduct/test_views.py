"""The desk and the vote's page for each kind of person, and a whole vote through the pages' own forms."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from referendum.conduct import clock_operations
from referendum.count.models import PartialDecryption, Tally
from referendum.electorate.rules import CLOCK_HAS
from referendum.process.models import Challenge, Vote
from tests.build_questions import make_question
from tests.build_referendum import TIE_BREAK, certify, make_closed, make_counted, make_open, open_citations, prepare
from tests.people import Cast, sign_in

SetClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _no_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set the clock of the edges."""

    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_to


def prepared(app: Flask, cast: Cast, now: datetime) -> tuple[int, datetime]:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = prepare(make_closed(cast, now=now))
        return made.question.number, made.at


def test_the_desk_is_for_those_who_lead(app: Flask, cast: Cast, now: datetime) -> None:
    prepared(app, cast, now)
    assert app.test_client().get("/desk").status_code == 302
    assert sign_in(app, cast.member).get("/desk").status_code == 403
    for person in (cast.officer, cast.host, cast.tellers[0], cast.trustees[0], cast.observer):
        answer = sign_in(app, person).get("/desk")
        assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "Call the vote" in sign_in(app, cast.officer).get("/desk").get_data(as_text=True)


def test_the_vote_s_page_shows_every_step_and_only_to_those_who_lead_it(app: Flask, cast: Cast, now: datetime) -> None:
    number, _ = prepared(app, cast, now)
    page = sign_in(app, cast.officer).get(f"/q/{number}/vote").get_data(as_text=True)
    for words in ("The whole referendum", "The roll is frozen", "Before the call can be issued", "Who breaks a tie"):
        assert words in page
    assert sign_in(app, cast.member).get(f"/q/{number}/vote").status_code == 404


def test_where_nobody_may_vote_the_pages_say_that_the_tellers_withdraw_and_there_they_can(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_closed(cast, now=now)
        made.question.process = {**made.question.process, "electorate": {"countries": ["NZ"]}}
        number, public_id, question_id = made.question.number, made.vote.public_id, made.question.id
    at(made.at + CLOCK_HAS)
    teller = sign_in(app, cast.tellers[0])
    refused = teller.post(f"/votes/{public_id}/electorate/freeze").get_data(as_text=True)
    for page in (refused, teller.get(f"/q/{number}/vote").get_data(as_text=True)):
        assert "Nobody on the roll may vote under this rule." in page
        assert f"/q/{number}/acts#withdraw-h" in page
    reason = {"withdraw_reason": "Nobody may vote.", "ground": "impossible"}
    act = teller.post(f"/q/{number}/withdraw", data=reason).headers["Location"]
    for member in cast.tellers:
        signer = sign_in(app, member)
        digest = re.search(r'name="document_hash" value="(\w+)"', signer.get(act).get_data(as_text=True))
        if digest:
            signer.post(f"{act}/sign", data={"document_hash": digest[1]})
    with app.app_context(), transaction(write=False):
        assert question_by_id(question_id).state == "withdrawn"


def test_an_officer_proposes_the_call_by_form_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    number, then = prepared(app, cast, now)
    at(then)
    client = sign_in(app, cast.officer)
    again = client.post(f"/q/{number}/vote/call", data={"tie_break": TIE_BREAK, "opens_at": "2020-01-01T10:00"})
    assert again.status_code == 422
    assert TIE_BREAK in again.get_data(as_text=True)
    answer = client.post(f"/q/{number}/vote/call", data={"tie_break": TIE_BREAK})
    assert answer.status_code == 302
    assert "/acts/" in answer.location
    page = client.get(answer.location).get_data(as_text=True)
    assert TIE_BREAK in page
    assert sign_in(app, cast.tellers[0]).post(f"/q/{number}/vote/call", data={"tie_break": "x"}).status_code == 403


def test_a_member_finds_the_booth_in_the_docket_while_voting_is_open(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        number, opens, closes = made.question.number, made.vote.opens_at, made.vote.closes_at
        public_id = made.vote.public_id
    at(opens + timedelta(hours=1))
    assert f"/booth/{public_id}" in sign_in(app, cast.member).get(f"/q/{number}").get_data(as_text=True)
    assert f"/booth/{public_id}" not in sign_in(app, cast.suspended).get(f"/q/{number}").get_data(as_text=True)
    at(closes)
    assert f"/booth/{public_id}" not in sign_in(app, cast.member).get(f"/q/{number}").get_data(as_text=True)


def test_a_challenge_is_filed_and_put_to_its_body_by_form(app: Flask, cast: Cast, now: datetime, at: SetClock) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        number, then = made.question.number, made.at
    at(then)
    client = sign_in(app, cast.member)
    assert "say so here" in client.get(f"/q/{number}/challenges").text
    assert "say so here" not in sign_in(app, cast.suspended).get(f"/q/{number}/challenges").text
    assert client.post(f"/q/{number}/challenges", data={"text": ""}).status_code == 422
    assert client.post(f"/q/{number}/challenges", data={"text": "No letters came."}).status_code == 302
    assert sign_in(app, cast.suspended).post(f"/q/{number}/challenges", data={"text": "I too."}).status_code == 403
    with app.app_context():
        challenge = db.session.scalars(db.select(Challenge)).one()
        where = f"/q/{number}/challenges/{challenge.id}/rule"
    ruling = {"ruling": "dismissed", "reason": "They came."}
    assert client.post(where, data=ruling).status_code == 403
    assert sign_in(app, cast.tellers[0]).post(where, data=ruling).status_code == 302
    with app.test_request_context():
        act = db.session.scalars(db.select(BodyAct).where(BodyAct.act == "rule_challenge")).one()
        sign = {"document_hash": act.document_hash}
    for person in cast.tellers[:2]:  # one line for the matter, which says what there is to sign
        desk = sign_in(app, person).get("/desk").get_data(as_text=True)
        assert (desk.count("Rule on challenge"), desk.count("To sign:")) == (1, 1)
        assert f"/acts/{act.id}" in desk
    assert sign_in(app, cast.tellers[0]).post(f"/acts/{act.id}/sign", data=sign).status_code == 302
    desk = sign_in(app, cast.tellers[0]).get("/desk").get_data(as_text=True)
    assert ("Rule on challenge" in desk, "To sign:" in desk) == (False, False)  # it waits for the others


def test_the_mandate_s_page_takes_an_act_and_shows_it_to_everyone(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        certify(make_counted(made, {"A": 3, "B": 8}))
        db.session.get_one(Tally, (made.vote.id, "C")).withheld = ""
        number, then, vote_id = made.question.number, made.at, made.vote.id
    at(then)
    officer = sign_in(app, cast.officer)
    page = officer.get(f"/q/{number}/mandate").get_data(as_text=True)
    assert "Carry out “Reject”." in page
    assert "The trustees have not opened the citations yet." in page
    with app.app_context(), app.test_request_context(), transaction(write=True):
        open_citations(replace(made, vote=db.session.get_one(Vote, vote_id)), (4, 1, 4, 2, 4, 2))
    page = officer.get(f"/q/{number}/mandate").get_data(as_text=True)
    assert "The trustees have not opened the citations yet." not in page
    where = f"/q/{number}/mandate/duties/1/file"
    wrong = officer.post(where, data={"duty": "1", "text": "", "answer_2": "Tabled on the first day."})
    assert wrong.status_code == 422
    assert "Tabled on the first day." in wrong.get_data(as_text=True)
    assert officer.post(where, data={"text": "We went.", "answer_2": "Tabled."}).status_code == 302
    assert sign_in(app, cast.member).post(where, data={"text": "I went."}).status_code == 403
    shown = app.test_client().get(f"/q/{number}/mandate").get_data(as_text=True)
    assert "We went." in shown
    assert "Not yet answered:" in shown
    disputed = sign_in(app, cast.member).post(f"/q/{number}/mandate/acts/1/dispute", data={"dispute": "Too little."})
    assert disputed.status_code == 302
    assert "Too little." in app.test_client().get(f"/q/{number}/mandate").get_data(as_text=True)


def test_a_trustee_who_left_before_the_part_was_given_is_told_of_with_what_comes_of_it(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        made = make_open(make_closed(cast, now=now))
        made.at = made.vote.closes_at
        clock_operations.close_votes(made.at)
        number, public_id, vote_id = made.question.number, made.vote.public_id, made.vote.id
        session.get_one(Member, cast.trustees[0]).left_at = made.at
    at(made.at)
    teller, trustee = sign_in(app, cast.tellers[0]), sign_in(app, cast.trustees[1])

    def told() -> list[bool]:
        pages = [teller.get(f"/q/{number}/vote"), trustee.get(f"/votes/{public_id}/decrypt")]
        return ["1 of the parts cannot come" in page.get_data(as_text=True) for page in pages]

    assert told() == [True, True]
    assert "If too few parts are in on" in trustee.get(f"/votes/{public_id}/decrypt").get_data(as_text=True)
    with app.app_context(), transaction(write=True) as session:
        for archive in ("V", "C"):
            session.add(Tally(vote_id=vote_id, archive=archive, encrypted="", ballot_count=3, withheld=""))
        session.add(PartialDecryption(vote_id=vote_id, archive="V", owner=1, body="", at=made.at))
    assert told() == [False, False]
    page = teller.get(f"/q/{number}/vote").get_data(as_text=True)
    assert re.search(r"No second proof by trustee 1 \([A-Z][^)]+\)\.", page), "who is to be asked for it"
    assert "a trustee can add one with the command" in page


def test_tellers_propose_by_form_and_what_is_missing_is_listed(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 4, "B": 4})
        number, then = made.question.number, made.at
    at(then)
    teller = sign_in(app, cast.tellers[0])
    early = teller.post(f"/q/{number}/vote/certify", data={})
    assert early.status_code == 403
    assert "challenge window is still open" in early.get_data(as_text=True)
    assert "Break the tie in the vote" in teller.get("/desk").get_data(as_text=True)
    assert "Tied: " in teller.get(f"/q/{number}/vote").get_data(as_text=True)
    assert teller.post(f"/q/{number}/vote/tie", data={"letters": "A"}).status_code == 422
    assert teller.post(f"/q/{number}/vote/tie", data={"letters": "a", "how": "By lot."}).status_code == 302
    with app.app_context():
        ends_at = db.session.scalars(db.select(Vote.challenges_end_at)).one()
    at(ends_at)
    teller = sign_in(app, cast.tellers[0])
    assert "Tied: " not in teller.get(f"/q/{number}/vote").get_data(as_text=True)
    assert teller.post(f"/q/{number}/vote/certify").status_code == 302
    with app.app_context():
        assert db.session.scalars(db.select(BodyAct.id).where(BodyAct.act == "certify")).all()


def test_the_desk_lists_what_keeps_a_debate_from_closing(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        make_question(cast, state="debating", now=clock.now())
    page = sign_in(app, cast.officer).get("/desk").get_data(as_text=True)
    assert "Before the debate on question" in page
    assert "Before the debate can close" not in sign_in(app, cast.host).get("/desk").get_data(as_text=True)


def test_a_vote_that_nobody_opened_is_shown_as_annulled_with_the_reason(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        clock_operations.close_votes(made.vote.closes_at)
        clock_operations.lapse_votes(made.vote.closes_at + timedelta(days=7))
        number = made.question.number
    shown = app.test_client().get(f"/q/{number}/result?vote=1").get_data(as_text=True)
    assert "This vote was annulled and is held again" in shown
    assert "The trustees did not open the count within seven days." in shown


def proposed(app: Flask, cast: Cast, path: str, data: dict[str, str]) -> str:
    """What a teller's form put before the tellers, by the page to which it leads."""
    answer = sign_in(app, cast.tellers[0]).post(path, data=data)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with app.app_context():
        return db.session.get_one(BodyAct, int(answer.headers["Location"].rsplit("/", 1)[1])).act


def test_an_open_vote_is_extended_and_an_observer_named_by_form(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        then, until = made.at, made.vote.closes_at + timedelta(days=2)
    at(then)
    longer = {"extend_to": until.strftime("%Y-%m-%dT%H:%M"), "extend_reason": "The post was late."}
    assert proposed(app, cast, "/q/1/vote/extend", longer) == "extend_vote"
    more = {"member": "1002", "observer_reason": "There is only one."}
    assert proposed(app, cast, "/q/1/vote/observer", more) == "name_observer"


def test_a_trustee_is_gone_on_without_by_form(app: Flask, cast: Cast, now: datetime, at: SetClock) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_closed(cast, now=now)
        then, awaited = made.at, db.session.get_one(Member, cast.trustees[1]).public_id
    at(then)
    gone = {"trustee": awaited, "trustee_reason": "Nobody has reached them."}
    assert proposed(app, cast, "/q/1/vote/trustee", gone) == "drop_trustee"


def test_a_count_is_annulled_by_form_after_a_challenge_that_was_upheld(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        upheld = Challenge(
            vote_id=made.vote.id, member_id=cast.member, text="No letters came.", at=made.at, ruling="upheld",
            changes_outcome=True, ruling_reason="So it was.", ruled_at=made.at,
        )  # fmt: skip
        db.session.add(upheld)
        then = made.at
    at(then)
    assert proposed(app, cast, "/q/1/vote/annul", {"annul_reason": "Two locals got no letters."}) == "annul"
