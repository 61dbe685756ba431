"""What the tellers' pages about the electorate show, and what a member is told of the own code."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forum.kernel.doors import Actor
from forum.kernel.errors import N_
from forum.questions.models import Question
from forum.questions.process import CodesBy
from forum.questions.queries import appointments, question_by_id
from referendum.electorate import credential_queries, entry_queries, queries, rules
from referendum.electorate.claim_queries import claim_counts
from referendum.electorate.eligibility_queries import nobody_may_vote
from referendum.electorate.models import Electorate
from referendum.electorate.own_queries import OwnPage, own_page, taking_act
from referendum.electorate.way_rules import is_own_way, way_of
from referendum.process.models import Vote
from referendum.process.queries import vote_held_by

OWN_CODE = {
    "waiting": N_("Your voting code has not gone out yet."),
    "sending": N_("Your voting code is on its way."),
    "sent": N_("Your voting code was handed to the mail server, for the e-mail address on the roll."),
    "refused": N_("The mail server did not take your voting code. It will be printed as a letter."),
    "printing": N_("Your voting code is being printed as a letter."),
    "letter": N_("Your voting code was printed as a letter."),
    "unknown": N_("It is not known whether your voting code arrived. The tellers will send you a new one."),
    "spare": N_("A new voting code was made out for you, unless the first one had been used."),
}


OWN_WAY = N_("The tellers make your voting code on a machine of their own. It has not gone out yet.")
OWN_WAY_OUT = N_("The tellers made your voting code on a machine of their own and have sent it to you.")


@dataclass(frozen=True, slots=True)
class ElectoratePage:
    """The electorate of a vote, as its tellers see it. `roll` is None before it is frozen, `late` says that the clock
    should have done it, `nobody` why it never will be; `lot` is how many letters the next file holds at most."""

    vote: Vote
    question: Question
    roll: Electorate | None
    record_at: datetime | None
    late: bool
    nobody: str
    deliveries: dict[str, int]
    letters: int
    lot: int
    mails: int
    spares_left: int
    keys: int
    tellers: int
    own_key: bool
    way: CodesBy
    own: OwnPage | None
    claims: int

    @property
    def out(self) -> int:
        """How many codes are out, by mail, letter or as a spare; all or none where the tellers make them."""
        if self.own:
            return self.roll.size if self.roll and self.roll.codes in ("sent", "ready") else 0
        return sum(self.deliveries.get(each, 0) for each in ("sent", "letter", "spare"))


def electorate_page(actor: Actor, public_id: str, now: datetime, folder: Path) -> ElectoratePage:
    """The tellers' page of one vote."""
    vote = vote_held_by(actor, "teller", public_id)
    spares = credential_queries.credential_count(vote.id, "spare")
    record_at = queries.record_instant(vote)
    return ElectoratePage(
        vote=vote, question=question_by_id(vote.question_id), roll=queries.electorate(vote.id),
        record_at=record_at, late=record_at is not None and rules.is_late(record_at, now),
        nobody=rules.NOBODY if nobody_may_vote(vote, now) else "",
        deliveries=entry_queries.delivery_counts(vote.id),
        letters=entry_queries.waiting_count(vote.id, with_email=False),
        lot=min(rules.LARGEST_LOT, max(1, (spares - entry_queries.unsure_count(vote.id)) // 2)),
        mails=entry_queries.waiting_count(vote.id, with_email=True), spares_left=spares,
        keys=len(queries.teller_keys(vote.id)), tellers=len(appointments(vote.question_id, "teller")),
        own_key=queries.teller_key(vote.id, actor.member_id) is not None,
        way=way_of(vote.params), own=own_page(vote, folder) if is_own_way(vote.params) else None,
        claims=claim_counts(vote.question_id).get("", 0),
    )  # fmt: skip


def own_code(actor: Actor, vote: Vote) -> str:
    """What this member is told: on the frozen roll or not, and whether the code went out. Never whether it was used."""
    roll = queries.electorate(vote.id)
    if roll is None:
        return N_("The roll of this vote is not frozen yet.")
    entry = entry_queries.entry_of(vote.id, actor.member_id)
    if entry is None:
        return N_("You are not on the frozen roll of this vote. If you think that is wrong, tell the tellers.")
    if is_own_way(vote.params):
        return OWN_WAY_OUT if roll.codes in ("sent", "ready") else OWN_WAY
    return OWN_CODE[entry.delivery]


def addresses_left(vote: Vote) -> datetime | None:
    """When the tellers took names and addresses of the roll to a machine of their own; None where they did not."""
    act = taking_act(vote)
    return act.took_effect_at if act else None
