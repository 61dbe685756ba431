"""A tie and its breaking: the choice that the call's way made among the tied, as the tellers signed it in time."""

from collections.abc import Sequence

from forum.bodies.models import BodyAct
from forum.kernel.database import db
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import subject_of
from referendum.process.voting import Outcome, Tally, break_tie
from referendum.results.totals import Totals

BREAK_TIE = "break_tie"


def tie_break_of(vote: Vote) -> BodyAct | None:
    """The tellers' act that broke a tie of this vote; its facts are the `letters` chosen and `how`."""
    query = db.select(BodyAct).where(
        BodyAct.question_id == vote.question_id, BodyAct.act == BREAK_TIE, BodyAct.took_effect_at.is_not(None)
    )
    acts = db.session.scalars(query.order_by(BodyAct.id))
    return next((each for each in acts if each.facts.get("about") == subject_of(vote)), None)


def broken(vote: Vote, totals: Totals, tally: Tally, outcome: Outcome, letters: Sequence[str]) -> Outcome:
    """The outcome with these letters chosen among the tied. Raises ValueError where they do not settle it."""
    places = [place for place in outcome.tied if totals.choices[place].letter in letters]
    if len(places) != len(letters):
        raise ValueError("not among the tied")
    params = read_params(vote.params)
    return break_tie(params.rule, tally, outcome, frozenset(places), params.leads_to)
