"""Votes by name: who has a seat, how each votes and why, who was absent, and what comes of it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, mailings
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing, Refused
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.kernel.text import render_document
from forum.questions import derived_queries
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.ribbon import StageState
from forum.roll.models import Member
from referendum.mandate.queries import mandate_of
from referendum.rollcalls import jobs, operations, queries, views
from referendum.rollcalls.forms import NewSeat, read_seats
from referendum.rollcalls.models import RollCall
from tests.build_questions import make_question, sign_all
from tests.build_referendum import Referendum, certify, make_closed, make_counted, make_open
from tests.people import Cast, actor, holding, sign_in

AFTER_THE_MEMBERS = """
name = "presidents"
title = "Debate, members’ vote, roll call, mandate"

[[stages]]
kind = "debate"

[[stages]]
kind = "members_vote"

[[stages]]
kind = "roll_call"
body = "Council Presidents"
days = 3
quorum = "1/2"
options_from = "leading_two"

[[stages]]
kind = "mandate"
"""
COUNCIL_ALONE = """
name = "council"
title = "The council decides"

[[stages]]
kind = "council_decision"
body = "Executive council"
"""
OPTIONS = ("Accept", "Reject", "Negotiate on")


@pytest.fixture
def made(ground: Flask, cast: Cast, now: datetime) -> Referendum:
    """A members' vote is certified, and A and C go on to the council presidents."""
    closed = make_closed(cast, now=now, own=AFTER_THE_MEMBERS, options=OPTIONS)
    return certify(make_counted(make_open(closed), {"A": 4, "B": 2, "C": 3}))


def presidents(question: Question) -> RollCall:
    return queries.roll_call_of(question, "roll_call")


def at_last(question: Question) -> datetime:
    """A moment after the members' vote was certified."""
    return presidents(question).set_up_at + timedelta(hours=1)


def seats_of(cast: Cast) -> list[NewSeat]:
    members = [(cast.member, ""), (cast.elsewhere, "Far Council"), (cast.host, "")]
    return [NewSeat(db.session.get_one(Member, member).number, told) for member, told in members]


def open_seats(question: Question, cast: Cast) -> RollCall:
    roll_call, now = presidents(question), at_last(question)
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    sign_all(cast.tellers[:2], operations.propose_seats(teller, roll_call, seats_of(cast), now), now=now)
    return roll_call


def closed(now: datetime) -> int:
    """Let the clock close what is due; says how many."""
    return sum(operations.close_if_due(each.id, now) for each in queries.open_roll_calls())


def vote(roll_call: RollCall, member_id: int, letter: str, *, later: float = 1) -> None:
    now = roll_call.set_up_at + timedelta(hours=1 + later)
    operations.vote_by_name(actor(member_id), roll_call, letter, f"Because of {letter or 'nothing'}.", now)


def test_a_seat_s_page_shows_its_vote_beside_what_the_members_decided(made: Referendum, cast: Cast) -> None:
    roll_call = open_seats(made.question, cast)
    vote(roll_call, cast.elsewhere, "C")
    shown = queries.seat_page(roll_call, 2, actor(cast.member), at_last(made.question))
    assert (shown.row.seat.letter, shown.row.name) == ("C", db.session.get_one(Member, cast.elsewhere).name)
    assert [row[:2] for row in shown.table] == [("A", "Accept"), ("C", "Negotiate on"), ("B", "Reject")]
    page = shown.page
    assert (page.counts, page.voted, page.seats, page.rows, page.open) == ({"C": 1}, 1, 3, [], True)
    assert (page.own and page.own.place, page.elected, page.reason) == (1, None, None)
    assert [each.letter for each in page.options] == ["A", "C"]
    with pytest.raises(Missing):
        queries.seat_page(roll_call, 4, actor(cast.member), at_last(made.question))


def test_what_stands_comes_from_the_members_and_from_no_hand(made: Referendum) -> None:
    roll_call = presidents(made.question)
    assert (roll_call.letters, roll_call.state, roll_call.body) == (["A", "C"], "set_up", "Council Presidents")
    assert mandate_of(made.question.id) is None


