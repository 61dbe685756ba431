"""Fixes the ballot: the two election texts, whose hash binds every ballot. Once written they never change."""

from datetime import datetime
from typing import Any

from flask import current_app

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import N_, refuse_unless
from forum.kernel.settings import Settings
from forum.questions.process import VotingRule
from forum.questions.queries import question_by_id
from referendum.conduct.facts_queries import ballot_hash
from referendum.crypto.joint import joint_key, trustees_bytes
from referendum.digest.queries import digest_of, frozen_lines
from referendum.electorate.credential_queries import codes_beyond
from referendum.electorate.entry_queries import codes_out
from referendum.electorate.queries import frozen_electorate
from referendum.process.ballot_text import BallotFacts, citation_election, vote_election
from referendum.process.call_text import SECRECY_RULE
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import options_on, subject_of
from referendum.trustees.operations import freeze_keys
from referendum.trustees.queries import items


class Act(audit.Act):
    """The act of fixing the ballot."""

    FREEZE_BALLOT = "freeze_ballot"


def freeze_ballot(vote: Vote, now: datetime) -> Vote:
    """Write both election texts, once the call is issued, the codes are out and every trustee's key is in and read
    back."""
    if vote.election_v:
        return vote
    refuse_unless(vote.called_at is not None, N_("The call is not issued."))
    refuse_unless(codes_out(vote.id), N_("Not every voting code is out."))  # the number of spares is in the text
    freeze_keys(vote, now)
    keys = items(vote)
    facts = ballot_facts(vote)
    joint = joint_key(keys)
    vote.trustees = trustees_bytes(keys).decode()
    vote.election_v = vote_election(facts, vote.uuid_v, joint).raw.decode()
    if facts.digest:
        vote.election_c = citation_election(facts, vote.uuid_c, joint).raw.decode()
    db.session.flush()
    audit.record(None, Act.FREEZE_BALLOT, subject_of(vote), now=now, ballot_hash=ballot_hash(vote))
    return vote


def ballot_facts(vote: Vote) -> BallotFacts:
    """What the ballot of a vote rests on, from every slice."""
    question = question_by_id(vote.question_id)
    params = read_params(vote.params)
    settings: Settings = current_app.config["HUSTINGS"]
    choices = tuple((each.letter, each.title) for each in options_on(vote))
    lines = frozen_lines(question.id) if params.has_citations else []
    most = len(choices) if params.rule is VotingRule.APPROVAL else 1
    return BallotFacts(
        union_name=settings.union_name,
        title=question.title,
        options=choices,
        lot=question.close_lot,
        blank=params.blank,
        choose=(1, most),
        digest=tuple((each.argument.label, each.argument.claim) for each in lines),
        weighed=params.weighed,
        description=_description(vote),
        minimum_votes=params.min_ballots,
        minimum_citations=params.citations_min,
    )


def _description(vote: Vote) -> dict[str, Any]:
    """Whatever must not change after the opening; it is hashed into every ballot."""
    question = question_by_id(vote.question_id)
    roll = frozen_electorate(vote.id)
    digest = digest_of(question.id)
    return {
        "question": {"id": question.public_id, "number": question.number, "title": question.title},
        "vote": {"id": vote.public_id, "number": vote.number, "kind": vote.kind},
        "roll": {
            "size": roll.size, "sha256": roll.roll_hash, "spares": codes_beyond(roll),
            "record_date": roll.record_at.isoformat() if roll.record_at else "", "frozen": roll.frozen_at.isoformat(),
        },
        "digest": digest.hash if digest else "",
        "call": vote.params.get("call_hash", ""),
        "rule": {name: vote.params[name] for name in ("rule", "blank", "quorum", "revote", "codes_by")}
        | ({"leads_to": source} if (source := vote.params.get("leads_to")) else {}),
        "secrecy": SECRECY_RULE,
        **({"languages": languages} if (languages := vote.params.get("languages")) else {}),
    }
