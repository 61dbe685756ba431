"""A body acts by the signatures of more than half of its present members, each on exactly the document shown."""

from dataclasses import replace
from datetime import datetime
from threading import Timer

import pytest
from flask import Flask

from forum.bodies import operations, queries, registry
from forum.bodies.acts import TITLES
from forum.bodies.models import BodyAct, Signature
from forum.kernel import audit
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Obstructed, Refused, Stale
from forum.kernel.mail import Outgoing
from forum.questions import act_operations
from forum.questions.models import Question
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.people import Cast, actor, holding


@pytest.fixture
def question(cast: Cast, ground: Flask, now: datetime) -> Question:
    return make_question(cast, state="published", now=now)


@pytest.fixture
def pledge(cast: Cast, question: Question, now: datetime) -> BodyAct:
    return act_operations.propose_pledge(actor(cast.officer), question, now=now)


def sign(member_id: int, act: BodyAct, now: datetime) -> BodyAct:
    return operations.sign(actor(member_id), act.id, act.document_hash, now)


def test_more_than_half_of_four_officers_are_three(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in cast.officers[:2]:
        sign(member_id, pledge, now)
    assert pledge.took_effect_at is None
    sign(cast.officers[2], pledge, now)
    assert pledge.took_effect_at == now


def test_the_proposer_has_not_signed_by_proposing(pledge: BodyAct) -> None:
    assert queries.signing_of(pledge).signed == frozenset()


def test_it_refuses_a_signature_from_outside_the_body(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for outsider in (cast.member, cast.tellers[0], cast.suspended):
        with pytest.raises(Refused, match="Only a member of this body"):
            sign(outsider, pledge, now)


def test_it_refuses_a_document_other_than_the_one_shown(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    with pytest.raises(Stale):
        operations.sign(actor(cast.officer), pledge.id, audit.sha256("another"), now)


def test_it_refuses_to_sign_twice(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    sign(cast.officer, pledge, now)
    with pytest.raises(Refused, match="signed this already"):
        sign(cast.officer, pledge, now)


def test_it_refuses_a_sign_in_that_is_not_fresh(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    with pytest.raises(Refused, match="once more"):
        operations.sign(replace(actor(cast.officer), fresh=False), pledge.id, pledge.document_hash, now)


def test_it_refuses_an_act_that_does_not_exist(cast: Cast, question: Question, now: datetime) -> None:
    with pytest.raises(Missing):
        operations.sign(actor(cast.officer), 999, "", now)


def test_it_refuses_a_signature_after_the_act_took_effect(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in cast.officers[:3]:
        sign(member_id, pledge, now)
    with pytest.raises(Refused, match="already taken effect"):
        sign(cast.officers[3], pledge, now)


def test_it_refuses_a_proposal_from_outside_the_body(cast: Cast, question: Question, now: datetime) -> None:
    with pytest.raises(Refused, match="put an act before it"):
        operations.propose(actor(cast.member), question.id, "council", "pledge", "text", {}, now)


def propose_ruling(cast: Cast, question: Question, now: datetime, *, by: int, barred: int) -> BodyAct:
    teller = holding(actor(by), "teller", question.id)
    return operations.propose(
        teller, question.id, "tellers", "rule_challenge", "Upheld.", {}, now, about="challenge:1", barred=[barred]
    )


def test_nobody_signs_or_puts_forward_anything_in_their_own_matter(
    cast: Cast, question: Question, now: datetime
) -> None:
    act = propose_ruling(cast, question, now, by=cast.tellers[1], barred=cast.tellers[0])
    with pytest.raises(Refused, match="own act"):
        sign(cast.tellers[0], act, now)
    with pytest.raises(Refused, match="own act"):
        propose_ruling(cast, question, now, by=cast.tellers[0], barred=cast.tellers[0])


def test_of_those_who_may_rule_more_than_half_decide(
    cast: Cast, question: Question, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    effects: list[int] = []
    monkeypatch.setattr(registry, "effect_of", lambda _: lambda act, _: effects.append(act.id))
    db.session.get_one(Member, cast.tellers[2]).left_at = now
    db.session.flush()
    act = propose_ruling(cast, question, now, by=cast.tellers[1], barred=cast.tellers[0])
    sign(cast.tellers[1], act, now)
    assert effects == [act.id]


def test_a_proposer_s_new_text_drops_their_earlier_one(cast: Cast, question: Question, now: datetime) -> None:
    first = operations.propose(actor(cast.officer), question.id, "council", "call", "One", {}, now)
    second = operations.propose(actor(cast.officer), question.id, "council", "call", "Two", {}, now)
    assert first.dropped_at == now
    assert queries.pending(question.id) == [second]
    with pytest.raises(Refused, match="another took its place"):
        sign(cast.officer, first, now)


def proposed(cast: Cast, question: Question, by: int, text: str, now: datetime) -> BodyAct:
    teller = actor(cast.tellers[by])
    return operations.propose(teller, question.id, "tellers", "rule_challenge", text, {}, now, about="challenge:1")


@pytest.fixture
def no_effect(ground: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts here are about no real challenge: what they would do is left out, how they come to do it is not."""
    monkeypatch.setitem(registry._effects, "rule_challenge", lambda _act, _now: None)


@pytest.mark.usefixtures("no_effect")
def test_a_rival_text_leaves_the_first_standing_until_one_takes_effect(
    cast: Cast, question: Question, now: datetime
) -> None:
    upheld = proposed(cast, question, 0, "Upheld.", now)
    sign(cast.tellers[0], upheld, now)
    dismissed = proposed(cast, question, 2, "Dismissed.", now)
    assert upheld.dropped_at is None
    assert queries.rivals_of(dismissed) == [upheld]
    sign(cast.tellers[2], dismissed, now)
    sign(cast.tellers[1], upheld, now)
    assert upheld.took_effect_at == now
    assert dismissed.dropped_at == now
    assert queries.pending(question.id) == []


@pytest.mark.usefixtures("no_effect")
def test_an_act_on_another_subject_stays_when_one_takes_effect(cast: Cast, question: Question, now: datetime) -> None:
    one = proposed(cast, question, 0, "Upheld.", now)
    other = operations.propose(
        actor(cast.tellers[1]), question.id, "tellers", "rule_challenge", "Upheld.", {}, now, about="challenge:2"
    )
    for member_id in cast.tellers[:2]:
        sign(member_id, one, now)
    assert queries.pending(question.id) == [other]


def test_only_the_proposer_withdraws_a_text(cast: Cast, question: Question, now: datetime) -> None:
    upheld = proposed(cast, question, 0, "Upheld.", now)
    with pytest.raises(Refused, match="put this text forward"):
        operations.withdraw(actor(cast.tellers[1]), upheld.id, now)
    operations.withdraw(actor(cast.tellers[0]), upheld.id, now)
    assert upheld.dropped_at == now
    with pytest.raises(Refused, match="was withdrawn"):
        sign(cast.tellers[1], upheld, now)


def test_what_took_effect_is_not_withdrawn(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in cast.officers[:3]:
        sign(member_id, pledge, now)
    with pytest.raises(Refused, match="already taken effect"):
        operations.withdraw(actor(cast.officer), pledge.id, now)


def test_proposing_the_same_document_keeps_its_signatures(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    sign(cast.officer, pledge, now)
    again = operations.propose(
        actor(cast.officers[1]), pledge.question_id, "council", "pledge", pledge.document, {}, now
    )
    assert again.id == pledge.id
    assert queries.signing_of(again).signed == {cast.officer}


def test_acts_of_one_kind_about_different_things_stand_side_by_side(
    cast: Cast, question: Question, now: datetime
) -> None:
    for about in ("challenge:1", "challenge:2"):
        teller = actor(cast.tellers[0])
        operations.propose(teller, question.id, "tellers", "rule_challenge", about, {}, now, about=about)
    assert len(queries.pending(question.id)) == 2


def test_an_officer_who_joins_raises_the_number_that_is_needed(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in (cast.member, cast.seconder):
        db.session.get_one(Member, member_id).office = "officer"
    for member_id in cast.officers[:3]:
        sign(member_id, pledge, now)
    assert pledge.took_effect_at is None
    sign(cast.officers[3], pledge, now)
    assert pledge.took_effect_at == now


def test_the_signature_of_one_who_left_the_body_no_longer_counts(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    sign(cast.officers[0], pledge, now)
    sign(cast.officers[1], pledge, now)
    db.session.get_one(Member, cast.officers[0]).left_at = now
    db.session.flush()
    assert not queries.signing_of(pledge).takes_effect
    sign(cast.officers[2], pledge, now)
    assert pledge.took_effect_at == now


def test_the_clock_settles_an_act_when_its_body_becomes_smaller(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in cast.officers[:2]:
        sign(member_id, pledge, now)
    assert operations.settle_pending(now) == 0
    db.session.get_one(Member, cast.officers[3]).office = ""
    assert operations.settle_pending(now) == 1
    assert pledge.took_effect_at == now


@pytest.mark.usefixtures("no_effect")
def test_of_two_rivals_that_a_smaller_body_would_settle_only_the_first_takes_effect(
    cast: Cast, question: Question, now: datetime
) -> None:
    upheld, dismissed = (proposed(cast, question, place, f"Text {place}.", now) for place in (0, 1))
    for each in (upheld, dismissed):
        sign(cast.tellers[0], each, now)
    for gone in cast.tellers[1:]:
        db.session.get_one(Member, gone).left_at = now
    db.session.flush()
    assert operations.settle_pending(now) == 1
    assert upheld.took_effect_at == now
    assert dismissed.dropped_at == now
    assert dismissed.took_effect_at is None


def test_the_clock_leaves_an_act_pending_whose_effect_is_refused(
    cast: Cast, question: Question, pledge: BodyAct, now: datetime
) -> None:
    for member_id in cast.officers[:2]:
        sign(member_id, pledge, now)
    question.title = "Another question"
    db.session.get_one(Member, cast.officers[3]).office = ""
    db.session.flush()
    assert operations.settle_pending(now) == 0
    db.session.refresh(pledge)
    assert pledge.took_effect_at is None


def test_a_refused_effect_refuses_the_last_signature(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_question(cast, state="pledged", now=now)
    charge = act_operations.propose_charge(actor(cast.officer), question, now=now)
    for member_id in cast.officers[:2]:
        sign(member_id, charge, now)
    db.session.get_one(Member, cast.tellers[0]).office = "officer"
    with pytest.raises(Obstructed) as refusal, db.session.begin_nested():
        sign(cast.officers[2], charge, now)
    assert "officer_in_committee" in {each.code for each in refusal.value.obstacles}
    assert db.session.query(Signature).filter_by(body_act_id=charge.id).count() == 2


def test_every_signature_and_the_effect_are_in_the_audit_log(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    for member_id in cast.officers[:3]:
        sign(member_id, pledge, now)
    verbs = list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))
    assert verbs.count("sign_act") == 3
    assert verbs.count("complete_act") == 1
    assert audit.check(audit.export(with_bodies=True)) == []


def test_everyone_of_the_body_is_told_by_mail(cast: Cast, pledge: BodyAct) -> None:
    told = set(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "act_to_sign")))
    assert told == {f"m20{number:02d}@example.org" for number in range(1, 5)}


def test_the_list_of_what_waits_is_for_those_who_may_sign(cast: Cast, pledge: BodyAct, now: datetime) -> None:
    assert queries.to_sign(actor(cast.officer)) == [pledge]
    assert queries.to_sign(actor(cast.host)) == []
    sign(cast.officer, pledge, now)
    assert queries.to_sign(actor(cast.officer)) == []


def test_a_pending_act_is_shown_to_those_who_lead_and_in_effect_to_every_member(
    cast: Cast, pledge: BodyAct, now: datetime
) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", pledge.question_id)
    assert queries.find_act(teller, pledge.id) == pledge
    with pytest.raises(Missing):
        queries.find_act(actor(cast.member), pledge.id)
    for member_id in cast.officers[:3]:
        sign(member_id, pledge, now)
    assert queries.find_act(actor(cast.member), pledge.id) == pledge


def test_every_title_is_a_sentence_for_people(ground: Flask) -> None:
    assert all(title[0].isupper() and "_" not in title for title in TITLES.values())


def test_of_two_rivals_completed_at_once_the_second_is_told_that_another_took_its_place(
    app: Flask, cast: Cast, now: datetime
) -> None:
    """Another process completes the older text and drops this one, while this one is being signed."""
    with app.test_request_context():
        with transaction(write=True):
            question = make_question(cast, state="published", now=now)
            older, newer = (
                operations.propose(actor(officer), question.id, "council", "pledge", f"We pledge, {officer}.", {}, now)
                for officer in cast.officers[:2]
            )
            for officer in cast.officers[:2]:
                sign(officer, newer, now)
            first, second, digest = older.id, newer.id, newer.document_hash
        with db.engine.connect() as elsewhere:
            elsewhere.execute(db.update(BodyAct).where(BodyAct.id == first).values(took_effect_at=now))

            def complete() -> None:
                elsewhere.execute(db.update(BodyAct).where(BodyAct.id == second).values(dropped_at=now))
                elsewhere.commit()

            other = Timer(0.3, complete)
            other.start()
            with pytest.raises(Refused, match="another took its place"), transaction(write=True):
                operations.sign(actor(cast.officers[2]), second, digest, now)
            other.join()
