"""Page-shaped reads of a result: what heads it, its table, and why its citations are withheld where they are."""

from dataclasses import dataclass, field
from typing import Any

from forum.kernel.errors import N_, Percentage
from forum.questions.models import Option, Question
from forum.questions.phrase import Phrase
from forum.questions.process import VotingRule
from referendum.count.queries import tally_of
from referendum.process.facts import VoteKind, VoteState
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import options_on, votes_of
from referendum.process.voting import REASONS, Reason
from referendum.results import queries
from referendum.results.cited_queries import Picture, origins_of, picture_of
from referendum.results.foresight_queries import (
    Bridge,
    Foreseen,
    HallRow,
    agreeing,
    bridges_of,
    foreseen_of,
    halls_of,
)
from referendum.results.rules import share_of
from referendum.results.totals import notes_of
from referendum.results.turnout_queries import TurnoutPage, turnout_page

RULE_WORDS = {
    VotingRule.PLURALITY: N_(
        "%(share)s of the ballots that name an option, %(count)s of %(named)s: more than any other."
    ),
    VotingRule.MAJORITY: N_("%(share)s of the ballots that name an option, %(count)s of %(named)s: more than half."),
    VotingRule.TWO_THIRDS: N_(
        "%(share)s of the ballots that name an option, %(count)s of %(named)s: two thirds or more."
    ),
    VotingRule.APPROVAL: N_("It stands on %(count)s of %(named)s ballots that name an option: more than any other."),
}
VOTE_NAMES = {VoteKind.MEMBERS: N_("Members’ vote"), VoteKind.RUN_OFF: N_("Run-off")}
RULE_WORDS[VotingRule.YES_NO] = RULE_WORDS[VotingRule.PLURALITY]
RULE_WORDS[VotingRule.MAJORITY_RUN_OFF] = RULE_WORDS[VotingRule.MAJORITY]


@dataclass(frozen=True)
class Headline:
    """Who is elected, or goes on to the next vote, or why nobody does; and the sentence that says by which rule, in the
    published figures."""

    elected: list[Option] = field(default_factory=list)
    going_on: list[Option] = field(default_factory=list)
    reason: Phrase | None = None
    said: Phrase | None = None

    @property
    def ahead(self) -> set[str]:
        """The letters that the table marks."""
        return {each.letter for each in (*self.elected, *self.going_on)}


@dataclass(frozen=True)
class VoteLine:
    """One of a question's votes in a list. `headline` is None before it is counted, and of one that was annulled;
    `again` says that it was annulled and is held again."""

    vote: Vote
    name: Phrase
    headline: Headline | None
    again: bool


@dataclass(frozen=True)
class Citations:
    """Everything that is said of arguments once their marks are opened."""

    picture: Picture
    bridges: list[Bridge]
    foreseen: list[Foreseen]
    agreeing: tuple[int, int]
    halls: list[HallRow]
    least: int
    ballots: int


@dataclass(frozen=True)
class ResultPage:
    """Everything the page of a result shows. `table` is None before anything is published."""

    vote: Vote
    headline: Headline
    table: dict[str, Any] | None = None
    notes: list[Phrase] = field(default_factory=list)
    weighed: bool = True
    withheld: Phrase | None = None
    citations: Citations | None = None
    before_debate: list[int] | None = None
    turnout: TurnoutPage | None = None
    share: str = ""


def result_page(question: Question, vote: Vote, *, for_members: bool, council: str = "") -> ResultPage:
    """The result of one vote as far as it is published."""
    published = queries.result_of(vote.id)
    if published is None:
        return ResultPage(vote, Headline())
    table, withheld = published.table, citations_withheld(vote)
    return ResultPage(
        vote,
        headline_of(vote, table),
        table,
        notes_of(table),
        read_params(vote.params).weighed,
        withheld,
        citations_shown(question, vote, for_members=for_members),
        None if withheld else published.before_debate,
        turnout_page(vote, council, for_members=for_members),
        share_of(table["ballots"], table["registered"] or table["eligible"]),
    )


