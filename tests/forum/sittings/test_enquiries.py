"""What members ask before a session: who may, that the words stay, what the host does about it, how it is hidden."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.halls.stopping_models import Stopping
from forum.kernel import clock, slots
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Invalid, Refused, Stale
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground as HidingGround
from forum.sittings import enquiry_operations, enquiry_queries, page_queries, queries
from forum.sittings.enquiry_forms import NewEnquiry, read_enquiry
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.enquiry_rules import MOST_OF_ONE, MOVES, EnquiryMove, EnquiryState, next_state, why_not_settle
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, connect, heard, make_debate
from tests.people import Cast, actor, holding, sign_in


@pytest.fixture
def debate(cast: Cast, ground: Flask, now: datetime) -> Ground:
    return make_debate(cast, now=now)


@pytest.fixture
def told(app: Flask, cast: Cast) -> Ground:
    """The same debate, committed, for browsers."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def ask(who: int, sitting: int, now: datetime, text: str = "Who *pays* the fine?", key: str = "") -> Enquiry:
    return enquiry_operations.ask(actor(who), sitting, NewEnquiry(text, key), now=now)


def acts() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))


@pytest.mark.parametrize("state", list(EnquiryState))
@pytest.mark.parametrize("move", list(EnquiryMove))
def test_a_question_moves_only_by_its_table(state: EnquiryState, move: EnquiryMove) -> None:
    leads = next_state(state, move)
    assert leads == MOVES.get((state, move))
    if state in (EnquiryState.ANSWERED, EnquiryState.TAKEN_UP):
        assert leads is None


def test_those_who_may_write_there_ask_and_the_words_are_kept(cast: Cast, debate: Ground, now: datetime) -> None:
    asked = ask(cast.elsewhere, debate.scheduled, now)
    shown = enquiry_queries.asked(debate.scheduled)
    assert [(each.id, each.name, each.text, each.state) for each in shown] == [
        (asked.id, "Priya Nand", "Who *pays* the fine?", "open")
    ]
    assert shown[0].html == "<p>Who <em>pays</em> the fine?</p>"
    watcher = holding(actor(cast.observer), "observer", debate.question)
    for stranger in (actor(cast.member), actor(cast.suspended), watcher, actor(cast.officer)):
        with pytest.raises(Refused):
            enquiry_operations.ask(stranger, debate.scheduled, NewEnquiry("?"), now=now)


def test_who_is_stopped_from_writing_in_the_hall_asks_nothing_there(cast: Cast, debate: Ground, now: datetime) -> None:
    until = now + timedelta(hours=1)
    db.session.add(Stopping(hall_id=debate.other_hall, member_id=cast.elsewhere, until=until))
    with pytest.raises(Refused, match="cannot write in this hall for a time"):
        ask(cast.elsewhere, debate.scheduled, now)
    assert ask(cast.elsewhere, debate.scheduled, until).state == "open"


def test_a_question_sent_twice_is_one_and_one_member_asks_ten(cast: Cast, debate: Ground, now: datetime) -> None:
    first = ask(cast.elsewhere, debate.scheduled, now, key="k")
    assert ask(cast.elsewhere, debate.scheduled, now, key="k").id == first.id
    for _ in range(MOST_OF_ONE - 1):
        ask(cast.elsewhere, debate.scheduled, now)
    with pytest.raises(Refused, match="10 questions"):
        ask(cast.elsewhere, debate.scheduled, now)
    assert ask(cast.other_host, debate.scheduled, now).office == "host"


def test_a_question_has_at_most_500_characters() -> None:
    assert read_enquiry({"asked": "x" * 500}).text == "x" * 500
    with pytest.raises(Invalid) as refused:
        read_enquiry({"asked": "x" * 501})
    assert [each.field for each in refused.value.problems] == ["asked"]


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_nothing_is_asked_or_settled_once_the_session_is_over(
    cast: Cast, debate: Ground, now: datetime, state: str
) -> None:
    asked = ask(cast.elsewhere, debate.scheduled, now)
    db.session.get_one(Sitting, debate.scheduled).state = state
    with pytest.raises(Refused, match="over"):
        ask(cast.elsewhere, debate.scheduled, now)
    with pytest.raises(Refused, match="over"):
        enquiry_operations.answer(actor(cast.other_host), debate.scheduled, asked.id, "The union.", now=now)


def test_the_host_answers_in_writing_once(cast: Cast, debate: Ground, now: datetime) -> None:
    asked = ask(cast.elsewhere, debate.scheduled, now)
    host = actor(cast.other_host)
    enquiry_operations.defer(host, debate.scheduled, asked.id, now=now)
    assert asked.state == "deferred"
    enquiry_operations.answer(host, debate.scheduled, asked.id, "The **union**.", now=now)
    shown = enquiry_queries.asked(debate.scheduled)[0]
    assert (shown.state, shown.settled_by, shown.waits) == ("answered", "Grace Amadi", False)
    assert "<strong>union</strong>" in shown.answer_html
    assert acts() == ["defer_enquiry", "answer_enquiry"]
    with pytest.raises(Stale, match="somebody else"):
        enquiry_operations.answer(host, debate.scheduled, asked.id, "No.", now=now)
    assert asked.answer_source == "The **union**."


