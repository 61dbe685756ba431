"""A mandate still due gives way to that of a later certified question on the same matter, and to nothing else."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.mailings import Mailing
from referendum.mandate import queries
from referendum.mandate.models import Mandate
from tests.build_referendum import Referendum, certify, make_closed, make_counted, make_open
from tests.people import Cast


def counted(cast: Cast, now: datetime, *, takes_up: Referendum | None = None, **shares: int) -> Referendum:
    """A question counted for whichever option has more, on the same matter as an earlier one if it is given."""
    made = make_open(make_closed(cast, now=now))
    made.question.takes_up_id = takes_up.question.id if takes_up else None
    return make_counted(made, shares or {"A": 3, "B": 8})


def mandate_of(made: Referendum) -> Mandate | None:
    return queries.mandate_of(made.question.id)


def due(made: Referendum) -> Mandate:
    found = mandate_of(made)
    assert found is not None
    return found


@pytest.fixture
def first(cast: Cast, ground: Flask, now: datetime) -> Referendum:
    return certify(counted(cast, now))


def test_a_later_certified_question_on_the_matter_supersedes(first: Referendum, cast: Cast, now: datetime) -> None:
    second = counted(cast, now + timedelta(days=3), takes_up=first)
    assert due(first).state == "due"
    certify(second)
    old, new = due(first), due(second)
    assert (old.state, old.ended_at, new.state) == ("superseded", new.at, "due")
    assert all(each.breached_at is None for each in old.duties)
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "move_mandate")).one()
    assert (entry.subject, entry.facts["after"]) == (f"mandate:{old.id}", "superseded")
    assert entry.facts["by_question"] == second.question.number
    told = db.session.scalars(db.select(Mailing.subject_id).where(Mailing.kind == "mandate_ended")).all()
    assert old.id in told
    assert queries.replaced_by(old) is second.question
    assert queries.replaces(new) == [first.question]
    assert (queries.replaced_by(new), queries.replaces(old)) == (None, [])


def test_another_question_leaves_it_due(first: Referendum, cast: Cast, now: datetime) -> None:
    certify(counted(cast, now + timedelta(days=3)))
    assert due(first).state == "due"


def test_an_undecided_vote_supersedes_nothing(first: Referendum, cast: Cast, now: datetime) -> None:
    second = certify(counted(cast, now + timedelta(days=3), takes_up=first, A=0, B=1))
    assert second.vote.outcome == "undecided"
    assert (due(first).state, mandate_of(second)) == ("due", None)


def test_a_third_question_reaches_back_over_one_that_decided_nothing(
    first: Referendum, cast: Cast, now: datetime
) -> None:
    second = certify(counted(cast, now + timedelta(days=3), takes_up=first, A=0, B=1))
    third = certify(counted(cast, now + timedelta(days=6), takes_up=second))
    assert due(first).state == "superseded"
    assert queries.replaced_by(due(first)) is third.question
    assert queries.replaces(due(third)) == [first.question]


def test_a_breach_is_not_covered_up_by_a_later_vote(first: Referendum, cast: Cast, now: datetime) -> None:
    second = counted(cast, now + timedelta(days=3), takes_up=first)
    for duty in due(first).duties:
        duty.due_at = second.at - timedelta(days=1)
    db.session.flush()
    certify(second)
    assert due(first).state == "breached"
    assert (queries.replaced_by(due(first)), queries.replaces(due(second))) == (None, [])


def test_what_was_discharged_stays_discharged(first: Referendum, cast: Cast, now: datetime) -> None:
    due(first).state, due(first).ended_at = "discharged", first.at
    certify(counted(cast, now + timedelta(days=3), takes_up=first))
    assert due(first).state == "discharged"


def test_both_pages_lead_to_each_other(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        first = certify(counted(cast, now))
        second = certify(counted(cast, now + timedelta(days=3), takes_up=first))
        old, new = first.question.number, second.question.number
    visitor = app.test_client()
    shown = visitor.get(f"/q/{old}/mandate").text
    assert f'href="/q/{new}/mandate"' in shown
    assert "Superseded" in shown
    assert f'href="/q/{old}/mandate"' in visitor.get(f"/q/{new}/mandate").text
    assert "Taken up again by" in visitor.get(f"/q/{old}").text
    assert "On the same matter as" in visitor.get(f"/q/{new}").text
