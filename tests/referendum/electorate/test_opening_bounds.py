"""How many, how often and how long the sealed list may be opened, and what an opening says that is over."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused, Stale
from referendum.electorate import opening_operations, opening_queries, queries
from referendum.electorate.models import SealedOpening, Turnout
from referendum.process.models import VoteMove
from tests.referendum.electorate.conftest import Called
from tests.referendum.electorate.test_openings import Collected, ask_and_give, mailed

__all__ = ["mailed"]
SECOND = timedelta(seconds=1)
Ask = Callable[..., SealedOpening]


@pytest.fixture
def ask(called: Called) -> Ask:
    """A teller asks, inside an open write."""

    def asked(purpose: str, now: datetime, *, place: int = 0, **facts: object) -> SealedOpening:
        return opening_operations.ask_opening(called.teller(place), called.vote, purpose, "A reason.", facts, now)

    return asked


def test_as_many_spares_may_be_asked_for_as_there_are_and_fifty_at_once(
    app: Flask, ask: Ask, mailed: Collected, now: datetime
) -> None:
    names = list(mailed.codes)
    with app.app_context(), transaction(write=True):
        with pytest.raises(Refused, match="Only 20 spare codes"):
            ask("spare", now, entries=names[:50])
        with pytest.raises(Refused, match="At most 50"):
            ask("spare", now, entries=names[:51])
        named_twice = [*names[:20], *names[:20]]
        assert ask("spare", now, entries=named_twice).facts == {"entries": names[:20]}


def opened(called: Called, purpose: str, at: datetime) -> SealedOpening:
    """An opening of an earlier day, which is over."""
    found = SealedOpening(
        vote_id=called.vote_id, purpose=purpose, reason="Before.", facts={}, state="opened", given={},
        asked_by_id=called.tellers[1], asked_at=at, opened_at=at,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def test_two_days_lie_between_reminders_and_other_openings_do_not_count(
    app: Flask, called: Called, ask: Ask, mailed: Collected, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        called.vote.state = "open"
        opened(called, "spare", now)
        before = opened(called, "reminder", now - timedelta(days=2))
        with pytest.raises(Refused, match="in the last two days"):
            ask("reminder", now)
        before.opened_at = now - timedelta(days=2) - SECOND
        assert ask("reminder", now).facts == {}
        called.vote.state = "counting"
        with pytest.raises(Refused, match="while voting is open"):
            ask("reminder", now, place=1)


def test_turnout_is_told_for_a_year_after_the_vote_is_over_and_once(
    app: Flask, called: Called, ask: Ask, mailed: Collected, now: datetime
) -> None:
    year = timedelta(days=365)
    with app.app_context(), transaction(write=True):
        vote = called.vote
        vote.state, vote.certified_at = "certified", now
        for days in (3, 0):
            db.session.add(VoteMove(vote_id=vote.id, move="certify", state="certified", at=now - timedelta(days=days)))
        db.session.flush()
        assert not opening_queries.is_list_due(vote, now + year)
        assert opening_queries.is_list_due(vote, now + year + SECOND)
        with pytest.raises(Refused, match="deleted a year after"):
            ask("turnout", now + year + SECOND)
        ask("turnout", now + year)
        vote.state, vote.certified_at = "counting", None
        assert not opening_queries.is_list_due(vote, now + year + SECOND)
        db.session.add(Turnout(vote_id=vote.id, unit="88", eligible=40, ballots=3))
        with pytest.raises(Refused, match="published already"):
            ask("turnout", now, place=1)


def test_without_a_sealed_list_nothing_is_opened(app: Flask, called: Called, ask: Ask, now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        with pytest.raises(Refused, match="no sealed list yet"):
            ask("spare", now, entries=["x"])
        queries.frozen_electorate(called.vote_id).list_key = "5"
        with pytest.raises(Refused, match="no sealed list yet"):
            ask("spare", now, entries=["x"])


def test_a_run_that_goes_on_says_how_far_it_is_until_its_opening_is_over(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    name = next(iter(mailed.codes))
    opening_id = ask_and_give(app, called, [name], now)
    with app.app_context(), transaction(write=True):
        found = opening_queries.opening(opening_id)
        assert found.opened_at == now
        assert found.facts == {"entries": [name], "teller": called.tellers[2], "paper": "A4"}
        assert opening_operations.note_place(opening_id, 500, now)
        assert (found.facts["taken"], found.facts["seen"]) == (500, now.isoformat())
        assert opening_queries.with_shares(now) == [opening_id]
        opening_operations.finish(opening_id)
        assert (found.state, found.given, found.facts) == ("opened", {}, {"count": 1})
        assert opening_queries.with_shares(now) == []
        assert not opening_operations.note_place(opening_id, 900, now)
        assert found.facts == {"count": 1}
        with pytest.raises(Stale):
            opening_operations.finish(opening_id)


def test_an_opening_that_cannot_be_carried_out_says_why_and_keeps_no_share(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    opening_id = ask_and_give(app, called, [next(iter(mailed.codes))], now)
    with app.app_context(), transaction(write=True):
        opening_operations.give_up(opening_id, Refused("Only %(left)s are left.", left=3))
        found = opening_queries.opening(opening_id)
        assert (found.state, found.given) == ("dropped", {})
        assert found.facts == {"problem": "Only %(left)s are left.", "problem_facts": {"left": 3}}


def test_the_newest_of_what_is_over_stands_first_behind_what_waits(
    app: Flask, called: Called, ask: Ask, mailed: Collected, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        asked = ask("spare", now, entries=list(mailed.codes)[:1])
        first, second = opened(called, "spare", now), opened(called, "spare", now)
        assert opening_queries.openings(called.vote_id) == [asked, second, first]
        assert opening_queries.openings(called.vote_id + 1) == []
        assert not opening_queries.is_asked(called.vote_id, "turnout", called.tellers[0])
        assert not opening_queries.is_asked(called.vote_id, "spare", called.tellers[1])
