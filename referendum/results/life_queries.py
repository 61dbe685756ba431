"""What became of one argument in the votes on its question: marked, on the ballot with its marks not opened, or not."""

from dataclasses import dataclass

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.opinion.current_queries import current_map
from forum.questions.phrase import Phrase
from forum.roll.models import Local
from referendum.digest.models import DigestLine
from referendum.process.models import Vote
from referendum.process.queries import votes_of
from referendum.results import queries
from referendum.results.models import CitedArgument, PublishedResult
from referendum.results.page_queries import citations_withheld


@dataclass(frozen=True)
class InVote:
    """A counted vote as an argument lived it. `cited` with its place among so many, or `withheld` says why there is
    none; both are None where it was not on the ballot."""

    vote: Vote
    result: PublishedResult
    on_ballot: bool
    cited: CitedArgument | None = None
    place: int = 0
    among: int = 0
    withheld: Phrase | None = None


@dataclass(frozen=True)
class Spread:
    """In how many units of thirty members and ten readers, the smaller pooled, more than half agreed; and where least.
    `lowest` is a local's number, "" where it is the pool."""

    above: int
    units: int
    lowest: str
    share: str


def in_votes(argument: Argument) -> list[InVote]:
    """Every vote of its question that was counted and not annulled, in their order."""
    on_ballot = is_on_ballot(argument.id)
    found = []
    for vote in votes_of(argument.question_id):
        result = queries.result_of(vote.id)
        if result is not None and vote.state != "annulled" and vote.election_c:
            found.append(_in_vote(argument, vote, result, on_ballot=on_ballot))
    return found


def is_on_ballot(argument_id: int) -> bool:
    """Whether the digest took it."""
    line = db.select(DigestLine.id).where(DigestLine.argument_id == argument_id)
    return db.session.scalar(line) is not None


def _in_vote(argument: Argument, vote: Vote, result: PublishedResult, *, on_ballot: bool) -> InVote:
    if not on_ballot:
        return InVote(vote, result, on_ballot)
    withheld = citations_withheld(vote)
    every = [] if withheld else list(_cited(vote.id))
    own = next((each for each in every if each.argument_id == argument.id), None)
    if own is None:
        return InVote(vote, result, on_ballot, withheld=withheld)
    ahead = sum(_marks(each) > _marks(own) for each in every)
    return InVote(vote, result, on_ballot, own, ahead + 1, len(every))


def _cited(vote_id: int) -> list[CitedArgument]:
    return list(db.session.scalars(db.select(CitedArgument).where(CitedArgument.vote_id == vote_id)))


def _marks(each: CitedArgument) -> int:
    return each.moved + (each.weighed or 0)


def spread_of(argument: Argument) -> Spread | None:
    """How agreement was spread over locals when readings were last added up; None before."""
    stored = current_map(argument.question_id)
    told = stored.document["arguments"].get(str(argument.id)) if stored else None
    if not told or told["units"] < 2 or not told["lowest"]:
        return None
    lowest, local = told["lowest"], db.session.get(Local, told["lowest"]["local"])
    return Spread(told["above"], told["units"], local.number if local else "", f"{round(100 * lowest['share'])} %")
