"""Officers invited to another local's hall: by its host alone, told, logged, shown, withdrawn; every channel alike."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments.models import Argument
from forum.halls import invitation_operations, invitation_queries
from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing, Refused
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from forum.roll.models import Member
from forum.sittings.models import Message, Turn
from tests.build_halls import make_debate, make_hall, make_post
from tests.build_sittings import Ground, connect, make_sitting
from tests.build_sittings import make_debate as make_sessions
from tests.people import Cast, actor, holding, sign_in


@pytest.fixture
def question(cast: Cast, ground: Flask) -> Question:
    return make_debate(cast)


def invite(cast: Cast, question: Question, now: datetime, words: str = "2001") -> int:
    hall = make_hall(question, cast.other_local).id
    return invitation_operations.invite_officer(actor(cast.other_host), hall, words, now=now).id


@pytest.mark.parametrize("words", ["2001", "Officer 1"])
def test_the_host_invites_by_number_or_name_and_it_is_told_and_logged(
    cast: Cast, question: Question, now: datetime, words: str
) -> None:
    hall = make_hall(question, cast.other_local)
    with pytest.raises(Refused, match="when its host invites"):
        make_post(hall, cast.officer)
    invite(cast, question, now, words)
    assert make_post(hall, cast.officer).office == "officer"
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "invite_officer")).one()
    assert (entry.office, entry.subject) == ("host", f"hall:{hall.id}")
    assert entry.facts["officer"] == actor(cast.officer).public_id
    mail = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "officer_invited")).one()
    assert mail.address == "m2001@example.org"
    assert f"/halls/{hall.id}" in mail.text


def test_an_invitation_is_for_one_officer_and_one_hall(cast: Cast, question: Question, now: datetime) -> None:
    other = make_debate(cast)
    invite(cast, question, now)
    with pytest.raises(Refused):
        make_post(make_hall(question, cast.other_local), cast.officers[1])
    with pytest.raises(Refused):
        make_post(make_hall(other, cast.other_local), cast.officer)


def test_inviting_twice_is_one_invitation(cast: Cast, question: Question, now: datetime) -> None:
    first = invite(cast, question, now)
    assert invite(cast, question, now) == first
    assert len(db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "invite_officer")).all()) == 1


def test_a_withdrawn_invitation_ends_at_once_and_what_was_said_stays(
    cast: Cast, question: Question, now: datetime
) -> None:
    hall = make_hall(question, cast.other_local)
    invitation = invite(cast, question, now)
    post = make_post(hall, cast.officer)
    for _ in range(2):
        invitation_operations.withdraw_invitation(actor(cast.other_host), hall.id, invitation, now=now)
    with pytest.raises(Refused):
        make_post(hall, cast.officer)
    assert post.hidden_at is None
    assert invitation_queries.invited_to(hall.id) == []
    assert len(db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "withdraw_invitation")).all()) == 1
    again = invite(cast, question, now)
    assert again != invitation
    assert make_post(hall, cast.officer).id


def test_who_leaves_the_council_is_a_guest_no_longer(cast: Cast, question: Question, now: datetime) -> None:
    hall = make_hall(question, cast.other_local)
    invite(cast, question, now)
    db.session.get_one(Member, cast.officer).office = ""
    with pytest.raises(Refused):
        make_post(hall, cast.officer)
    assert invitation_queries.invited_to(hall.id) == []


@pytest.mark.parametrize("person", ["host", "elsewhere", "officer", "suspended", "teller"])
def test_nobody_but_the_hall_s_host_invites_or_withdraws(
    cast: Cast, question: Question, now: datetime, person: str
) -> None:
    hall = make_hall(question, cast.other_local).id
    invitation = invite(cast, question, now)
    who = actor(cast.tellers[0] if person == "teller" else getattr(cast, person))
    who = holding(who, "teller", question.id) if person == "teller" else who
    with pytest.raises(Refused):
        invitation_operations.invite_officer(who, hall, "2002", now=now)
    with pytest.raises(Refused):
        invitation_operations.withdraw_invitation(who, hall, invitation, now=now)


def test_a_host_withdraws_only_invitations_to_the_own_hall(cast: Cast, question: Question, now: datetime) -> None:
    invitation = invite(cast, question, now)
    with pytest.raises(Missing):
        invitation_operations.withdraw_invitation(
            actor(cast.host), make_hall(question, cast.local).id, invitation, now=now
        )
    assert len(invitation_queries.invited_to(make_hall(question, cast.other_local).id)) == 1


@pytest.mark.parametrize("words", ["1001", "9999", "Marta Quill", "", "Nobody"])
def test_only_officers_are_invited_and_of_others_no_more_is_said(
    cast: Cast, question: Question, now: datetime, words: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        invite(cast, question, now, words)
    assert [(each.field, str(each.text)) for each in refusal.value.problems] == [
        ("officer", "No officer has this number, or exactly this name.")
    ]


def test_an_officer_of_the_same_local_needs_no_invitation(cast: Cast, question: Question, now: datetime) -> None:
    with pytest.raises(Invalid, match=r"."):
        invitation_operations.invite_officer(
            actor(cast.host), make_hall(question, cast.local).id, "2001", now=now
        )
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    with pytest.raises(Refused):
        invitation_operations.invite_officer(teller, make_hall(question, None).id, "2001", now=now)


def test_nobody_is_invited_once_the_debate_is_closed(cast: Cast, question: Question, now: datetime) -> None:
    question.state = "closed"
    with pytest.raises(Refused, match="closed"):
        invite(cast, question, now)


@pytest.fixture
def debate(app: Flask, cast: Cast) -> tuple[Ground, int]:
    """A debate with an open session in local 156's hall as well."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    with app.test_request_context(), transaction(write=True):
        made = make_sessions(cast, now=clock.now())
        return made, make_sitting(made.other_hall, now=clock.now(), opened_by=cast.other_host)


