"""What a result rests on, for its page: the certificate and how many signed it, the frozen roll, ballots set aside."""

from dataclasses import dataclass
from datetime import datetime

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel.text import render_document
from referendum.casting.queries import box_state, set_aside_count
from referendum.count.proof_queries import Proved, proved_by
from referendum.count.queries import archives_of, tallies
from referendum.electorate.models import Electorate
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.results.tie_queries import tie_break_of


@dataclass(frozen=True)
class Certificate:
    """The tellers' signed result: its text, the text's SHA-256, how many tellers signed it, and when it took effect."""

    act_id: int
    html: str
    text: str
    hash: str
    signatures: int
    at: datetime | None


@dataclass(frozen=True)
class Proof:
    """`set_aside` is (archive, ballots whose proofs did not hold), empty before the box is sealed. `proved` says of
    each opened archive who of the trustees gave a second proof."""

    certificate: Certificate | None
    roll: Electorate | None
    set_aside: list[tuple[str, int]]
    tie_break: BodyAct | None
    proved: list[Proved]


def proof_of(vote: Vote) -> Proof:
    """Everything that a reader needs to check a result against, as far as it is there."""
    opened = [each.archive for each in tallies(vote.id) if each.result is not None]
    return Proof(
        certificate_of(vote), electorate(vote.id), set_aside(vote), tie_break_of(vote), proved_by(vote, opened)
    )


def certificate_of(vote: Vote) -> Certificate | None:
    """The certificate of a certified vote."""
    acts = bodies.acts_of(vote.question_id)
    act = next((each for each in acts if each.act == "certify" and each.document == vote.certificate), None)
    if act is None or act.took_effect_at is None:
        return None
    signed = sum(1 for each in act.signatures if each.document_hash == act.document_hash)
    html = render_document(act.document)
    return Certificate(act.id, html, act.document, act.document_hash, signed, act.took_effect_at)


def set_aside(vote: Vote) -> list[tuple[str, int]]:
    """How many ballots of each archive were set aside, once no more can come."""
    state = box_state(vote.id)
    if state is None or not state.sealed:
        return []
    return [(archive, set_aside_count(vote.id, archive)) for archive in archives_of(vote)]
