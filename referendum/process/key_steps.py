"""What became of a key once it can no longer be made: the steps of a trustee's and of a teller's, for their pages.

Each gives the rows of templates/parts/course.html and the sentence that says whether the file is still needed.
"""

from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from forum.kernel.languages import when
from referendum.process.facts import VoteState
from referendum.process.models import Vote

AFTER_THE_CLOSE = (VoteState.COUNTING, VoteState.CHALLENGEABLE, VoteState.CERTIFIED, VoteState.ANNULLED)


def of_trustee(vote: Vote, *, held: bool, part_given: bool) -> dict[str, Any]:
    """A key to the count: part of the ballot, then used once, then of no more use.

    A certified vote may still wait for its citations: so long every part of them is asked for.
    """
    voted = vote.state in AFTER_THE_CLOSE
    counted = voted and vote.state != VoteState.COUNTING
    owed = held and not part_given and voted and vote.state != VoteState.ANNULLED
    opening = "now" if owed else "done" if voted else "next"
    rows = [
        _row(gettext("The ballot was made with it"), "done"),
        _row(gettext("Voting"), "done" if voted else "now", _dates(vote)),
        _row(gettext("You open your part of the count"), opening,
             gettext("After the close, on this device or any other, with the file and the passphrase.")),
        _row(gettext("The result is certified"), "done" if vote.certified_at else "now" if counted else "next"),
    ]  # fmt: skip
    if owed:
        rows[2] |= {"url": url_for("count.show_count", public_id=vote.public_id), "label": gettext("Open your part")}
    return {"held": held, "rows": rows if held else [], "ended": "" if owed else _ended(vote, held=held)}


def of_teller(vote: Vote, *, held: bool) -> dict[str, Any]:
    """A key to the sealed list: the list was set up with it, and it opens it until the vote is over."""
    voted = vote.state in AFTER_THE_CLOSE
    lost = gettext("If a code is lost, two tellers open the list with their keys.")
    rows = [
        _row(gettext("The sealed list was set up with it"), "done"),
        _row(gettext("Voting"), "done" if voted else "now", Markup(" ").join([_dates(vote), lost])),
        _row(gettext("The result is certified"), "done" if vote.certified_at else "now" if voted else "next"),
    ]  # fmt: skip
    return {"held": held, "rows": rows if held else [], "ended": _ended(vote, held=held)}


def _row(what: str, state: str, text: object = "") -> dict[str, Any]:
    return {"what": what, "state": state, "text": text}


def _dates(vote: Vote) -> Markup:
    words = Markup(gettext("%(opens)s to %(closes)s"))  # noqa: S704 - a message of the catalogue, its facts escaped
    return words % {"opens": when(vote.opens_at, "full"), "closes": when(vote.closed_at or vote.closes_at, "full")}


def _ended(vote: Vote, *, held: bool) -> str:
    """Whether the file is still needed; empty while it is."""
    if vote.state == VoteState.CERTIFIED:
        return str(gettext("The vote is certified. Nothing more is asked of this key; another vote needs a new one."))
    if vote.state == VoteState.ANNULLED:
        return str(gettext("The vote was annulled. This key is of no more use; the vote that follows needs a new one."))
    return "" if held else str(gettext("Nothing is asked of you here."))
