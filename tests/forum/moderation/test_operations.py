"""Hiding on a closed list of grounds, appeals, rulings and reports."""

from datetime import datetime

import pytest
from flask import Flask

from forum.bodies import operations as bodies
from forum.halls.models import Post
from forum.kernel import audit
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused
from forum.kernel.mail import Outgoing
from forum.moderation import appeal_operations, operations, queries, report_operations, report_queries
from forum.moderation.forms import Cause, NewRuling
from forum.moderation.models import Hiding, Report
from forum.moderation.rules import Ground, Ruling
from forum.questions.models import Question
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.people import Cast, actor, holding

CAUSE = Cause(Ground.PERSONAL_DATA, "It names somebody’s illness.")


def teller(cast: Cast, question: Question, place: int = 0) -> Actor:
    return holding(actor(cast.tellers[place]), "teller", question.id)


@pytest.fixture
def post(cast: Cast, ground: Flask) -> Post:
    return make_post(make_hall(make_debate(cast), cast.local), cast.member, "He has the sickness.")


def test_a_host_hides_a_post_and_everything_about_it_is_logged(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    assert post.hidden_at == now
    assert post.source == "He has the sickness."
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "hide_words")).one()
    assert (entry.office, entry.subject, entry.facts["ground"]) == ("host", f"post:{post.id}", "personal_data")
    assert entry.facts["content_hash"] == hiding.content_hash == audit.sha256(f"{hiding.salt}\n{post.source}")
    assert "sickness" not in entry.body


def test_the_author_is_told_with_salt_words_and_the_way_to_appeal(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    mail = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "words_hidden")).one()
    assert mail.address == "m1001@example.org"
    for part in (hiding.salt, hiding.content_hash, post.source, f"/moderation/hidings/{hiding.id}", CAUSE.reason):
        assert part in mail.text


@pytest.mark.parametrize("person", ["member", "other_host", "officer", "seconder", "suspended"])
def test_nobody_but_the_hall_s_host_hides(cast: Cast, post: Post, now: datetime, person: str) -> None:
    with pytest.raises(Refused):
        operations.hide_words(actor(getattr(cast, person)), "post", post.id, CAUSE, now=now)
    assert post.hidden_at is None


def test_a_teller_hides_in_the_national_hall_only(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    here, national = make_hall(question, cast.local), make_hall(question, None)
    local_post, national_post = make_post(here, cast.member), make_post(national, cast.member)
    with pytest.raises(Refused):
        operations.hide_words(teller(cast, question), "post", local_post.id, CAUSE, now=now)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", national_post.id, CAUSE, now=now)
    assert (
        operations.hide_words(teller(cast, question), "post", national_post.id, CAUSE, now=now).ground
        == "personal_data"
    )


def test_a_host_does_not_hide_own_words(cast: Cast, ground: Flask, now: datetime) -> None:
    post = make_post(make_hall(make_debate(cast), cast.local), cast.host)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)


def test_nothing_is_hidden_twice(cast: Cast, post: Post, now: datetime) -> None:
    operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    assert db.session.query(Hiding).count() == 1


@pytest.mark.parametrize(("kind", "subject"), [("post", 999), ("message", 1), ("argument", 5), ("thought", 1)])
def test_what_does_not_exist_is_not_hidden(cast: Cast, post: Post, now: datetime, kind: str, subject: int) -> None:
    with pytest.raises(Missing):
        operations.hide_words(actor(cast.host), kind, subject, CAUSE, now=now)


def appealed(cast: Cast, post: Post, now: datetime) -> Hiding:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    appeal_operations.appeal_measure(actor(cast.member), hiding, "He said it himself, in this hall.", now=now)
    return hiding


def test_the_author_appeals_once_and_the_tellers_are_told(cast: Cast, post: Post, now: datetime) -> None:
    hiding = appealed(cast, post, now)
    told = {each.address for each in db.session.scalars(db.select(Outgoing).where(Outgoing.name == "appeal_to_rule"))}
    assert told == {"m3001@example.org", "m3002@example.org", "m3003@example.org"}
    with pytest.raises(Refused):
        appeal_operations.appeal_measure(actor(cast.member), hiding, "And again.", now=now)


