"""Mail that a restore keeps back leaves only by a deliberate act, or never."""

from datetime import datetime

import pytest
from flask import Flask

from forum.kernel import audit, mail, mail_held, mailings
from forum.kernel.cli import mail_group
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from tests.post_office import PostOffice, serving


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(mail_group, words)
    return done.exit_code, done.output


@pytest.fixture
def waiting(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mails and a mailing that waited, kept back; a third mail came after."""
    monkeypatch.setattr(mailings, "KINDS", {"news": lambda _mailing, _most: None})
    row = {"subject": "S", "text": "T", "html": "", "at": now}
    with app.app_context(), transaction(write=True) as session:
        session.add_all([Outgoing(name="news", address=f"{each}@x.example", **row) for each in "ab"])
        session.add(Mailing(kind="news", subject_id=1, at=now))
        session.flush()
        mail_held.hold_back(now)
        session.add(Outgoing(name="later", address="c@x.example", **row))


def left(app: Flask) -> tuple[int, bool]:
    """How many mails there are, and whether the mailing is over."""
    with app.app_context(), transaction(write=False) as session:
        ended = session.scalars(db.select(Mailing.finished_at)).one()
        return len(session.scalars(db.select(Outgoing.id)).all()), ended is not None


@pytest.mark.usefixtures("waiting")
def test_what_is_kept_back_is_listed_and_other_mail_leaves(app: Flask) -> None:
    assert "news: 2 mails, caused " in (listed := run(app, "held")[1])
    assert "not everybody has one yet" in listed
    assert "later" not in listed
    office = PostOffice()
    with serving(app, office), app.app_context():
        mail.deliver(wait=True)
        mailings.go_on_with_all()
        with transaction(write=False) as session:
            mailing_id = session.scalars(db.select(Mailing.id)).one()
        mailings.go_on(mailing_id)
        assert mail.waiting_count() == 0
    assert [message["To"] for message in office.messages] == ["c@x.example"]
    assert left(app) == (3, False)


@pytest.mark.usefixtures("waiting")
def test_a_kind_is_let_go_or_deleted_by_its_name_and_the_log_says_so(app: Flask) -> None:
    for words in (("release",), ("drop", "nothing"), ("release", "later")):
        assert run(app, *words)[0] == 1
    assert "2 mails leave now" in run(app, "release", "news")[1]
    assert run(app, "held")[1].strip() == "No mail is kept back."
    with app.app_context(), transaction(write=False) as session:
        assert all(each is None for each in session.scalars(db.select(Outgoing.held_at)))
        entry = session.scalars(db.select(audit.AuditEntry)).one()
        assert (entry.act, entry.office, entry.facts) == ("release_mail", "operator", {"kinds": ["news"], "mails": 2})


@pytest.mark.usefixtures("waiting")
def test_what_is_deleted_is_gone_and_its_mailing_is_over(app: Flask) -> None:
    assert "2 mails were deleted" in run(app, "drop", "--all")[1]
    assert left(app) == (1, True)
