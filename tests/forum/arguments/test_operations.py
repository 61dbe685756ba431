"""Arguments: moved, seconded, worded, withdrawn; every refusal."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments import operations
from forum.arguments.forms import NewArgument, NewWording
from forum.arguments.models import Argument, ArgumentRevision, OriginConsent
from forum.arguments.rules import Side
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Missing, Refused, Stale
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from forum.roll.models import Member
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.people import Cast, actor, holding


def new(question: Question, hall_id: int | None, **changes: object) -> NewArgument:
    values = {"option_id": question.options[0].id, "side": Side.FOR, "claim": "Notice.", "grounds": "None is given."}
    return NewArgument(**{**values, "hall_id": hall_id, **changes})  # type: ignore[arg-type]


def test_numbers_count_up_and_are_never_given_twice(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    first, second = make_argument(question, cast.member), make_argument(question, cast.elsewhere)
    operations.withdraw_argument(actor(cast.elsewhere), second.id, now=now)
    third = make_argument(question, cast.member)
    assert [each.label for each in (first, second, third)] == ["A-01", "A-02", "A-03"]
    assert question.argument_count == 3


def test_a_form_sent_twice_is_one_argument(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    sent = new(question, make_hall(question, cast.local).id, client_key="k")
    one = operations.move_argument(actor(cast.member), question.id, sent, now=now)
    assert operations.move_argument(actor(cast.member), question.id, sent, now=now).id == one.id
    assert question.argument_count == 1


def test_grounds_are_rendered_when_written(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    sent = new(question, make_hall(question, None).id, grounds="**Nine** weeks <script>x</script>")
    argument = operations.move_argument(actor(cast.member), question.id, sent, now=now)
    html = argument.revisions[0].grounds_html
    assert html == "<p><strong>Nine</strong> weeks &lt;script&gt;x&lt;/script&gt;</p>"


@pytest.mark.parametrize(
    ("person", "place"), [("elsewhere", "local"), ("suspended", "local"), ("suspended", None), ("other_host", "local")]
)
def test_members_move_in_their_own_local_and_the_national_hall(
    cast: Cast, ground: Flask, now: datetime, person: str, place: str | None
) -> None:
    question = make_debate(cast)
    hall = make_hall(question, cast.local if place else None)
    with pytest.raises(Refused):
        operations.move_argument(actor(getattr(cast, person)), question.id, new(question, hall.id), now=now)
    assert question.argument_count == 0


@pytest.mark.parametrize("role", ["teller", "observer"])
def test_tellers_and_observers_take_no_part(cast: Cast, ground: Flask, now: datetime, role: str) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.seconder)
    barred = holding(actor(cast.member), role, question.id)
    hall = make_hall(question, cast.local)
    with pytest.raises(Refused):
        operations.move_argument(barred, question.id, new(question, hall.id), now=now)
    with pytest.raises(Refused):
        operations.second_argument(barred, argument.id, now=now)


@pytest.mark.parametrize("state", ["drafted", "charged", "closed", "withdrawn"])
def test_nothing_moves_outside_the_debate(cast: Cast, ground: Flask, now: datetime, state: str) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member)
    question.state = state
    with pytest.raises(Refused):
        make_argument(question, cast.member)
    with pytest.raises(Refused):
        operations.second_argument(actor(cast.seconder), argument.id, now=now)
    with pytest.raises(Refused):
        operations.withdraw_argument(actor(cast.member), argument.id, now=now)


def test_an_option_of_another_question_is_refused(cast: Cast, ground: Flask, now: datetime) -> None:
    question, other = make_debate(cast), make_debate(cast)
    hall = make_hall(question, cast.local)
    foreign = new(question, hall.id, option_id=other.options[0].id)
    with pytest.raises(Invalid) as refusal:
        operations.move_argument(actor(cast.member), question.id, foreign, now=now)
    assert refusal.value.problems[0].field == "option"
    with pytest.raises(Invalid) as refusal:
        operations.move_argument(
            actor(cast.member), question.id, new(question, make_hall(other, cast.local).id), now=now
        )
    assert refusal.value.problems[0].field == "hall"


def test_an_answer_goes_to_where_the_argument_was_merged(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    target, merged = make_argument(question, cast.member), make_argument(question, cast.member)
    merged.merged_into_id = target.id
    answer = operations.move_argument(actor(cast.seconder), question.id, new(question, hall.id, answers=2), now=now)
    assert answer.answers_id == target.id
    with pytest.raises(Invalid):
        operations.move_argument(actor(cast.seconder), question.id, new(question, hall.id, answers=9), now=now)


def test_another_seconds_and_only_once(cast: Cast, ground: Flask, now: datetime) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    with pytest.raises(Refused):
        operations.second_argument(actor(cast.member), argument.id, now=now)
    operations.second_argument(actor(cast.elsewhere), argument.id, now=now)
    assert (argument.seconder_id, argument.seconded_at) == (cast.elsewhere, now)
    with pytest.raises(Refused):
        operations.second_argument(actor(cast.seconder), argument.id, now=now)
    with pytest.raises(Missing):
        operations.second_argument(actor(cast.seconder), 999, now=now)


def test_a_seconded_claim_is_fixed_and_its_grounds_are_not(cast: Cast, ground: Flask, now: datetime) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    mover = actor(cast.member)
    operations.word_argument(mover, argument.id, NewWording("Ten weeks.", "Counted again.", "", 1), now=now)
    assert argument.claim == "Ten weeks."
    operations.second_argument(actor(cast.seconder), argument.id, now=now)
    with pytest.raises(Refused):
        operations.word_argument(mover, argument.id, NewWording("Eleven weeks.", "So.", "", 2), now=now)
    operations.word_argument(mover, argument.id, NewWording("", "Better grounds.", "Table 6", 2), now=now)
    query = db.select(ArgumentRevision.grounds_source).order_by(ArgumentRevision.number)
    assert db.session.scalars(query).all() == ["$5.1 million, $61 a head.", "Counted again.", "Better grounds."]
    assert (argument.claim, argument.revision) == ("Ten weeks.", 3)


def test_a_wording_over_another_window_is_stale(cast: Cast, ground: Flask, now: datetime) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    operations.word_argument(actor(cast.member), argument.id, NewWording("One.", "a", "", 1), now=now)
    with pytest.raises(Stale):
        operations.word_argument(actor(cast.member), argument.id, NewWording("Two.", "b", "", 1), now=now)


def test_only_the_mover_words_and_withdraws(cast: Cast, ground: Flask, now: datetime) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    for person in (cast.seconder, cast.host, cast.officer):
        with pytest.raises(Refused):
            operations.word_argument(actor(person), argument.id, NewWording("Mine.", "x", "", 1), now=now)
        with pytest.raises(Refused):
            operations.withdraw_argument(actor(person), argument.id, now=now)
    operations.withdraw_argument(actor(cast.member), argument.id, now=now)
    with pytest.raises(Refused):
        operations.second_argument(actor(cast.seconder), argument.id, now=now)
    with pytest.raises(Refused):
        operations.withdraw_argument(actor(cast.member), argument.id, now=now)


def test_own_words_name_their_mover_at_once(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, cast.local), cast.member)
    argument = make_argument(question, cast.member, origin=f"post:{post.id}")
    assert (argument.post_id, argument.hall_id, argument.origin_member_id) == (post.id, post.hall_id, cast.member)
    assert db.session.query(OriginConsent).count() == 0


def test_another_s_words_name_nobody_before_that_member_agrees(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, cast.local), cast.member)
    argument = make_argument(question, cast.seconder, origin=f"post:{post.id}")
    consent = db.session.scalars(db.select(OriginConsent)).one()
    assert (argument.origin_member_id, consent.member_id) == (None, cast.member)
    mail = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "origin_asked")).one()
    assert mail.address == "m1001@example.org"
    with pytest.raises(Missing):
        operations.answer_consent(actor(cast.seconder), consent.id, True, now=now)
    operations.answer_consent(actor(cast.member), consent.id, False, now=now)
    assert argument.origin_member_id is None
    operations.answer_consent(actor(cast.member), consent.id, True, now=now + timedelta(days=1))
    assert argument.origin_member_id == cast.member


def test_who_has_left_the_union_gets_no_mail_about_old_words(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, cast.local), cast.seconder, "No notice is given.")
    db.session.get_one(Member, cast.seconder).left_at = now
    operations.move_argument(actor(cast.member), question.id, new(question, None, origin=f"post:{post.id}"), now=now)
    assert list(db.session.scalars(db.select(Outgoing).where(Outgoing.name == "origin_asked"))) == []


def test_words_of_another_local_s_hall_are_not_moved_from_here(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, cast.other_local), cast.elsewhere)
    with pytest.raises(Refused):
        make_argument(question, cast.member, origin=f"post:{post.id}")


def test_hidden_words_are_not_moved(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, cast.local), cast.member)
    post.hidden_at = now
    with pytest.raises(Missing):
        make_argument(question, cast.seconder, origin=f"post:{post.id}")


def test_a_message_is_looked_up_where_messages_are_kept(
    cast: Cast, ground: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    asked: list[tuple[str, int]] = []

    def told(kind: str, number: int) -> None:
        asked.append((kind, number))

    monkeypatch.setitem(slots._filled, "argument.origin", [told])
    with pytest.raises(Missing):
        operations.move_argument(actor(cast.member), question.id, new(question, hall.id, origin="message:7"), now=now)
    assert asked == [("message", 7)]


def test_officers_are_marked_on_the_record(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    assert make_argument(question, cast.officer).office == "officer"
    assert make_argument(question, cast.member).office == ""
    assert db.session.query(Argument).count() == 2