def test_the_seats_open_the_vote_once_the_tellers_have_signed_them(made: Referendum, cast: Cast) -> None:
    roll_call = open_seats(made.question, cast)
    assert roll_call.state == "open"
    assert roll_call.closes_at == at_last(made.question) + timedelta(days=3)
    assert [each.speaks_for for each in roll_call.seats][1] == "Far Council"
    told = {each.seat.place: each.name for each in queries.seat_rows(roll_call.seats)}
    assert told[1] == db.session.get_one(Member, cast.member).name
    with pytest.raises(Refused, match="named already"):
        open_seats(made.question, cast)


def test_unknown_and_repeated_numbers_are_told(made: Referendum, cast: Cast) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", made.question.id)
    with pytest.raises(Invalid) as refused:
        operations.propose_seats(teller, presidents(made.question), [NewSeat("NOBODY", "")], at_last(made.question))
    assert [each.facts for each in refused.value.problems] == [{"numbers": "NOBODY"}]
    with pytest.raises(Invalid) as refused:
        read_seats({"seats": "4711\n4711, Lakes\n"})
    assert [each.facts for each in refused.value.problems] == [{"numbers": "4711"}]


def test_the_last_word_of_a_seat_counts_and_each_is_in_the_audit_log(made: Referendum, cast: Cast) -> None:
    roll_call = open_seats(made.question, cast)
    vote(roll_call, cast.member, "A")
    vote(roll_call, cast.member, "C", later=2)
    page = queries.roll_call_page(roll_call, actor(cast.member), at_last(made.question))
    assert (page.counts, page.voted, page.own is not None) == ({"C": 1}, 1, True)
    said = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "vote_by_name"))
    assert len(list(said)) == 2


def test_who_has_no_seat_and_who_comes_late_is_refused(made: Referendum, cast: Cast) -> None:
    roll_call = open_seats(made.question, cast)
    with pytest.raises(Refused, match="have a seat"):
        vote(roll_call, cast.officer, "A")
    with pytest.raises(Refused, match="not open"):
        vote(roll_call, cast.member, "A", later=72)


def test_it_closes_when_all_have_voted_and_binds(made: Referendum, cast: Cast) -> None:
    roll_call = open_seats(made.question, cast)
    for member_id, letter in ((cast.member, "C"), (cast.elsewhere, "A"), (cast.host, "C")):
        assert closed(at_last(made.question)) == 0
        vote(roll_call, member_id, letter)
    assert closed(at_last(made.question)) == 1
    assert (roll_call.state, roll_call.elected, roll_call.reason) == ("closed", "C", "elected")
    mandate = mandate_of(made.question.id)
    assert mandate is not None
    assert [each.letter for each in mandate.options] == ["C"]


def test_only_a_teller_names_seats(made: Referendum, cast: Cast) -> None:
    for member_id in (cast.officer, cast.member):
        with pytest.raises(Refused, match="Only the tellers"):
            operations.propose_seats(
                actor(member_id), presidents(made.question), seats_of(cast), at_last(made.question)
            )


def test_what_leads_in_a_roll_call_stands_in_the_council_s_decision(ground: Flask, cast: Cast, now: datetime) -> None:
    own = COUNCIL_ALONE.replace("[[stages]]", '[[stages]]\nkind = "roll_call"\nbody = "Presidents"\n\n[[stages]]', 1)
    question = make_question(cast, state="closed", own=own, now=now)
    roll_call = presidents(question)
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    sign_all(cast.tellers[:2], operations.propose_seats(teller, roll_call, seats_of(cast), now), now=now)
    vote(roll_call, cast.member, "A", later=0)
    assert closed(now + timedelta(days=1)) == 1
    assert (roll_call.reason, roll_call.elected) == ("goes_on", "")
    council = queries.roll_call_of(question, "council_decision")
    assert (council.state, council.letters) == ("open", ["A", "B"])
    assert closed(now + timedelta(days=1)) == 0


def test_tellers_name_the_seats_and_have_none(made: Referendum, cast: Cast) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", made.question.id)
    number = db.session.get_one(Member, cast.tellers[1]).number
    with pytest.raises(Invalid) as refused:
        operations.propose_seats(teller, presidents(made.question), [NewSeat(number, "")], at_last(made.question))
    assert [each.facts for each in refused.value.problems] == [{"numbers": number}]


