"""The tellers give the ballot's official texts in other languages, until the ballot is fixed. They become part of the
election's description, so every ballot is bound to them, and more than half of the tellers sign them with the opening.
"""

import hashlib
import json
from datetime import datetime

from forum.kernel import audit
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from referendum.conduct.language_forms import Words
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of


class Act(audit.Act):
    """The act of giving the texts."""

    GIVE_LANGUAGES = "give_languages"


def may_give_languages(actor: Actor, vote: Vote) -> bool:
    """Whether this person may still say how the ballot reads in other languages."""
    return actor.holds("teller", vote.question_id) and vote.state == VoteState.SET_UP and not vote.election_v


def give_languages(actor: Actor, vote: Vote, words: Words, now: datetime) -> None:
    """Set the texts of all languages at once; none where none are given."""
    vote = locked(vote)
    refuse_unless(may_give_languages(actor, vote), N_("The ballot’s text is fixed. Nothing was changed."))
    vote.params = {**vote.params, "languages": words}
    written = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    audit.record(
        actor, Act.GIVE_LANGUAGES, subject_of(vote), now=now, languages=sorted(words),
        words_hash=hashlib.sha256(written.encode()).hexdigest(),
    )  # fmt: skip
