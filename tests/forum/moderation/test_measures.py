"""Lifting, stopping and slowing; who may judge which words; what reporters and everybody else learn of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments import operations as arguments
from forum.arguments import reading_operations as readings
from forum.arguments.forms import NewArgument
from forum.arguments.rules import Answer, Side
from forum.bodies import operations as bodies
from forum.halls import post_operations as posts
from forum.halls.forms import EditedPost, NewPost
from forum.halls.models import Post
from forum.kernel import audit
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.doors import VISITOR, Actor
from forum.kernel.errors import Refused, TooMany
from forum.kernel.mail import Outgoing
from forum.moderation import (
    appeal_operations,
    count_queries,
    operations,
    queries,
    report_operations,
    report_queries,
    restraint_operations,
)
from forum.moderation.forms import Cause, NewRuling, NewSlowing, NewStop
from forum.moderation.models import Report
from forum.moderation.rules import Ground, Outcome, Ruling
from forum.questions.models import Question
from forum.roll.models import Local, Member
from forum.sittings import chat_operations, floor_operations, floor_queries
from forum.sittings import queries as sittings
from forum.sittings.forms import NewMessage, Request
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.build_sittings import make_sitting
from tests.people import Cast, actor, holding, make_member

CAUSE = Cause(Ground.SPAM, "The same, ten times.")
STOP = NewStop(24, CAUSE)


@pytest.fixture
def question(cast: Cast, ground: Flask) -> Question:
    return make_debate(cast)


@pytest.fixture
def post(cast: Cast, question: Question) -> Post:
    return make_post(make_hall(question, cast.local), cast.member, "Buy my boots.")


def teller(cast: Cast, question: Question, place: int = 0) -> Actor:
    return holding(actor(cast.tellers[place]), "teller", question.id)


def mails(name: str) -> list[Outgoing]:
    return list(db.session.scalars(db.select(Outgoing).where(Outgoing.name == name).order_by(Outgoing.id)))


def last_act() -> AuditEntry:
    return db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.height.desc())).first()  # type: ignore[return-value]


# ---------- lifting ----------


def test_the_host_shows_words_again_and_the_author_is_told_why(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    for other in (cast.member, cast.other_host, cast.officer):
        with pytest.raises(Refused):
            operations.unhide_words(actor(other), hiding.id, "So.", now=now)
    operations.unhide_words(actor(cast.host), hiding.id, "I had misread it.", now=now)
    assert (post.hidden_at, hiding.lifted_at, hiding.lifted_by_id) == (None, now, cast.host)
    assert queries.reasons("post", [post.id]) == []
    entry = last_act()
    assert (entry.act, entry.office, entry.facts["ground"]) == ("unhide_words", "host", "spam")
    assert "I had misread it." in mails("measure_lifted")[0].text
    with pytest.raises(Refused):
        operations.unhide_words(actor(cast.host), hiding.id, "Again.", now=now)
    assert operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now).id != hiding.id


def test_what_was_lifted_is_no_longer_ruled_on_and_what_was_ruled_is_not_lifted(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    appeal_operations.appeal_measure(actor(cast.member), hiding, "They are good boots.", now=now)
    upheld = NewRuling(Ruling.UPHELD, "They are for sale.")
    act = appeal_operations.propose_ruling(teller(cast, question), hiding, upheld, now=now)
    operations.unhide_words(actor(cast.host), hiding.id, "Let it be.", now=now)
    assert act.dropped_at == now
    assert queries.appeals_for(teller(cast, question)) == []
    again = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    appeal_operations.appeal_measure(actor(cast.member), again, "They are good boots.", now=now)
    act = appeal_operations.propose_ruling(teller(cast, question), again, upheld, now=now)
    for place in (0, 1):
        bodies.sign(teller(cast, question, place), act.id, act.document_hash, now)
    with pytest.raises(Refused):
        operations.unhide_words(actor(cast.host), again.id, "After all.", now=now)
    assert post.hidden_at == now


# ---------- whose words are whose to judge ----------


def test_no_host_judges_an_answer_to_the_own_post(cast: Cast, question: Question, now: datetime) -> None:
    hall = make_hall(question, cast.local)
    own = make_post(hall, cast.host, "We vote on Friday.")
    reply = posts.publish_post(actor(cast.member), hall.id, NewPost("Never.", reply_to=own.number), now=now)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", reply.id, CAUSE, now=now)
    with pytest.raises(Refused):
        restraint_operations.stop_member(actor(cast.host), "post", reply.id, STOP, now=now)


@pytest.mark.parametrize(
    "words", ["@Idris Bell is wrong.", "idris bell, No. 1:\n\n> We vote on Friday.", "> We vote on Friday.\n\nNever."]
)
def test_no_host_judges_words_that_name_or_quote_the_host(
    words: str, cast: Cast, question: Question, now: datetime
) -> None:
    hall = make_hall(question, cast.local)
    make_post(hall, cast.host, "We vote on Friday.")
    post = make_post(hall, cast.member, words)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    assert post.hidden_at is None


def test_no_host_judges_an_argument_against_the_own_or_from_the_own_words(
    cast: Cast, question: Question, now: datetime
) -> None:
    own = make_argument(question, cast.host)
    hall = make_hall(question, cast.local)
    said = make_post(hall, cast.host, "The fund lasts.")
    answering = NewArgument(question.options[1].id, Side.AGAINST, "It does not.", "", hall_id=hall.id)
    answer = arguments.move_argument(actor(cast.member), question.id, replace(answering, answers=own.number), now=now)
    taken = make_argument(question, cast.seconder, origin=f"post:{said.id}")
    for argument in (answer, taken):
        with pytest.raises(Refused):
            operations.hide_words(actor(cast.host), "argument", argument.id, CAUSE, now=now)


def test_no_host_judges_a_line_that_answers_the_own_line(cast: Cast, question: Question, now: datetime) -> None:
    sitting = make_sitting(make_hall(question, cast.local).id, now=now, opened_by=cast.host)
    first = chat_operations.say(actor(cast.host), sitting, NewMessage("Order!", "", None), now=now)
    second = chat_operations.say(actor(cast.member), sitting, NewMessage("Why?", "", first.number), now=now)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "message", second.id, CAUSE, now=now)


def test_the_tellers_stand_in_where_no_host_is_free_and_only_there(
    cast: Cast, question: Question, now: datetime
) -> None:
    hall = make_hall(question, cast.local)
    post = make_post(hall, cast.member, "Idris Bell lives in Dock Road 4.")
    report_operations.report_words(actor(cast.seconder), "post", post.id, CAUSE, now=now)
    assert report_queries.open_reports(actor(cast.host)) == []
    assert [each.words.subject_id for each in report_queries.open_reports(teller(cast, question))] == [post.id]
    assert [each.address[:5] for each in mails("words_reported")] == ["m3001", "m3002", "m3003"]
    hiding = operations.hide_words(teller(cast, question), "post", post.id, CAUSE, now=now)
    assert (hiding.office, last_act().office) == ("teller", "teller")
    other = make_member("1099", "Second Host", db.session.get_one(Local, cast.local), office="host")
    another = make_post(hall, cast.member, "Idris Bell again.")
    with pytest.raises(Refused):
        operations.hide_words(teller(cast, question), "post", another.id, CAUSE, now=now)
    assert operations.hide_words(actor(other), "post", another.id, CAUSE, now=now).office == "host"


def test_reports_to_a_host_who_left_wait_for_the_tellers(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    assert report_queries.open_reports(teller(cast, question)) == []
    db.session.get_one(Member, cast.host).left_at = now
    assert [each.words.subject_id for each in report_queries.open_reports(teller(cast, question))] == [post.id]


def test_a_report_reaches_the_tellers_when_its_only_host_is_drawn_into_the_words_later_and_comes_back(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    worded = EditedPost("Boots from @Idris Bell.", revision=1)
    posts.edit_post(actor(cast.member), post.hall_id, post.number, worded, now=now)
    assert report_queries.open_reports(actor(cast.host)) == []
    assert report_operations.pass_reports_on(0, 9, now=now) is None
    assert [each.words.subject_id for each in report_queries.open_reports(teller(cast, question))] == [post.id]
    written = len(mails("words_reported"))
    report_operations.pass_reports_on(0, 9, now=now)
    assert len(mails("words_reported")) == written == 1 + len(cast.tellers)
    other = make_member("1099", "Second Host", db.session.get_one(Local, cast.local), office="host")
    report_operations.pass_reports_on(0, 9, now=now)
    assert report_queries.open_reports(teller(cast, question)) == []
    assert [each.words.subject_id for each in report_queries.open_reports(actor(other))] == [post.id]


# ---------- stopped from writing ----------


def test_who_is_stopped_writes_nothing_there_for_a_day_and_all_else_goes_on(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    hall, member = make_hall(question, cast.local), actor(cast.member)
    argument = make_argument(question, cast.seconder)
    sitting = make_sitting(hall.id, now=now, opened_by=cast.host)
    own = make_argument(question, cast.member)
    restraint = restraint_operations.stop_member(actor(cast.host), "post", post.id, STOP, now=now)
    assert restraint.until == now + timedelta(days=1)
    move = NewArgument(question.options[0].id, Side.FOR, "Boots last.", "", hall_id=hall.id)
    later = now + timedelta(hours=23, minutes=59)
    for write in (
        lambda: posts.publish_post(member, hall.id, NewPost("More boots."), now=later),
        lambda: posts.edit_post(member, hall.id, post.number, EditedPost("Boots, boots.", revision=1), now=later),
        lambda: chat_operations.say(member, sitting, NewMessage("Boots!", "", None), now=later),
        lambda: arguments.move_argument(member, question.id, move, now=later),
    ):
        with pytest.raises(Refused):
            write()
    assert own.revision == 1
    assert posts.publish_post(member, make_hall(question, None).id, NewPost("In the national hall."), now=later).id
    assert floor_operations.ask_to_speak(member, sitting, Request(), now=later).member_id == cast.member
    assert arguments.second_argument(member, argument.id, now=later).seconder_id == cast.member
    assert readings.read_argument(actor(cast.retired), argument.id, Answer.AGREE, now=later)
    assert posts.publish_post(member, hall.id, NewPost("I am back."), now=now + timedelta(days=1)).id


def test_a_stop_is_logged_told_appealed_against_and_overturned(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    hall, member = make_hall(question, cast.local), actor(cast.member)
    report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    restraint = restraint_operations.stop_member(actor(cast.host), "post", post.id, STOP, now=now)
    entry = last_act()
    assert (entry.act, entry.facts["hours"], entry.facts["ground"], entry.facts["reason"]) == (
        "stop_member", 24, "spam", CAUSE.reason,
    )  # fmt: skip
    mail = mails("member_stopped")[0]
    assert "The hall: Local 88" in mail.text
    assert mail.address == "m1001@example.org"
    assert restraint.path in mail.text
    assert CAUSE.reason in mail.text
    assert db.session.scalars(db.select(Report)).one().outcome == Outcome.STOPPED
    with pytest.raises(Refused):
        restraint_operations.stop_member(actor(cast.host), "post", post.id, STOP, now=now)
    with pytest.raises(Refused):
        appeal_operations.appeal_measure(actor(cast.seconder), restraint, "For a friend.", now=now)
    appeal_operations.appeal_measure(member, restraint, "I sell none.", now=now)
    new = NewRuling(Ruling.RESTORED, "One post is no flood.")
    act = appeal_operations.propose_ruling(teller(cast, question), restraint, new, now=now)
    bodies.sign(teller(cast, question, 0), act.id, act.document_hash, now)
    with pytest.raises(Refused):
        posts.publish_post(member, hall.id, NewPost("Already?"), now=now)
    bodies.sign(teller(cast, question, 1), act.id, act.document_hash, now)
    assert posts.publish_post(member, hall.id, NewPost("Thank you."), now=now).id


def test_the_host_lets_a_stopped_member_write_before_the_time(cast: Cast, post: Post, now: datetime) -> None:
    restraint = restraint_operations.stop_member(actor(cast.host), "post", post.id, STOP, now=now)
    with pytest.raises(Refused):
        restraint_operations.end_restraint(actor(cast.member), restraint.id, "Me.", now=now)
    restraint_operations.end_restraint(actor(cast.host), restraint.id, "We have talked.", now=now)
    assert "We have talked." in mails("measure_lifted")[0].text
    assert posts.publish_post(actor(cast.member), post.hall_id, NewPost("Good."), now=now).id


# ---------- a slowed chat ----------


def test_slowing_a_chat_needs_a_ground_and_a_reason_that_the_room_reads_and_any_member_may_appeal(
    cast: Cast, question: Question, now: datetime
) -> None:
    sitting = make_sitting(make_hall(question, cast.local).id, now=now, opened_by=cast.host)
    slow = NewSlowing(30, Ground.SPAM, "Everybody says the same.")
    restraint_operations.slow_chat(actor(cast.host), sitting, slow, now=now)
    assert floor_queries.floor(sittings.room(sitting), now)["slow_why"] == ["spam", "Everybody says the same."]
    entry = last_act()
    assert (entry.act, entry.facts["ground"], entry.facts["seconds"]) == ("slow_chat", "spam", 30)
    restraint = queries.slowing_of(sitting)
    assert restraint is not None
    for nobody in (cast.host, cast.elsewhere, cast.suspended):
        with pytest.raises(Refused):
            appeal_operations.appeal_measure(actor(nobody), restraint, "Why?", now=now)
    appeal_operations.appeal_measure(actor(cast.member), restraint, "It is a lively room.", now=now)
    with pytest.raises(Refused):
        appeal_operations.appeal_measure(actor(cast.seconder), restraint, "Me too.", now=now)
    chat_operations.say(actor(cast.member), sitting, NewMessage("One", "", None), now=now)
    with pytest.raises(TooMany):
        chat_operations.say(actor(cast.member), sitting, NewMessage("Two", "", None), now=now)
    act = appeal_operations.propose_ruling(
        teller(cast, question), restraint, NewRuling(Ruling.RESTORED, "It is."), now=now
    )
    for place in (0, 1):
        bodies.sign(teller(cast, question, place), act.id, act.document_hash, now)
    assert chat_operations.say(actor(cast.member), sitting, NewMessage("Two", "", None), now=now).number


def test_another_speed_takes_the_place_of_the_first(cast: Cast, question: Question, now: datetime) -> None:
    sitting = make_sitting(make_hall(question, cast.local).id, now=now, opened_by=cast.host)
    for seconds in (30, 60):
        slow = NewSlowing(seconds, Ground.SPAM, f"{seconds} it is.")
        restraint_operations.slow_chat(actor(cast.host), sitting, slow, now=now)
    running = queries.running_for(actor(cast.host), now)
    assert [each.seconds for each in running] == [60]
    restraint_operations.slow_chat(actor(cast.host), sitting, NewSlowing(0, None, ""), now=now)
    assert queries.running_for(actor(cast.host), now) == []
    assert floor_queries.floor(sittings.room(sitting), now)["slow_why"] == ["", ""]


# ---------- reports ----------


def test_every_reporter_hears_the_ruling_and_the_author_hears_of_none(cast: Cast, post: Post, now: datetime) -> None:
    for who in (cast.elsewhere, cast.retired):
        report_operations.report_words(actor(who), "post", post.id, Cause(Ground.THREAT, "I am afraid."), now=now)
    assert [each.address for each in mails("words_reported")] == ["m1003@example.org"]
    (found,) = report_queries.open_reports(actor(cast.host))
    assert (found.count, found.grounds, found.said) == (2, [(Ground.THREAT, 2)], ["I am afraid.", "I am afraid."])
    report_operations.dismiss_reports(actor(cast.host), found.report_id, "It is a joke about boots.", now=now)
    told = mails("report_ruled")
    assert {each.address for each in told} == {"m1004@example.org", "m1007@example.org"}
    assert len(told) == 2
    assert all("It is a joke about boots." in each.text and "The words stand." in each.text for each in told)
    assert [report.outcome for report, _ in report_queries.own_reports(cast.elsewhere, 1)[0]] == ["stands"]
    with pytest.raises(Refused):
        report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    everything = "".join(each.text + each.html for each in mails("words_hidden"))
    assert "Priya Nand" not in everything
    assert "Rosa Alt" not in everything


def test_what_is_hidden_after_a_report_is_told_to_the_reporter(cast: Cast, post: Post, now: datetime) -> None:
    report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    (mail,) = mails("report_ruled")
    assert mail.address == "m1004@example.org"
    assert "The words were hidden." in mail.text
    for entry in db.session.scalars(db.select(AuditEntry)):
        assert db.session.get_one(Member, cast.elsewhere).public_id not in entry.body


def test_nobody_reports_own_words(cast: Cast, post: Post, now: datetime) -> None:
    with pytest.raises(Refused):
        report_operations.report_words(actor(cast.member), "post", post.id, CAUSE, now=now)


# ---------- counts ----------


def test_measures_are_counted_by_option_and_by_who_took_them_and_visitors_see_no_small_hall(
    cast: Cast, question: Question, post: Post, now: datetime
) -> None:
    argument = make_argument(question, cast.seconder, option=1)
    hall = make_hall(question, cast.local)
    source = make_post(hall, cast.seconder, "For the first option.")
    make_argument(question, cast.member, option=0, origin=f"post:{source.id}")
    for kind, subject in (("argument", argument.id), ("post", source.id), ("post", post.id)):
        operations.hide_words(actor(cast.host), kind, subject, CAUSE, now=now)
    restraint_operations.stop_member(actor(cast.host), "argument", argument.id, STOP, now=now)
    national = make_post(make_hall(question, None), cast.member, "There too.")
    hiding = operations.hide_words(teller(cast, question), "post", national.id, CAUSE, now=now)
    operations.unhide_words(teller(cast, question), hiding.id, "No.", now=now)
    counts = count_queries.counts(actor(cast.elsewhere), question)
    hidden = {letter: tally.counts["hide"] for letter, tally in counts.options}
    assert hidden == {"A": 1, "B": 1, "": 2}
    assert dict(counts.options)["B"].counts["mute"] == 1
    keepers = {(each.office, each.local, each.name): tally.counts for each, tally in counts.keepers}
    assert keepers["host", "88", "Idris Bell"]["hide"] == 3
    assert keepers["teller", "", "Teller 1"]["lifted"] == 1
    public = count_queries.counts(VISITOR, question)
    assert public.left_out
    assert [(each.office, each.local, each.name) for each, _ in public.keepers] == [("teller", "", "")]
    assert {letter: tally.counts["hide"] for letter, tally in public.options} == {"A": 0, "B": 0, "": 1}


def test_the_log_keeps_the_hash_of_hidden_words_and_not_their_salt(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    bodies_of_the_log = "".join(each.body for each in db.session.scalars(db.select(AuditEntry)))
    assert hiding.content_hash in bodies_of_the_log
    assert hiding.salt not in bodies_of_the_log
    assert audit.sha256(f"{hiding.salt}\nBuy my boots.") == hiding.content_hash
