"""Two texts on one matter: the one that more than half of the tellers sign takes effect, whichever came later."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.bodies.operations import sign
from referendum.conduct import act_operations
from referendum.conduct.forms import NewExtension
from tests.build_referendum import make_closed, make_open
from tests.people import Cast


@pytest.mark.usefixtures("ground")
def test_a_later_text_does_not_take_away_what_was_signed_on_the_first(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    later = made.vote.closes_at + timedelta(days=2)
    first = act_operations.propose_extension(made.teller(0), made.vote, NewExtension(later, "A storm."), made.at)
    sign(made.teller(0), first.id, first.document_hash, made.at)
    other = NewExtension(later + timedelta(days=1), "A longer storm.")
    second = act_operations.propose_extension(made.teller(2), made.vote, other, made.at)
    sign(made.teller(1), first.id, first.document_hash, made.at)
    assert made.vote.closes_at == later
    assert second.dropped_at == made.at
