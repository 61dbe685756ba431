"""The moves of a question through its one function, with what each refuses and what each leaves behind."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.bodies.models import BodyAct
from forum.kernel import audit, slots
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Obstructed, Refused
from forum.kernel.mail import Outgoing
from forum.questions import act_operations, operations, option_operations, page_queries, queries
from forum.questions.derived_queries import label_of, stages_of
from forum.questions.facts_queries import gather_facts
from forum.questions.floor import LocalFacts, Opener
from forum.questions.models import Question
from forum.questions.states import QuestionMove, WithdrawalGround
from tests.build_questions import all_honoured, make_question, sign_all
from tests.people import Cast, actor, holding


@pytest.fixture
def debating(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, state="debating", now=now)


def last_day(question: Question) -> datetime:
    assert question.debate_closes_at is not None
    return question.debate_closes_at - timedelta(hours=2)


def codes(refusal: pytest.ExceptionInfo[Obstructed]) -> set[str]:
    return {each.code for each in refusal.value.obstacles}


def teller(cast: Cast, question: Question, place: int = 0):  # type: ignore[no-untyped-def]
    return holding(actor(cast.tellers[place]), "teller", question.id)


def test_the_charge_needs_the_pledge_first(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="published", now=now)
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_charge(actor(cast.officer), question, now=now)
    assert codes(refusal) == {"pledge_unsigned"}


def test_neither_pledge_nor_charge_before_publication(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, now=now)
    for propose in (act_operations.propose_pledge, act_operations.propose_charge):
        with pytest.raises(Refused, match="Publish"):
            propose(actor(cast.officer), question, now=now)


def test_a_signed_pledge_is_not_proposed_again(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="pledged", now=now)
    with pytest.raises(Refused, match="already signed"):
        act_operations.propose_pledge(actor(cast.officer), question, now=now)


def test_the_signed_charge_moves_the_question_and_tells_those_named(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="charged", now=now)
    assert question.state == "charged"
    assert [each.move for each in queries.history(question.id)] == ["charge"]
    told = list(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "named_for_question")))
    assert len(told) == 6


def test_later_slices_hear_of_every_move(
    cast: Cast, ground: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(
        slots, "_filled", {**slots._filled, "question.moved": [lambda _, move, __: heard.append(str(move))]}
    )
    make_question(cast, state="closed", now=now)
    assert heard == ["pledge", "charge", "begin", "close"]


def test_the_debate_begins_by_the_clock_and_once(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="charged", now=now)
    assert operations.begin_due(now) == []
    assert operations.begin_due(now + timedelta(days=2)) == [question]
    assert operations.begin_due(now + timedelta(days=3)) == []


def test_days_count_from_the_published_date_however_late_the_clock_came(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_question(cast, state="charged", now=now)
    opens_at, closes_at = question.debate_opens_at, question.debate_closes_at
    assert opens_at is not None
    assert closes_at is not None
    operations.begin_due(opens_at + timedelta(minutes=5))
    facts = gather_facts(question, locals=all_honoured())
    operations.close_debate(question, closes_at, facts)
    assert question.state == "closed"


def test_the_debate_does_not_close_early_nor_below_its_floor(cast: Cast, debating: Question, now: datetime) -> None:
    with pytest.raises(Obstructed) as refusal:
        operations.close_debate(debating, now)
    assert codes(refusal) == {"too_early", "floor_days", "floor_locals"}
    assert debating.state == "debating"


def test_the_close_keeps_the_proof_and_a_lot_nobody_could_know(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="closed", now=now)
    assert question.floor_proof is not None
    assert question.floor_proof["met"] is True
    assert len(question.floor_proof["locals"]) == 2
    entries = list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.height)))
    assert question.close_lot in {audit.sha256(question.public_id + entry.hash) for entry in entries}


def test_the_clock_closes_what_is_due_and_keeps_what_wants(
    cast: Cast, debating: Question, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes_at = debating.debate_closes_at
    assert closes_at is not None
    assert operations.close_due(closes_at) == ([], [debating])
    told = [lambda _: {"locals": all_honoured()}]
    monkeypatch.setattr(slots, "_filled", {**slots._filled, "question.facts": told})
    assert operations.close_due(closes_at) == ([debating], [])


def test_an_exempt_local_needs_no_hall(cast: Cast, debating: Question, now: datetime) -> None:
    act = act_operations.propose_exemption(teller(cast, debating), debating, cast.other_local, "At sea.", now=now)
    sign_all(cast.tellers, act, now=now)
    assert queries.exemptions(debating.id) == {cast.other_local: "At sea."}
    here = LocalFacts(cast.local, "Ashby", Opener.HOST, 1)
    there = LocalFacts(cast.other_local, "Meridian", exemption="At sea.")
    closes_at = debating.debate_closes_at
    assert closes_at is not None
    operations.close_debate(debating, closes_at, gather_facts(debating, locals=(here, there)))
    assert debating.state == "closed"


def test_exemptions_are_the_tellers_and_only_once_and_in_time(cast: Cast, debating: Question, now: datetime) -> None:
    with pytest.raises(Refused, match="Only a member of this body"):
        act_operations.propose_exemption(actor(cast.officer), debating, cast.local, "Why", now=now)
    with pytest.raises(Refused, match="reason"):
        act_operations.propose_exemption(teller(cast, debating), debating, cast.local, "  ", now=now)
    act = act_operations.propose_exemption(teller(cast, debating), debating, cast.local, "Why", now=now)
    sign_all(cast.tellers, act, now=now)
    with pytest.raises(Refused, match="already exempt"):
        act_operations.propose_exemption(teller(cast, debating), debating, cast.local, "Why", now=now)
    debating.state = "closed"
    with pytest.raises(Refused, match="between the charge and the close"):
        act_operations.propose_exemption(teller(cast, debating), debating, cast.other_local, "Why", now=now)


def test_two_exemptions_wait_side_by_side(cast: Cast, debating: Question, now: datetime) -> None:
    for local_id in (cast.local, cast.other_local):
        act_operations.propose_exemption(teller(cast, debating), debating, local_id, "Strike.", now=now)
    waiting = db.session.scalars(
        db.select(BodyAct).where(BodyAct.act == "rule_exemption", BodyAct.dropped_at.is_(None))
    )
    assert len(list(waiting)) == 2


def test_the_tellers_close_anyway_on_the_last_day_with_a_reason(cast: Cast, debating: Question) -> None:
    at = last_day(debating)
    act = act_operations.propose_close_anyway(teller(cast, debating), debating, "Snow closed the roads.", now=at)
    sign_all(cast.tellers, act, now=at)
    assert debating.state == "closed"
    assert debating.floor_proof is not None
    assert debating.floor_proof["met"] is False
    rows = {row.code: row for row in label_of(debating, at)}
    assert "Ashby Rail Works" in str(rows["locals"].beneath[0])
    assert queries.history(debating.id)[-1].reason == "Snow closed the roads."


def test_closing_anyway_is_refused_early_without_reason_and_when_the_floor_is_met(
    cast: Cast, debating: Question, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_close_anyway(teller(cast, debating), debating, " ", now=now)
    assert codes(refusal) == {"too_early", "reason"}
    told = [lambda _: {"locals": all_honoured()}]
    monkeypatch.setattr(slots, "_filled", {**slots._filled, "question.facts": told})
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_close_anyway(teller(cast, debating), debating, "Why", now=last_day(debating))
    assert codes(refusal) == {"floor_met"}


def test_an_extension_moves_every_later_date_and_happens_once(cast: Cast, debating: Question) -> None:
    at = last_day(debating)
    before = queries.timetable_of(debating)
    act = act_operations.propose_extension(teller(cast, debating), debating, 7, "Two halls were shut.", now=at)
    sign_all(cast.tellers, act, now=at)
    after = queries.timetable_of(debating)
    assert debating.state == "debating"
    assert after.debate_opens_at == before.debate_opens_at
    for name in ("debate_closes_at", "record_at", "voting_opens_at", "voting_closes_at", "challenge_closes_at"):
        assert getattr(after, name) - getattr(before, name) == timedelta(days=7)
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_extension(teller(cast, debating), debating, 7, "Again", now=at + timedelta(days=7))
    assert codes(refusal) == {"extended"}


def test_a_debate_past_its_last_moment_is_on_its_tellers_desk_until_a_text_on_it_is_there(
    cast: Cast, debating: Question
) -> None:
    at, told = last_day(debating), teller(cast, debating)
    assert debating.debate_closes_at
    assert page_queries.overdue_debates(told, debating.debate_closes_at - timedelta(minutes=1)) == []
    assert page_queries.overdue_debates(told, debating.debate_closes_at) == [debating]
    assert page_queries.overdue_debates(actor(cast.officer), debating.debate_closes_at) == []
    act_operations.propose_extension(told, debating, 7, "Two halls were shut.", now=at)
    assert page_queries.overdue_debates(told, debating.debate_closes_at) == []


@pytest.mark.parametrize("days", [0, -3, 61])
def test_an_extension_is_of_one_to_sixty_days(cast: Cast, debating: Question, days: int) -> None:
    with pytest.raises(Refused, match="Extend by"):
        act_operations.propose_extension(teller(cast, debating), debating, days, "Why", now=last_day(debating))


def test_the_council_withdraws_a_draft_with_a_public_reason(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, now=now)
    with pytest.raises(Obstructed) as refusal:
        act_operations.propose_withdrawal(actor(cast.officer), question, "", None, now=now)
    assert codes(refusal) == {"reason"}
    act = act_operations.propose_withdrawal(actor(cast.officer), question, "The offer was taken back.", None, now=now)
    sign_all(cast.officers, act, now=now)
    assert (question.state, question.withdrawn_reason) == ("withdrawn", "The offer was taken back.")


def test_after_the_charge_only_the_tellers_withdraw_and_on_a_ground(
    cast: Cast, debating: Question, now: datetime
) -> None:
    impossible = WithdrawalGround.IMPOSSIBLE
    with pytest.raises(Refused, match="Only a member of this body"):
        act_operations.propose_withdrawal(actor(cast.officer), debating, "Why", impossible, now=now)
    for ground in (None, WithdrawalGround.ASKED):
        with pytest.raises(Obstructed) as refusal:
            act_operations.propose_withdrawal(teller(cast, debating), debating, "Why", ground, now=now)
        assert codes(refusal) == {"ground"}
    act = act_operations.propose_withdrawal(teller(cast, debating), debating, "The works closed.", impossible, now=now)
    sign_all(cast.tellers, act, now=now)
    assert debating.state == "withdrawn"


def test_the_tellers_withdraw_when_the_spokespersons_of_every_option_ask(
    cast: Cast, debating: Question, now: datetime
) -> None:
    first, second = queries.options(debating.id)
    for option, speaker in ((first, "1001"), (second, "1004")):
        option_operations.second_option(actor(cast.seconder), debating, option, speaker, now=now)
    option_operations.ask_withdrawal(actor(cast.member), debating, first, now=now)
    assert gather_facts(debating).every_option_asks is False
    option_operations.ask_withdrawal(actor(cast.elsewhere), debating, second, now=now)
    asked = WithdrawalGround.ASKED
    act = act_operations.propose_withdrawal(teller(cast, debating), debating, "Both sides ask.", asked, now=now)
    sign_all(cast.tellers, act, now=now)
    assert debating.state == "withdrawn"


def test_nothing_is_withdrawn_once_members_vote(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="closed", now=now)
    facts = gather_facts(
        question, voting_opened=True, withdrawal_reason="Why", withdrawal_ground=WithdrawalGround.IMPOSSIBLE,
        withdrawal_signers=frozenset(cast.tellers),
    )  # fmt: skip
    with pytest.raises(Obstructed) as refusal:
        operations.move_question(question, QuestionMove.WITHDRAW, facts, now)
    assert codes(refusal) == {"voting_opened"}


def test_every_move_is_in_the_audit_log_in_its_office(cast: Cast, ground: Flask, now: datetime) -> None:
    make_question(cast, state="closed", now=now)
    moves = {
        entry.act: entry.office
        for entry in db.session.scalars(db.select(AuditEntry))
        if entry.act in ("give_pledge", "charge_locals", "begin_debate", "close_debate")
    }
    assert moves == {
        "give_pledge": "officer", "charge_locals": "officer", "begin_debate": "clock", "close_debate": "clock",
    }  # fmt: skip


def test_the_ribbon_follows_the_question(cast: Cast, debating: Question, now: datetime) -> None:
    running = [stage.code for stage in stages_of(debating, now) if stage.state == "now"]
    assert running == ["debating"]


def test_the_label_says_that_the_leadership_is_bound_since_the_pledge(
    cast: Cast, debating: Question, now: datetime
) -> None:
    rows = {row.code: row for row in label_of(debating, now)}
    assert rows["bound"].answer.facts["date"] == debating.pledged_at
    assert str(rows["locals"].answer) == "In 0 of 2"