def vote_lines(question: Question) -> list[VoteLine]:
    """Every vote on a question in its order, with what came of it."""
    found = []
    for vote in votes_of(question.id):
        published, again = queries.result_of(vote.id), vote.state == VoteState.ANNULLED
        headline = headline_of(vote, published.table) if published and not again else None
        found.append(VoteLine(vote, Phrase(VOTE_NAMES[VoteKind(vote.kind)]), headline, again))
    return found


def newest_counted(question_id: int) -> Vote | None:
    """The newest vote that has a result; none where all that were counted are annulled and held again."""
    stand = [each for each in votes_of(question_id) if each.state != VoteState.ANNULLED]
    return next((each for each in reversed(stand) if queries.result_of(each.id)), None)


def headline_of(vote: Vote, table: dict[str, Any]) -> Headline:
    """What heads the result, in words by the voting rule and in figures as the reporting rule rounds them."""
    elected, going_on = ahead_of(vote)
    reason = reason_of(vote)
    words = RULE_WORDS.get(read_params(vote.params).rule)
    row = next((each for each in table["rows"] if [each["letter"]] == [option.letter for option in elected]), None)
    if len(elected) > 1:
        return Headline(elected, [], reason, Phrase(N_("The leading option of each slate is elected.")))
    if row is None or words is None:
        return Headline(elected, going_on, reason, reason)
    named = table["ballots"] - table["blanks"]
    facts = {"share": Percentage(row["percent"]), "count": row["count"], "named": named}
    return Headline(elected, going_on, reason, Phrase(words, facts))


def ahead_of(vote: Vote) -> tuple[list[Option], list[Option]]:
    """The options elected, and those that go on to the next vote; while the count can be challenged, as the voting rule
    gives them so far. Never both."""
    if vote.state not in (VoteState.CHALLENGEABLE, VoteState.CERTIFIED):
        return [], []
    outcome = queries.outcome_of(vote)
    elected = queries.letters_of(vote, outcome.elected) if outcome else []
    going_on = queries.letters_of(vote, outcome.going_on) if outcome else []
    every = options_on(vote)
    return [each for each in every if each.letter in elected], [each for each in every if each.letter in going_on]


def citations_shown(question: Question, vote: Vote, *, for_members: bool) -> Citations | None:
    """The arguments of the digest with their marks; None where there are none to be shown."""
    lines, counted = queries.cited_lines(vote), tally_of(vote.id, "C")
    if citations_withheld(vote) or counted is None or not lines:
        return None
    origins = origins_of([each.argument.id for each in lines], for_members=for_members)
    foreseen = foreseen_of(question, lines)
    return Citations(
        picture_of(question, lines, origins), bridges_of(question, lines), foreseen, agreeing(foreseen),
        halls_of(lines, origins), read_params(vote.params).citations_min, counted.ballot_count,
    )  # fmt: skip


def reason_of(vote: Vote) -> Phrase | None:
    """Why the outcome is what it is, certified or as the rule gives it so far."""
    if vote.outcome_reason:
        return Phrase(REASONS[Reason(vote.outcome_reason)])
    outcome = queries.outcome_of(vote)
    return Phrase(REASONS[outcome.reason]) if outcome else None


def citations_withheld(vote: Vote) -> Phrase | None:
    """Why no citations are shown, in words; None when they are."""
    if vote.state == VoteState.ANNULLED:
        return Phrase(N_("This vote was annulled. Its marks count for nothing, so they are not shown."))
    if vote.kind == VoteKind.RUN_OFF:
        return Phrase(N_("Arguments were marked in the first vote; a run-off does not ask for them again."))
    if not vote.election_c:
        return Phrase(N_("There was no digest, so no arguments could be cited."))
    counted = tally_of(vote.id, "C")
    if counted is None or (counted.result is None and not counted.withheld):
        return Phrase(N_("The citations are still being counted. The vote stands without them."))
    if counted.withheld:
        least = read_params(vote.params).citations_min
        text = N_("Citations are opened only from %(least)s ballots on, so that nobody is found out. %(count)s came.")
        return Phrase(text, {"least": least, "count": counted.ballot_count})
    return None