@pytest.mark.parametrize("who", ["elsewhere", "host", "officer"])
def test_nobody_else_settles_it(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    asked = ask(cast.elsewhere, debate.scheduled, now)
    with pytest.raises(Refused):
        enquiry_operations.defer(actor(getattr(cast, who)), debate.scheduled, asked.id, now=now)


def test_it_is_taken_up_while_the_session_is_open_and_the_other_console_hears_of_it(
    app: Flask, cast: Cast, told: Ground
) -> None:
    with app.test_request_context(), transaction(write=True):
        first = ask(cast.member, told.sitting, clock.now()).id
        with pytest.raises(Refused, match="once the session is open"):
            enquiry_operations.take_up(
                actor(cast.other_host), told.scheduled, ask(cast.elsewhere, told.scheduled, clock.now()).id,
                now=clock.now(),
            )  # fmt: skip
    one, other, marta = (connect(app, sign_in(app, who)) for who in (cast.host, cast.host, cast.member))
    for socket in (one, other, marta):
        joined = socket.emit("join", {"room": f"sitting:{told.sitting}"}, callback=True)
        assert [each["enquiry"] for each in joined["asked"]] == ([] if socket is marta else [first])
    sent = {"sitting": told.sitting, "enquiry": first}
    assert marta.emit("take_up_enquiry", sent, callback=True)["status"] == 403
    assert one.emit("take_up_enquiry", sent, callback=True)["ok"]
    assert [(each["enquiry"], each["waits"]) for each in heard(other, "enquiry")] == [(first, False)]
    late = other.emit("take_up_enquiry", sent, callback=True)
    assert (late["status"], "somebody else settled" in late["refused"]) == (409, True)


def test_waiting_for_the_session_has_its_time() -> None:
    assert why_not_settle("scheduled", EnquiryMove.TAKE_UP)
    assert not why_not_settle("open", EnquiryMove.TAKE_UP)
    assert not why_not_settle("scheduled", EnquiryMove.DEFER)


def test_hidden_words_leave_the_page_and_keep_their_place(cast: Cast, debate: Ground, now: datetime) -> None:
    asked = ask(cast.member, debate.sitting, now, "Is Ann ill again?")
    cause = Cause(HidingGround.PERSONAL_DATA, "It tells an illness.")
    hiding = moderation.hide_words(actor(cast.host), "enquiry", asked.id, cause, now=now)
    page = page_queries.enquiries_page(actor(cast.seconder), queries.room(debate.sitting), now)
    assert [(each.hidden, each.text, each.html) for each in page["enquiries"]] == [(True, "", "")]
    assert "illness" in page["hidden"][asked.id][0]["reason"]
    assert hiding.content_hash == moderation.content_hash("Is Ann ill again?", hiding.salt)
    with pytest.raises(Stale):
        enquiry_operations.take_up(actor(cast.host), debate.sitting, asked.id, now=now)
    enquiry_operations.restore_enquiry(asked.id)
    assert enquiry_queries.asked(debate.sitting)[0].text == "Is Ann ill again?"


def test_asked_and_answered_without_script(app: Flask, cast: Cast, told: Ground) -> None:
    priya, host = sign_in(app, cast.elsewhere), sign_in(app, cast.other_host)
    page = f"/sittings/{told.scheduled}"
    assert 'name="asked"' in priya.get(page).text
    assert 'name="asked"' not in sign_in(app, cast.member).get(page).text, "a guest reads"
    sent = {"asked": "Who <b>pays</b>?", "client_key": "k"}
    assert priya.post(f"{page}/asked", data=sent).location == f"{page}/asked#asked-1"
    long = priya.post(f"{page}/asked", data={"asked": "long " * 200})
    assert (long.status_code, "long long long" in long.text) == (422, True)
    assert "Who &lt;b&gt;pays" in host.get(page).text
    assert "/moderation/enquiry/1/hide" in host.get(page).text
    assert "Answer, or take it up" not in priya.get(page).text
    assert host.post(f"{page}/asked/1/answer", data={"answer": "We do."}).status_code == 302
    assert "We do." in priya.get(page).text
    assert "We do." in priya.get(f"{page}/asked").text


def test_the_desk_of_who_runs_it_counts_what_waits_for_an_answer(
    cast: Cast, debate: Ground, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.kernel.clock.now", lambda: now)
    asked = [ask(cast.elsewhere, debate.scheduled, now).id for _ in range(3)]
    host = actor(cast.other_host)
    enquiry_operations.hide_enquiry(asked[0], now=now)

    def waits(person: Actor) -> list[tuple[str, object]]:
        found = slots.gather("desk", person)
        return [(each["what"], each["due"]) for each in found if each["url"].endswith(f"{debate.scheduled}/asked")]

    due = db.session.get_one(Sitting, debate.scheduled).starts_at
    assert waits(host) == [("2 questions to your session", due)]
    assert waits(actor(cast.host)) == waits(actor(cast.elsewhere)) == []
    enquiry_operations.defer(host, debate.scheduled, asked[1], now=now)
    enquiry_operations.answer(host, debate.scheduled, asked[2], "Yes.", now=now)
    assert waits(host) == []


def test_a_visitor_reads_no_question(client: FlaskClient, told: Ground) -> None:
    assert "/sign-in" in client.get(f"/sittings/{told.scheduled}/asked").location
    assert "/sign-in" in client.post(f"/sittings/{told.scheduled}/asked", data={"asked": "?"}).location