def pages(debate: Ground, sitting: int) -> dict[str, tuple[str, dict[str, Any]]]:
    moving = {"option": debate.options[0], "side": "for", "claim": "We pay twice.", "grounds": "See page 4."}
    return {
        "post": (f"/halls/{debate.other_hall}/posts", {"source": "I was there."}),
        "say": (f"/sittings/{sitting}/messages", {"text": "Good evening."}),
        "ask": (f"/sittings/{sitting}/turns", {"where": "here"}),
        "move": (f"/q/{debate.number}/arguments", {**moving, "hall": debate.other_hall}),
    }


def answers(browser: FlaskClient, debate: Ground, sitting: int) -> dict[str, int]:
    return {name: browser.post(path, data=form).status_code for name, (path, form) in pages(debate, sitting).items()}


def spoken(app: Flask, browser: FlaskClient, sitting: int) -> dict[str, bool]:
    socket = connect(app, browser)
    said = {"say": {"sitting": sitting, "text": "Good evening."}, "ask_to_speak": {"sitting": sitting, "where": "here"}}
    return {name: "refused" not in socket.emit(name, payload, callback=True) for name, payload in said.items()}


@pytest.mark.parametrize(
    ("person", "invited", "speaks"),
    [("officer", False, False), ("officer", True, True), ("member", False, False), ("elsewhere", False, True)],
)
def test_every_channel_admits_the_invited_officer_and_nobody_else_from_outside(
    app: Flask, cast: Cast, debate: tuple[Ground, int], person: str, invited: bool, speaks: bool
) -> None:
    made, sitting = debate
    if invited:
        sent = sign_in(app, cast.other_host).post(f"/halls/{made.other_hall}/invitations", data={"officer": "2001"})
        assert sent.status_code == 302
    browser = sign_in(app, getattr(cast, person))
    assert set(answers(browser, made, sitting).values()) == {302 if speaks else 403}
    assert set(spoken(app, browser, sitting).values()) == {speaks}
    with app.app_context(), transaction(write=False) as session:
        offices = [session.scalars(db.select(each.office)).all() for each in (Post, Message, Argument)]
        assert all(set(each) == {"officer"} for each in offices) is (person == "officer" and speaks)
        assert bool(session.scalars(db.select(Turn.id)).all()) is speaks


def test_the_stack_marks_the_guest_who_answers_no_straw_poll(
    app: Flask, cast: Cast, debate: tuple[Ground, int]
) -> None:
    made, sitting = debate
    host = sign_in(app, cast.other_host)
    host.post(f"/halls/{made.other_hall}/invitations", data={"officer": "2001"})
    host.post(f"/sittings/{sitting}/polls", data={"question": "Now?", "choices": "Yes\nNo", "seen": 0})
    guest, member = sign_in(app, cast.officer), sign_in(app, cast.elsewhere)
    guest.post(f"/sittings/{sitting}/turns", data={"where": "here"})
    member.post(f"/sittings/{sitting}/turns", data={"where": "here"})
    shown = guest.get(f"/sittings/{sitting}").text
    assert shown.count("Leadership, here") >= 1
    assert 'name="choice"' not in shown
    assert 'name="choice"' in member.get(f"/sittings/{sitting}").text
    answer = connect(app, guest).emit("answer_poll", {"sitting": sitting, "poll": 1, "choice": 0}, callback=True)
    assert answer["status"] == 403
    answered = connect(app, sign_in(app, cast.elsewhere)).emit(
        "answer_poll", {"sitting": sitting, "poll": 1, "choice": 0}, callback=True
    )
    assert answered["ok"]


def test_the_hall_shows_who_is_invited_and_only_its_host_the_form(
    app: Flask, cast: Cast, debate: tuple[Ground, int]
) -> None:
    made, _sitting = debate
    host, path = sign_in(app, cast.other_host), f"/halls/{made.other_hall}"
    refused = host.post(f"{path}/invitations", data={"officer": "Marta Quill"})
    assert refused.status_code == 422
    assert 'value="Marta Quill"' in refused.text
    assert "No officer has this number" in refused.text
    assert "Nobody was invited" in refused.text
    host.post(f"{path}/invitations", data={"officer": "Officer 1"})
    for person in (cast.elsewhere, cast.officer):
        shown = sign_in(app, person).get(path).text
        assert "Officers invited here" in shown
        assert "Officer 1" in shown
        assert f"{path}/invitations" not in shown
    officer = sign_in(app, cast.officer)
    assert f'value="{made.other_hall}"' in officer.get(f"/q/{made.number}/arguments/new").text
    assert f"{path}#say" in officer.get(f"/q/{made.number}").text
    assert f"{path}/invitations/1/withdraw" in host.get(path).text
    assert sign_in(app, cast.host).post(f"{path}/invitations", data={"officer": "2002"}).status_code == 403
    assert sign_in(app, cast.officer).post(f"{path}/invitations/1/withdraw").status_code == 403
    assert host.post(f"{path}/invitations/1/withdraw").status_code == 302
    assert "Officer 1" not in host.get(path).text
    assert set(answers(officer, *debate).values()) == {403}
    assert set(spoken(app, officer, debate[1]).values()) == {False}
