"""The tellers rule on a merge that lacks a mover's consent; every refusal."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.arguments import merge_operations, merge_queries, ruling_operations
from forum.arguments.forms import NewMergeRuling
from forum.arguments.models import Argument, Merge
from forum.arguments.rules import MergeFacts, lacks_consent
from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused, Stale
from forum.kernel.mail import Outgoing
from forum.questions.models import Appointment, Question
from forum.roll.models import Member
from tests.build_halls import make_argument, make_debate, make_hall, make_reading
from tests.conftest import NOW
from tests.people import Cast, actor, holding, sign_in

SAME = NewMergeRuling(merged=True, reason="Both say nine weeks.")
APART = NewMergeRuling(merged=False, reason="One counts weeks, the other money.")


def teller(cast: Cast, question: Question, place: int = 0) -> Actor:
    return holding(actor(cast.tellers[place]), "teller", question.id)


@pytest.fixture
def question(cast: Cast, ground: Flask) -> Question:
    return make_debate(cast)


def refused(cast: Cast, question: Question, now: datetime) -> Merge:
    """A merge proposed by the mover in the other local, and declined by the member."""
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    return merge_operations.answer_merge(actor(cast.member), merge.id, False, now=now)


def arguments_of(merge: Merge) -> tuple[Argument, Argument]:
    return db.session.get_one(Argument, merge.argument_id), db.session.get_one(Argument, merge.into_id)


def sign_both(cast: Cast, question: Question, act: BodyAct, now: datetime) -> None:
    for place in (0, 1):
        bodies.sign(teller(cast, question, place), act.id, act.document_hash, now)


@given(
    outcome=st.sampled_from(["", "merged", "declined", "ruled", "apart"]), hours=st.integers(0, 200),
    silent=st.frozensets(st.integers(1, 2)), gone=st.booleans(),
)  # fmt: skip
def test_consent_is_wanting_after_a_no_a_departure_or_three_days(
    outcome: str, hours: int, silent: frozenset[int], gone: bool
) -> None:
    merge = MergeFacts(1, 9, NOW, frozenset({1, 2}), silent, silent if gone else frozenset(), outcome)
    late = bool(silent) and (gone or hours >= 72)
    assert lacks_consent(merge, NOW + timedelta(hours=hours)) is (outcome == "declined" or (not outcome and late))


def test_more_than_half_of_the_tellers_merge_what_a_mover_refused(
    cast: Cast, question: Question, now: datetime
) -> None:
    merge = refused(cast, question, now)
    twin, target = arguments_of(merge)
    make_reading(twin, cast.retired)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    for words in (twin.label, target.label, twin.claim, SAME.reason, "refused"):
        assert words in act.document
    bodies.sign(teller(cast, question, 0), act.id, act.document_hash, now)
    assert (merge.outcome, twin.merged_into_id) == ("declined", None)
    bodies.sign(teller(cast, question, 1), act.id, act.document_hash, now)
    assert (merge.outcome, twin.merged_into_id, twin.merged_at) == ("ruled", target.id, now)
    there = make_hall(question, cast.other_local).id
    assert (target.agree_count, twin.mover_id, twin.hall_id) == (1, cast.elsewhere, there)
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "rule_merge")).one()
    assert (entry.office, entry.subject) == ("teller", f"argument:{twin.id}")
    assert (entry.facts["ruling"], entry.facts["reason"]) == ("ruled", SAME.reason)
    told = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "merge_ruled")).all()
    assert {each.address for each in told} == {"m1001@example.org", "m1004@example.org"}
    assert all(SAME.reason in each.text for each in told)


def test_two_ruled_apart_stay_apart_and_are_not_ruled_on_again(cast: Cast, question: Question, now: datetime) -> None:
    merge = refused(cast, question, now)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, APART, now=now)
    sign_both(cast, question, act, now)
    twin, target = arguments_of(merge)
    assert (merge.outcome, twin.merged_into_id) == ("apart", None)
    with pytest.raises(Refused, match="ended"):
        ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    back = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    merge_operations.answer_merge(actor(cast.member), back.id, False, now=now)
    assert merge_queries.to_rule(teller(cast, question), now) == []
    with pytest.raises(Refused, match="stay apart"):
        ruling_operations.propose_ruling(teller(cast, question), back.id, SAME, now=now)


def test_a_mover_who_is_silent_has_three_days(cast: Cast, question: Question, now: datetime) -> None:
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.host), twin.id, target.number, now=now)
    early = now + timedelta(days=3, seconds=-1)
    assert merge_queries.to_rule(teller(cast, question), early) == []
    with pytest.raises(Refused, match="still have time"):
        ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=early)
    late = now + timedelta(days=3)
    assert [each.merge.id for each in merge_queries.to_rule(teller(cast, question), late)] == [merge.id]
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=late)
    assert "three days" in act.document


@pytest.mark.parametrize("why", ["left", "suspended"])
def test_a_mover_who_is_gone_is_not_waited_for(cast: Cast, question: Question, now: datetime, why: str) -> None:
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.member), twin.id, target.number, now=now)
    gone = db.session.get_one(Member, cast.elsewhere)
    if why == "left":
        gone.left_at = now
    else:
        gone.standing = "suspended"
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    assert "can no longer answer" in act.document
    sign_both(cast, question, act, now)
    assert twin.merged_into_id == target.id


def test_only_tellers_of_the_question_rule(cast: Cast, question: Question, now: datetime) -> None:
    merge = refused(cast, question, now)
    of_another = holding(actor(cast.tellers[0]), "teller", make_debate(cast).id)
    people = [actor(each) for each in (cast.member, cast.elsewhere, cast.host, cast.officer, cast.observer)]
    for person in [*people, of_another, holding(actor(cast.observer), "observer", question.id)]:
        with pytest.raises(Refused):
            ruling_operations.propose_ruling(person, merge.id, SAME, now=now)


def test_a_mover_who_became_a_teller_neither_proposes_nor_signs(cast: Cast, question: Question, now: datetime) -> None:
    merge = refused(cast, question, now)
    db.session.add(Appointment(question_id=question.id, member_id=cast.member, role="teller", named_at=now))
    db.session.flush()
    mover = holding(actor(cast.member), "teller", question.id)
    assert merge_queries.to_rule(mover, now) == []
    with pytest.raises(Refused, match="own act"):
        ruling_operations.propose_ruling(mover, merge.id, SAME, now=now)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    with pytest.raises(Refused, match="own act"):
        bodies.sign(mover, act.id, act.document_hash, now)
    sign_both(cast, question, act, now)
    assert merge.outcome == "ruled"  # two of the three who may rule; the mover does not count


def test_a_teller_who_proposed_the_merge_as_host_of_the_national_hall_does_not_rule(
    cast: Cast, question: Question, now: datetime
) -> None:
    national = make_hall(question, None).id
    target = make_argument(question, cast.member, seconded_by=cast.seconder, hall_id=national)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(teller(cast, question), twin.id, target.number, now=now)
    merge_operations.answer_merge(actor(cast.member), merge.id, False, now=now)
    with pytest.raises(Refused, match="own act"):
        ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    assert ruling_operations.propose_ruling(teller(cast, question, 1), merge.id, SAME, now=now).id


def test_a_signature_needs_a_fresh_sign_in_and_the_document_shown(
    cast: Cast, question: Question, now: datetime
) -> None:
    merge = refused(cast, question, now)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    with pytest.raises(Refused, match="once more"):
        bodies.sign(replace(teller(cast, question), fresh=False), act.id, act.document_hash, now)
    with pytest.raises(Stale):
        bodies.sign(teller(cast, question), act.id, "0" * 64, now)


def test_movers_who_agree_after_all_leave_nothing_to_rule_on(cast: Cast, question: Question, now: datetime) -> None:
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    late = now + timedelta(days=4)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, APART, now=late)
    merge_operations.answer_merge(actor(cast.member), merge.id, True, now=late)
    assert (merge.outcome, twin.merged_into_id, act.dropped_at) == ("merged", target.id, late)
    with pytest.raises(Refused):
        bodies.sign(teller(cast, question), act.id, act.document_hash, late)
    with pytest.raises(Refused, match="ended"):
        ruling_operations.propose_ruling(teller(cast, question), merge.id, APART, now=late)


@pytest.mark.parametrize("change", ["closed", "withdrawn_at", "merged_into_id", "hidden_at"])
def test_a_ruling_needs_a_debate_and_two_that_stand(
    cast: Cast, question: Question, now: datetime, change: str
) -> None:
    merge = refused(cast, question, now)
    act = ruling_operations.propose_ruling(teller(cast, question), merge.id, SAME, now=now)
    bodies.sign(teller(cast, question), act.id, act.document_hash, now)
    twin, target = arguments_of(merge)
    if change == "closed":
        question.state = "closed"
    else:
        setattr(twin, change, target.id if change == "merged_into_id" else now)
    db.session.flush()
    assert merge_queries.to_rule(teller(cast, question), now) == []
    with pytest.raises(Refused):
        ruling_operations.propose_ruling(teller(cast, question), merge.id, APART, now=now)
    with pytest.raises(Refused):
        bodies.sign(teller(cast, question, 1), act.id, act.document_hash, now)
    assert merge.outcome == "declined"


def test_tellers_meet_it_on_their_desk_and_everybody_reads_the_ruling(app: Flask, cast: Cast, now: datetime) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_debate(cast, now=now)
        merge = refused(cast, question, now)
        twin, target, found = merge.argument_id, merge.into_id, merge.id
    tellers = [sign_in(app, each) for each in cast.tellers[:2]]
    assert f"/merges/{found}" in tellers[0].get("/desk").text
    assert f"/merges/{found}#rule-h" in tellers[0].get(f"/a/{target}").text
    member = sign_in(app, cast.member)
    assert f"/merges/{found}#rule-h" not in member.get(f"/a/{target}").text
    assert "A mover refused" in member.get(f"/merges/{found}").text
    assert member.post(f"/merges/{found}/ruling", data={"ruling": "merged", "reason": "Mine."}).status_code == 403
    assert tellers[0].post(f"/merges/{found}/ruling", data={"ruling": "merged", "reason": ""}).status_code == 422
    sent = tellers[0].post(f"/merges/{found}/ruling", data={"ruling": "merged", "reason": SAME.reason})
    with app.app_context(), transaction(write=False) as session:
        act = session.scalars(db.select(BodyAct).where(BodyAct.act == "rule_merge")).one()
        number, document_hash = act.id, act.document_hash
    assert sent.headers["Location"] == f"/acts/{number}"
    for each in tellers:
        assert each.post(f"/acts/{number}/sign", data={"document_hash": document_hash}).status_code == 302
    visitor = app.test_client()
    for argument in (twin, target):
        shown = visitor.get(f"/a/{argument}").text
        assert SAME.reason in shown
        assert f"/merges/{found}" not in shown
    assert "The tellers ruled that the two say the same." in visitor.get(f"/a/{twin}").text
    assert SAME.reason in member.get(f"/merges/{found}").text
    assert member.get("/merges/99999").status_code == 404