@pytest.mark.parametrize("sent", ["", " , Lakes\n,\n", "1, " + "x" * 201, "\n".join(map(str, range(501)))])
def test_no_seat_too_many_and_a_seat_with_a_huge_name_are_refused_at_the_field(sent: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_seats({"seats": sent})
    assert [each.field for each in refused.value.problems] == ["seats"]


def test_three_hundred_delegates_are_named_read_and_seated(made: Referendum, cast: Cast) -> None:
    home, now = db.session.get_one(Member, cast.member), at_last(made.question)
    db.session.add_all(
        Member(public_id=f"p{at}", number=f"D{at:04}", name=f"Delegate {at}", local_id=home.local_id, since=home.since)
        for at in range(300)
    )
    db.session.flush()
    typed = "\n".join(f"D{at:04}, Delegates of the {at}th district of the Northern Lakes" for at in range(300))
    assert len(typed) > 10_000
    teller = holding(actor(cast.tellers[0]), "teller", made.question.id)
    act = operations.propose_seats(teller, presidents(made.question), read_seats({"seats": typed}), now)
    assert "They vote by name within 3 days of this act, between A Accept, C Negotiate on." in act.document
    heads = [line for line in act.document.splitlines() if line.startswith("###")]
    assert heads == [f"### Seats {first} to {first + 49}" for first in range(1, 300, 50)]
    assert "Seat 300, Delegates of the 299th district of the Northern Lakes: Delegate 299" in act.document
    shown = render_document(act.document)
    assert shown.count("<h4>Seats ") == 6
    assert "#" not in shown
    operations.open_by_act(act, now)
    assert len(presidents(made.question).seats) == 300


def test_nobody_opens_a_vote_by_name_on_a_question_that_was_withdrawn(made: Referendum, cast: Cast) -> None:
    roll_call = presidents(made.question)
    teller = holding(actor(cast.tellers[0]), "teller", made.question.id)
    act = operations.propose_seats(teller, roll_call, seats_of(cast), at_last(made.question))
    now = at_last(made.question)
    made.question.state = "withdrawn"
    with pytest.raises(Refused, match="not open"):
        operations.open_by_act(act, now)
    with pytest.raises(Refused, match="not open"):
        operations.propose_seats(teller, roll_call, seats_of(cast), now)
    assert queries.by_name_on(made.question) == []


def test_a_body_without_anybody_closes_undecided_at_its_moment(made: Referendum) -> None:
    roll_call, now = presidents(made.question), at_last(made.question)
    operations._open(roll_call, [], now, office="teller")
    assert closed(now + timedelta(days=2)) == 0
    assert closed(now + timedelta(days=3)) == 1
    assert (roll_call.state, roll_call.elected, roll_call.reason) == ("closed", "", "nothing_named")


def test_who_left_the_union_is_not_written_to_and_is_absent(
    made: Referendum, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_seats(made.question, cast)
    gone = db.session.get_one(Member, cast.elsewhere)
    gone.left_at = at_last(made.question)
    monkeypatch.setattr("forum.kernel.clock.now", lambda: at_last(made.question))
    for mailing in db.session.scalars(db.select(Mailing).where(Mailing.kind == "roll_call_opens")):
        while mailing.finished_at is None and mailings._write_portion(mailing.id):
            pass
    told = set(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "roll_call_opens")))
    assert told
    assert gone.email not in told


@pytest.mark.parametrize(
    ("votes", "reason"),
    [(("A", "C"), "tie"), (("A",), "quorum_missed"), (("", ""), "nothing_named"), ((), "quorum_missed")],
)
def test_a_tie_a_missed_quorum_or_nothing_named_binds_nobody(
    made: Referendum, cast: Cast, votes: tuple[str, ...], reason: str
) -> None:
    roll_call = open_seats(made.question, cast)
    for member_id, letter in zip((cast.member, cast.elsewhere), votes, strict=False):
        vote(roll_call, member_id, letter)
    assert closed(at_last(made.question) + timedelta(days=3)) == 1
    assert (roll_call.reason, roll_call.elected) == (reason, "")
    assert mandate_of(made.question.id) is None


def test_each_open_vote_is_a_stage_of_the_ribbon(made: Referendum, cast: Cast) -> None:
    def running() -> list[str]:
        stages = derived_queries.stages_of(made.question, at_last(made.question) + timedelta(hours=9))
        return [each.code for each in stages if each.state is StageState.NOW]

    assert running() == ["roll_call"]
    roll_call = open_seats(made.question, cast)
    assert running() == ["roll_call"]
    vote(roll_call, cast.member, "A")
    vote(roll_call, cast.host, "A")
    closed(at_last(made.question) + timedelta(days=3))
    assert running() == ["mandated"]


