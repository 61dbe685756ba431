"""What an office says in favour of an option: entered, sent out, offered to the others."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments.rules import Side
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Missing, Refused
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind, stop_path
from forum.outlets.choice_operations import stop_kind
from forum.reach import queries
from forum.reach.forms import NewFavour, Words
from forum.reach.models import LedgerEntry
from forum.reach.notices import MAILING, mail_audience
from forum.reach.operations import favour as say_it
from forum.reach.rules import Audience, Kind
from forum.roll.models import Council, Local, Member
from tests.build_halls import make_argument, make_hall, make_post
from tests.build_reach import LETTER, favour, make_sides, offers
from tests.people import Cast, actor

PINS = Kind.PIN
ROLL = 17


def written(name: str) -> list[Outgoing]:
    query = db.select(Outgoing).where(Outgoing.name == name).order_by(Outgoing.id)
    return list(db.session.scalars(query))


def post_mails(entry: LedgerEntry) -> list[str]:
    """Let the mailing of an entry run to its end; the addresses it wrote to."""
    query = db.select(Mailing).where(Mailing.kind == MAILING, Mailing.subject_id == entry.id)
    mailing = db.session.scalars(query).one()
    while (last := mail_audience(mailing, 5)) is not None:
        mailing.after = last
    return [each.address for each in written("reach_mail")]


def test_a_mail_is_entered_with_its_audience_and_offered_to_every_other_option(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast, options=3)
    entry = favour(cast, question)
    assert (entry.kind, entry.audience, entry.size, entry.amount, entry.office) == ("mail", "all", ROLL, 1, "officer")
    assert entry.html == "<p>It is <strong>fair</strong>.</p>"
    others = [question.options[1].id, question.options[2].id]
    assert [(each.option_id, each.entry_id, each.answer, each.lead) for each in offers(question)] == [
        (option, entry.id, "", ROLL) for option in others
    ]
    assert [each.address for each in written("reach_offered")] == ["m1001@example.org"] * 2
    assert queries.totals(question.id) == {Kind.MAIL: {question.options[0].id: ROLL, others[0]: 0, others[1]: 0}}


def test_the_log_names_the_office_and_what_was_said_by_its_hash(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question)
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "favour_option")).one()
    assert logged.office == "officer"
    facts = logged.facts
    assert (facts["kind"], facts["option"], facts["audience"], facts["size"]) == ("mail", "A", "all", ROLL)
    assert facts["entry"] == entry.id
    assert "fair" not in json.dumps(facts)


def test_a_mail_goes_to_its_whole_audience_once_marked_with_the_office(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    entry = favour(cast, make_sides(cast))
    addresses = post_mails(entry)
    assert len(addresses) == len(set(addresses)) == ROLL
    letter = written("reach_mail")[0]
    assert letter.subject == "From the leadership, question 14: Take it"
    assert "From Officer 1, for the executive council. It speaks for option A: Accept" in letter.text
    assert "It is **fair**." in letter.text
    assert "<strong>fair</strong>" in letter.html
    assert letter.bulk


def test_a_mail_to_a_council_or_a_local_reaches_only_its_members(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    apart = Local(number="9", name="Apart", council=Council(name="Inland"), timezone="UTC")
    db.session.add(apart)
    db.session.flush()
    to_local = favour(cast, question, audience=Audience.LOCAL, local="156")
    to_council = favour(cast, question, audience=Audience.COUNCIL, council=apart.council_id)
    query = db.select(Member.email).where(Member.local_id == cast.other_local)
    assert to_local.size == len(post_mails(to_local)) > 0
    assert sorted(each.address for each in written("reach_mail")) == sorted(db.session.scalars(query))
    assert (to_council.size, to_council.small, to_local.small) == (0, False, True)


def test_a_host_writes_to_the_own_local_alone(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    entry = favour(cast, question, by=cast.host, audience=Audience.LOCAL, local="156")
    assert (entry.local_id, entry.office) == (cast.local, "host")
    with pytest.raises(Refused):
        favour(cast, question, by=cast.other_host)
    with pytest.raises(Refused):
        favour(cast, question, Kind.BANNER, by=cast.host)


@pytest.mark.parametrize("person", ["member", "seconder", "observer", "suspended", "retired"])
@pytest.mark.parametrize("kind", [Kind.MAIL, Kind.BANNER, Kind.PIN])
def test_nobody_else_speaks_by_office(cast: Cast, ground: Flask, now: datetime, person: str, kind: Kind) -> None:
    question = make_sides(cast)
    with pytest.raises(Refused):
        favour(cast, question, kind, by=getattr(cast, person))
    assert offers(question) == []


def test_the_same_members_get_one_mail_of_an_office_a_day(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    favour(cast, question, audience=Audience.LOCAL, local="88")
    favour(cast, question, audience=Audience.LOCAL, local="156")
    with pytest.raises(Refused):
        favour(cast, question, option=1, audience=Audience.LOCAL, local="88", now=now + timedelta(hours=23))
    assert favour(cast, question, audience=Audience.LOCAL, local="88", now=now + timedelta(hours=24)).id


@pytest.mark.parametrize("first", [Audience.ALL, Audience.COUNCIL, Audience.LOCAL])
@pytest.mark.parametrize("second", [Audience.ALL, Audience.COUNCIL, Audience.LOCAL])
def test_a_wider_or_narrower_mail_is_one_to_the_same_members(
    cast: Cast, ground: Flask, now: datetime, first: Audience, second: Audience
) -> None:
    question = make_sides(cast)
    favour(cast, question, audience=first, council=cast.council, local="88")
    with pytest.raises(Refused):
        favour(cast, question, audience=second, council=cast.council, local="88", now=now + timedelta(hours=23))
    assert favour(
        cast, question, audience=second, council=cast.council, local="88", now=now + timedelta(hours=24)
    ).id


def test_other_members_may_be_written_to_the_same_day(cast: Cast, ground: Flask) -> None:
    question = make_sides(cast)
    favour(cast, question, audience=Audience.LOCAL, local="88")
    assert favour(cast, question, audience=Audience.LOCAL, local="156").id


def test_officers_do_not_use_up_the_host_s_mail(cast: Cast, ground: Flask) -> None:
    question = make_sides(cast)
    favour(cast, question, audience=Audience.LOCAL, local="88")
    assert favour(cast, question, by=cast.host, audience=Audience.LOCAL).office == "host"


def test_one_banner_of_an_office_for_an_option_stands_at_a_time(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    short = Words(source="Take it.")
    first = favour(cast, question, Kind.BANNER, words=short, days=3)
    assert (first.ends_at, first.amount, first.size) == (now + timedelta(days=3), 3, ROLL)
    favour(cast, question, Kind.BANNER, option=1, words=short)
    with pytest.raises(Refused):
        favour(cast, question, Kind.BANNER, words=short, now=now + timedelta(days=2))
    assert len(queries.banners_up(question.id, now + timedelta(hours=1))) == 2
    later = now + timedelta(days=3)
    third = favour(cast, question, Kind.BANNER, words=short, now=later)
    assert queries.banners_up(question.id, later) == [third]


def test_what_is_pinned_must_stand_here_and_argue_for_the_option(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    own, national = make_hall(question, cast.local), make_hall(question, None)
    seconded = make_argument(question, cast.member, seconded_by=cast.seconder)
    loose = make_argument(question, cast.member, claim="Nobody has said this before.")
    post = make_post(own, cast.member)
    pinned_here = favour(cast, question, PINS, words=Words(pinned=f"post:{post.number}"), by=cast.host)
    assert (pinned_here.post_id, pinned_here.local_id, pinned_here.audience) == (post.id, cast.local, "local")
    assert favour(cast, question, PINS, words=Words(pinned=f"argument:{seconded.number}")).argument_id == seconded.id
    for pinned, option in ((f"argument:{seconded.number}", 1), (f"argument:{loose.number}", 0), ("post:1", 0),
                           ("argument:99", 0), ("statement:1", 0)):  # fmt: skip
        with pytest.raises(Invalid):
            favour(cast, question, PINS, option=option, words=Words(pinned=pinned), now=now + timedelta(days=2))
    new = NewFavour(PINS, question.options[0].id, Words(pinned=f"post:{post.number}"), hall_id=own.id)
    for person, hall in ((cast.officer, own), (cast.other_host, own), (cast.host, national)):
        with pytest.raises(Refused):
            say_it(actor(person), question.id, replace(new, hall_id=hall.id), now=now)


def test_an_argument_against_the_other_of_two_options_is_one_for_this(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    against = make_argument(question, cast.member, seconded_by=cast.seconder, option=1, side=Side.AGAINST)
    pinned = Words(pinned=f"argument:{against.number}")
    assert favour(cast, question, PINS, words=pinned).argument_id == against.id
    with pytest.raises(Invalid):
        favour(cast, question, PINS, option=1, words=pinned)


def test_nothing_is_said_by_office_for_what_does_not_exist_or_once_the_debate_is_over(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question, other = make_sides(cast), make_sides(cast)
    new = NewFavour(Kind.MAIL, other.options[0].id, LETTER)
    with pytest.raises(Invalid):
        say_it(actor(cast.officer), question.id, new, now=now)
    with pytest.raises(Missing):
        say_it(actor(cast.officer), 999, new, now=now)
    for place in ({"audience": Audience.LOCAL, "local": "no such"}, {"audience": Audience.COUNCIL, "council": 99}):
        with pytest.raises(Invalid):
            favour(cast, question, **place)
    assert question.debate_closes_at
    with pytest.raises(Refused):
        favour(cast, question, now=question.debate_closes_at)
    question.state = "closed"
    with pytest.raises(Refused):
        favour(cast, question)


def test_whoever_has_stopped_mails_of_the_sides_gets_none_and_every_other_has_the_link_that_stops_them(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    stop_kind(stop_path(cast.member, MailKind.SIDES).rpartition("/")[2], now=now)
    addresses = post_mails(favour(cast, make_sides(cast)))
    assert len(addresses) == ROLL - 1
    assert "m1001@example.org" not in addresses
    assert all("/mail/stop/" in each.stop_url for each in written("reach_mail"))