def test_nobody_appeals_for_another(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    with pytest.raises(Refused):
        appeal_operations.appeal_measure(actor(cast.seconder), hiding, "Let it stand.", now=now)


@pytest.mark.parametrize(("ruling", "stands"), [(Ruling.RESTORED, True), (Ruling.UPHELD, False)])
def test_more_than_half_of_the_tellers_rule(
    cast: Cast, post: Post, now: datetime, ruling: Ruling, stands: bool
) -> None:
    hiding = appealed(cast, post, now)
    question = db.session.get_one(Question, hiding.question_id)
    act = appeal_operations.propose_ruling(teller(cast, question), hiding, NewRuling(ruling, "We read it."), now=now)
    bodies.sign(teller(cast, question, 0), act.id, act.document_hash, now)
    assert hiding.ruling == ""
    bodies.sign(teller(cast, question, 1), act.id, act.document_hash, now)
    assert (hiding.ruling, hiding.ruling_reason, hiding.ruled_at) == (ruling.value, "We read it.", now)
    assert (post.hidden_at is None) is stands
    told = {each.address for each in db.session.scalars(db.select(Outgoing).where(Outgoing.name == "appeal_ruled"))}
    assert told == {"m1001@example.org", "m1003@example.org"}
    with pytest.raises(Refused):
        operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)


def test_there_is_no_ruling_without_an_appeal(cast: Cast, post: Post, now: datetime) -> None:
    hiding = operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    question = db.session.get_one(Question, hiding.question_id)
    with pytest.raises(Refused):
        appeal_operations.propose_ruling(teller(cast, question), hiding, NewRuling(Ruling.RESTORED, "Hm."), now=now)


def test_only_tellers_rule(cast: Cast, post: Post, now: datetime) -> None:
    hiding = appealed(cast, post, now)
    for person in (cast.host, cast.officer, cast.member, cast.observer):
        with pytest.raises(Refused):
            appeal_operations.propose_ruling(actor(person), hiding, NewRuling(Ruling.UPHELD, "So."), now=now)


def test_a_teller_does_not_rule_on_an_own_act(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    post = make_post(make_hall(question, None), cast.member)
    hiding = operations.hide_words(teller(cast, question, 0), "post", post.id, CAUSE, now=now)
    appeal_operations.appeal_measure(actor(cast.member), hiding, "Why?", now=now)
    with pytest.raises(Refused):
        appeal_operations.propose_ruling(teller(cast, question, 0), hiding, NewRuling(Ruling.UPHELD, "So."), now=now)
    act = appeal_operations.propose_ruling(teller(cast, question, 1), hiding, NewRuling(Ruling.UPHELD, "So."), now=now)
    with pytest.raises(Refused):
        bodies.sign(teller(cast, question, 0), act.id, act.document_hash, now)


def test_a_hidden_argument_comes_back_when_the_tellers_say_so(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.seconder)
    hiding = operations.hide_words(actor(cast.host), "argument", argument.id, CAUSE, now=now)
    assert argument.hidden_at == now
    appeal_operations.appeal_measure(actor(cast.member), hiding, "It is a claim.", now=now)
    assert [each.id for each in queries.appeals_for(teller(cast, question))] == [hiding.id]
    assert queries.appeals_for(actor(cast.host)) == []
    new = NewRuling(Ruling.RESTORED, "It is a claim.")
    act = appeal_operations.propose_ruling(teller(cast, question), hiding, new, now=now)
    for place in (0, 1):
        bodies.sign(teller(cast, question, place), act.id, act.document_hash, now)
    assert argument.hidden_at is None
    assert queries.appeals_for(teller(cast, question)) == []


def test_a_report_goes_to_the_host_once_and_is_dismissed_by_the_host(cast: Cast, post: Post, now: datetime) -> None:
    report = report_operations.report_words(actor(cast.elsewhere), "post", post.id, Cause(Ground.SPAM, ""), now=now)
    assert report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now).id == report.id
    assert [each.report_id for each in report_queries.open_reports(actor(cast.host))] == [report.id]
    assert report_queries.open_reports(actor(cast.other_host)) == []
    with pytest.raises(Refused):
        report_operations.dismiss_reports(actor(cast.other_host), report.id, "So.", now=now)
    assert report_operations.dismiss_reports(actor(cast.host), report.id, "It is a view.", now=now).closed_at == now
    assert report_queries.open_reports(actor(cast.host)) == []


def test_hiding_closes_the_reports(cast: Cast, post: Post, now: datetime) -> None:
    report_operations.report_words(actor(cast.elsewhere), "post", post.id, CAUSE, now=now)
    operations.hide_words(actor(cast.host), "post", post.id, CAUSE, now=now)
    assert db.session.scalars(db.select(Report)).one().closed_at == now
    with pytest.raises(Refused):
        report_operations.report_words(actor(cast.retired), "post", post.id, CAUSE, now=now)
