"""The tellers hide what was said to members: on a ground of the closed list, with a public reason; the entry stays.
Whoever said it may appeal, and the observers rule."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.bodies import operations as bodies
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing, Refused
from forum.kernel.mailings import Mailing
from forum.moderation.forms import Cause, NewRuling
from forum.moderation.rules import Ground, Ruling
from forum.questions.models import Question
from forum.reach import queries
from forum.reach.forms import Words
from forum.reach.hiding_operations import appeal_hiding, hide_entry, propose_ruling
from forum.reach.hiding_queries import facts_of
from forum.reach.models import LedgerEntry
from forum.reach.notices import MAILING, mail_audience
from forum.reach.rules import Kind, why_not_rule
from tests.build_reach import favour, make_sides
from tests.people import Cast, actor, holding, sign_in

CAUSE = Cause(Ground.PERSONAL_DATA, "It gave a home address.")
BANNER = Words(source="He lives at 4 Mill Lane.")


def teller(cast: Cast, question: Question) -> Actor:
    return holding(actor(cast.tellers[0]), "teller", question.id)


def test_a_teller_takes_a_banner_down_and_the_log_says_why(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3)
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    assert queries.banners_up(question.id, now) == []
    assert queries.sums(question.id)[Kind.BANNER, entry.option_id].count == 1
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "hide_words")).one()
    assert (logged.office, logged.facts["ground"], logged.facts["reason"]) == ("teller", "personal_data", CAUSE.reason)
    assert favour(cast, question, Kind.BANNER, words=Words(source="Better."), days=1).id


def test_a_hidden_mail_goes_to_nobody_any_more(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question)
    mailing = db.session.scalars(
        db.select(Mailing).where(Mailing.kind == MAILING, Mailing.subject_id == entry.id)
    ).one()
    mailing.after = mail_audience(mailing, 2) or 0
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    assert mail_audience(mailing, 2) is None


@pytest.mark.parametrize("person", ["member", "host", "officer", "observer"])
def test_nobody_else_hides_it(cast: Cast, ground: Flask, now: datetime, person: str) -> None:
    question, other = make_sides(cast), make_sides(cast)
    entry = favour(cast, question, Kind.BANNER, words=BANNER)
    for who in (actor(getattr(cast, person)), holding(actor(cast.tellers[0]), "teller", other.id)):
        with pytest.raises(Refused):
            hide_entry(who, question.id, entry.id, CAUSE, now=now)
    with pytest.raises(Missing):
        hide_entry(teller(cast, other), other.id, entry.id, CAUSE, now=now)


def test_what_stands_elsewhere_is_hidden_there_and_nothing_twice(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    who = teller(cast, question)
    entry = favour(cast, question)
    hide_entry(who, question.id, entry.id, CAUSE, now=now)
    with pytest.raises(Refused):
        hide_entry(who, question.id, entry.id, CAUSE, now=now)
    entry.kind, entry.hidden_at = "floor", None
    with pytest.raises(Refused):
        hide_entry(who, question.id, entry.id, CAUSE, now=now)


def test_the_balance_tells_the_ground_and_not_the_words(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_sides(cast)
        entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3, now=clock.now())
        address, number = f"/q/{question.number}/reach/entries/{entry.id}/hide", question.number
    browser = sign_in(app, cast.tellers[0])
    assert browser.post(address, data={"ground": "a view", "reason": "I do not like it"}).status_code == 422
    sent = {"ground": "personal_data", "reason": "A home address."}
    assert browser.post(address, data=sent).status_code == 302
    words = app.test_client().get(f"/q/{number}/reach").get_data(as_text=True)
    assert "Hidden by the tellers: it gives away what is private to a person. A home address." in words
    assert "Mill Lane" not in words
    assert "Mill Lane" not in app.test_client().get("/").get_data(as_text=True)


RESTORE = NewRuling(Ruling.RESTORED, "It is the union's own address.")
UPHOLD = NewRuling(Ruling.UPHELD, "It is a home.")


def observer(cast: Cast, question: Question) -> Actor:
    return holding(actor(cast.observer), "observer", question.id)


def hidden_and_appealed(cast: Cast, question: Question, now: datetime, kind: Kind = Kind.BANNER) -> LedgerEntry:
    """What the officer said for three days, hidden after one; the officer has appealed."""
    entry = favour(cast, question, kind, words=Words("Title", BANNER.source), days=3, now=now - timedelta(days=1))
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    return appeal_hiding(actor(cast.officer), question.id, entry.id, "It is no home.", now=now)


def rule(observer: Actor, entry: LedgerEntry, ruling: NewRuling, now: datetime) -> None:
    act = propose_ruling(observer, entry.question_id, entry.id, ruling, now=now)
    bodies.sign(observer, act.id, act.document_hash, now)


def test_the_observers_show_a_banner_again_for_the_time_that_it_was_down(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    watcher, entry = observer(cast, question), hidden_and_appealed(cast, question, now)
    later = now + timedelta(hours=30)
    rule(watcher, entry, RESTORE, later)
    assert (entry.ruling, entry.hidden_at, entry.ends_at) == ("restored", None, later + timedelta(days=2))
    assert queries.banners_up(question.id, later) == [entry]
    with pytest.raises(Refused, match="ruled that these words stand"):
        hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=later)
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "rule_appeal")).one()
    assert (logged.office, logged.subject, logged.facts["ruling"]) == ("observer", f"reach:{entry.id}", "restored")


def test_what_the_observers_uphold_stays_hidden_and_is_not_appealed_again(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    watcher, entry = observer(cast, question), hidden_and_appealed(cast, question, now)
    with pytest.raises(Refused, match="An appeal is with the observers already"):
        appeal_hiding(actor(cast.officer), question.id, entry.id, "Again.", now=now)
    rule(watcher, entry, UPHOLD, now)
    assert (entry.ruling, entry.hidden_at) == ("upheld", now)
    with pytest.raises(Refused, match="The observers have ruled on this"):
        appeal_hiding(actor(cast.officer), question.id, entry.id, "Again.", now=now)
    with pytest.raises(Refused, match="There is no appeal here"):
        propose_ruling(watcher, question.id, entry.id, RESTORE, now=now)


def test_after_the_debate_a_ruling_puts_no_banner_up_again(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    watcher, entry = observer(cast, question), hidden_and_appealed(cast, question, now)
    question.state = "closed"
    rule(watcher, entry, RESTORE, now + timedelta(days=2))
    assert (entry.hidden_at, entry.ends_at) == (None, now + timedelta(days=2))
    assert queries.banners_up(question.id, now + timedelta(days=2)) == []


def test_a_mail_that_was_stopped_goes_on_to_those_who_had_not_had_it(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    watcher, entry = observer(cast, question), hidden_and_appealed(cast, question, now, Kind.MAIL)
    mailing = db.session.scalars(
        db.select(Mailing).where(Mailing.kind == MAILING, Mailing.subject_id == entry.id)
    ).one()
    mailing.after, mailing.finished_at = cast.host, now
    rule(watcher, entry, RESTORE, now)
    assert (mailing.finished_at, mailing.after) == (None, cast.host)
    assert mail_audience(mailing, 1) == cast.elsewhere


def test_only_the_author_appeals_and_only_observers_rule(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3)
    with pytest.raises(Refused):
        appeal_hiding(actor(cast.officer), question.id, entry.id, "It is not hidden.", now=now)
    hide_entry(teller(cast, question), question.id, entry.id, CAUSE, now=now)
    for other in (cast.member, cast.officers[1], cast.observer):
        with pytest.raises(Refused):
            appeal_hiding(actor(other), question.id, entry.id, "Not mine.", now=now)
    watcher = observer(cast, question)
    with pytest.raises(Refused, match="There is no appeal here"):
        propose_ruling(watcher, question.id, entry.id, RESTORE, now=now)
    appeal_hiding(actor(cast.officer), question.id, entry.id, "It is no home.", now=now)
    own = holding(actor(cast.officer), "observer", question.id)
    assert why_not_rule(own, facts_of(entry)), "nor is the form shown"
    for person in (teller(cast, question), actor(cast.officer), own):
        with pytest.raises(Refused):
            propose_ruling(person, question.id, entry.id, RESTORE, now=now)


def test_author_observer_and_visitor_see_what_is_theirs_of_a_hidden_entry(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question, now = make_sides(cast), clock.now()
        entry = favour(cast, question, Kind.BANNER, words=BANNER, days=3, now=now)
        path, ids = f"/q/{question.number}/reach/entries/{entry.id}", (question.id, entry.id)
        person = teller(cast, question)
    assert app.test_client().get(path).status_code == 404
    with app.test_request_context(), transaction(write=True):
        hide_entry(person, *ids, CAUSE, now=now)
    author, watcher, visitor = sign_in(app, cast.officer), sign_in(app, cast.observer), app.test_client()
    assert "Mill Lane" in author.get(path).get_data(as_text=True)
    assert author.post(f"{path}/appeal", data={"appeal": ""}).status_code == 422
    assert author.post(f"{path}/appeal", data={"appeal": "It is the union’s."}).status_code == 302
    assert "rule on an appeal against the tellers" in watcher.get("/desk").get_data(as_text=True)
    assert watcher.post(f"{path}/ruling", data={"ruling": "upheld", "reason": "No."}).status_code == 302
    public = visitor.get(path).get_data(as_text=True)
    for secret in ("Mill Lane", "the union’s.", "Teller 1", "Officer 1"):
        assert secret not in public
    assert CAUSE.reason in public
    assert "Mill Lane" not in sign_in(app, cast.member).get(path).get_data(as_text=True)
