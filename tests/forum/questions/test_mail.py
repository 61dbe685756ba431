"""The mails of this slice: plain words in the reader's language, a link to the right page, nothing secret."""

from datetime import datetime

import pytest
from flask import Flask

from forum.kernel.database import db
from forum.kernel.mail import Outgoing
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.people import Cast


def mails(name: str) -> list[Outgoing]:
    return list(db.session.scalars(db.select(Outgoing).where(Outgoing.name == name).order_by(Outgoing.id)))


def test_officers_are_asked_to_sign_with_a_link_to_the_document(cast: Cast, ground: Flask, now: datetime) -> None:
    make_question(cast, state="pledged", now=now)
    mail = mails("act_to_sign")[0]
    assert mail.subject == "To sign: The pledge"
    assert "http://localhost/acts/1" in mail.text
    assert 'href="http://localhost/acts/1"' in mail.html


@pytest.mark.parametrize(("place", "word"), [(0, "teller"), (3, "trustee"), (5, "observer")])
def test_those_named_are_told_what_they_are(cast: Cast, ground: Flask, now: datetime, place: int, word: str) -> None:
    make_question(cast, state="charged", now=now)
    mail = mails("named_for_question")[place]
    assert word in mail.text
    assert "http://localhost/q/1" in mail.text
    assert mail.subject == "You were named for question 1"


def test_a_member_without_an_address_gets_no_mail(cast: Cast, ground: Flask, now: datetime) -> None:
    db.session.get_one(Member, cast.tellers[0]).email = ""
    make_question(cast, state="charged", now=now)
    assert len(mails("named_for_question")) == 5
