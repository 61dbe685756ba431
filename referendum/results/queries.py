"""Reads of counts and results: totals in the union's words, the outcome they give, what was published."""

from dataclasses import dataclass

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.questions.models import Option
from referendum.count.queries import tally_of
from referendum.crypto.election import read_election
from referendum.digest.models import DigestLine
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import options_on
from referendum.process.voting import Outcome, Reason, decide
from referendum.results.models import CitedArgument, PublishedResult
from referendum.results.tie_queries import broken, tie_break_of
from referendum.results.totals import Choice, Totals, read_votes


@dataclass(frozen=True)
class CitedLine:
    """An argument of the digest with its option and its totals."""

    argument: Argument
    option: Option
    line: DigestLine
    moved: int
    weighed: int | None


def choices(vote: Vote) -> dict[str, Choice]:
    """The options of a vote by letter."""
    return {each.letter: Choice(each.letter, each.title, each.slate) for each in options_on(vote)}


def eligible_count(vote: Vote) -> int:
    """How many stand on the frozen roll of a vote."""
    roll = electorate(vote.id)
    return roll.size if roll else 0


def sizes_of(vote: Vote) -> dict[str, int | None]:
    """How many are eligible, and how many of them registered; None where nobody needs to."""
    roll = electorate(vote.id)
    if roll is None or roll.admitted_count is None:
        return {"eligible": eligible_count(vote), "registered": None}
    return {"eligible": roll.admitted_count, "registered": roll.size}


def totals_of(vote: Vote) -> Totals | None:
    """The totals of V, once they are opened or it is sure that they never will be; None before."""
    counted = tally_of(vote.id, "V")
    if counted is None or (counted.result is None and not counted.withheld):
        return None
    row = None if counted.result is None else counted.result[0]
    return read_votes(read_election(vote.election_v.encode()), row, counted.ballot_count, choices(vote))


def outcome_of(vote: Vote) -> Outcome | None:
    """What the voting rule, and the breaking of a tie in the call's way, make of the totals; None before any."""
    outcome, totals = counted_outcome(vote), totals_of(vote)
    chosen = tie_break_of(vote) if outcome and outcome.reason is Reason.TIE else None
    if outcome is None or totals is None or chosen is None:
        return outcome
    return broken(vote, totals, totals.tally(eligible_count(vote)), outcome, chosen.facts["letters"])


def counted_outcome(vote: Vote) -> Outcome | None:
    """What the voting rule alone makes of the totals; None before there are any."""
    totals = totals_of(vote)
    if totals is None:
        return None
    params = read_params(vote.params)
    return decide(
        params.rule, totals.tally(eligible_count(vote)), quorum=params.quorum, min_ballots=params.min_ballots,
        leads_to=params.leads_to,
    )  # fmt: skip


def letters_of(vote: Vote, places: tuple[int, ...]) -> list[str]:
    """The letters of the options at these places of the paper."""
    totals = totals_of(vote)
    return [totals.choices[place].letter for place in places] if totals else []


def result_of(vote_id: int) -> PublishedResult | None:
    """What was published of a vote."""
    return db.session.get(PublishedResult, vote_id)


def citations_awaited(vote: Vote) -> bool:
    """Whether the citations of a counted vote will be published and are not yet: not where there are none, or too few
    to be opened.
    """
    counted, result = tally_of(vote.id, "C"), result_of(vote.id)
    will_be = bool(vote.election_c) and not (counted and counted.withheld)
    return will_be and (result is None or result.before_debate is None)


def cited_lines(vote: Vote) -> list[CitedLine]:
    """The digest's arguments with their totals, in the digest's order; empty while C is closed or withheld."""
    query = (
        db.select(CitedArgument, Argument, Option, DigestLine)
        .join(Argument, Argument.id == CitedArgument.argument_id)
        .join(Option, Option.id == Argument.option_id)
        .join(DigestLine, DigestLine.argument_id == Argument.id)
        .where(CitedArgument.vote_id == vote.id)
        .order_by(DigestLine.position)
    )
    return [
        CitedLine(argument, option, line, cited.moved, cited.weighed)
        for cited, argument, option, line in db.session.execute(query)
    ]


def citations_of(argument_id: int) -> list[tuple[Vote, CitedArgument]]:
    """On how many ballots an argument was cited, in each vote of its question that was not annulled."""
    query = (
        db.select(Vote, CitedArgument)
        .join(CitedArgument, CitedArgument.vote_id == Vote.id)
        .where(CitedArgument.argument_id == argument_id, Vote.state != "annulled")
        .order_by(Vote.number)
    )
    return [(vote, cited) for vote, cited in db.session.execute(query)]