def test_the_council_decides_alone_by_name_where_the_process_says_so(ground: Flask, cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="closed", own=COUNCIL_ALONE, now=now)
    roll_call = queries.roll_call_of(question, "council_decision")
    assert (roll_call.state, len(roll_call.seats)) == ("open", len(cast.officers))
    for officer in cast.officers:
        operations.vote_by_name(actor(officer), roll_call, "B", "We heard you.", now)
    closed(now)
    assert roll_call.elected == "B"
    assert gather_facts(question).voting_opened
    row = next(each for each in derived_queries.label_of(question, now) if each.code == "share")
    assert str(row.answer) == "None: the members do not decide"
    assert str(row.beneath[-1]) == "Decided by: Executive council."
    assert not derived_queries.runs(question, now)


def test_the_tellers_desk_asks_for_the_seats_until_they_are_named(
    made: Referendum, ground: Flask, cast: Cast
) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", made.question.id)
    assert [each["what"] for each in views.on_the_desk(teller)] == ["Name the seats of Council Presidents"]
    open_seats(made.question, cast)
    assert views.on_the_desk(teller) == []


def test_who_has_a_seat_is_told_by_mail(made: Referendum, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    roll_call = open_seats(made.question, cast)
    monkeypatch.setattr("forum.kernel.clock.now", lambda: at_last(made.question))
    monkeypatch.setattr(mailings, "PORTION", 2)
    for mailing in db.session.scalars(db.select(Mailing).where(Mailing.kind == "roll_call_opens")):
        while mailing.finished_at is None and mailings._write_portion(mailing.id):
            pass
    told = set(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "roll_call_opens")))
    held = {each.member_id for each in roll_call.seats}
    assert told == set(db.session.scalars(db.select(Member.email).where(Member.id.in_(held), Member.email != "")))


@pytest.fixture
def officer(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="closed", own=COUNCIL_ALONE, now=clock.now())
    return sign_in(app, cast.officer)


def test_a_seat_votes_in_the_browser_and_everybody_reads_why(app: Flask, officer: FlaskClient, cast: Cast) -> None:
    assert "Vote by name" in officer.get("/q/1/by-name/council_decision").text
    assert "vote by name until" in officer.get("/q/1").text
    refused = officer.post("/q/1/by-name/council_decision", data={"choice": "A", "reason": ""})
    assert refused.text.count(" checked") == 1
    assert "Please fill this in" in refused.text
    unchosen = officer.post("/q/1/by-name/council_decision", data={"reason": "As the <halls> said."})
    assert "As the &lt;halls&gt; said." in unchosen.text
    said = {"choice": "A", "reason": "The <b>halls</b> said so."}
    page = officer.post("/q/1/by-name/council_decision", data=said, follow_redirects=True).text
    assert "The &lt;b&gt;halls&lt;/b&gt; said so." in page
    assert "vote by name until" not in officer.get("/q/1").text
    seen = app.test_client().get("/q/1/by-name/council_decision").text
    assert "said so." in seen
    with app.app_context():
        name = db.session.get_one(Member, cast.officer).name
    assert name not in seen
    assert name in sign_in(app, cast.member).get("/q/1/by-name/council_decision").text
    assert app.test_client().get("/q/1/by-name/roll_call").status_code == 404
    assert app.test_client().get("/q/1/by-name/council_decision/99").status_code == 404
    first = app.test_client().get("/q/1/by-name/council_decision/1").text
    assert "said so." in first
    assert name not in first
    assert "Executive council" in app.test_client().get("/q/1").text


def test_one_vote_that_cannot_be_closed_leaves_the_others_alone(
    app: Flask, officer: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="closed", own=COUNCIL_ALONE, now=clock.now())
    late = clock.now() + timedelta(days=14)
    monkeypatch.setattr(clock, "now", lambda: late)
    close, broken = operations._close, RuntimeError("broken")

    def breaks_once(roll_call: RollCall, now: datetime) -> None:
        close(roll_call, now)
        if roll_call.id == 1:
            raise broken

    monkeypatch.setattr(operations, "_close", breaks_once)
    with app.test_request_context():
        with pytest.raises(RuntimeError, match="broken"):
            jobs.close_roll_calls()
        assert list(db.session.scalars(db.select(RollCall.state).order_by(RollCall.id))) == ["open", "closed"]
