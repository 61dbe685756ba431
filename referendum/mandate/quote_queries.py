"""The arguments a mandate quotes, with the ballots that made it quote them, and which act answers each."""

from collections import Counter
from dataclasses import dataclass

from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.questions.phrase import Phrase
from referendum.mandate import queries
from referendum.mandate.models import Duty, FiledAct, Mandate
from referendum.mandate.queries import DutyRow, Quoted
from referendum.process.params import read_params
from referendum.process.queries import cited_vote
from referendum.process.queries import vote as vote_by_id
from referendum.results.models import CitedArgument
from referendum.results.page_queries import citations_withheld

NOBODY_MARKED = Phrase(N_("Nobody marked an argument for which one could be quoted here."))


@dataclass(frozen=True)
class Answer:
    """One duty as it stands towards one argument: the act that answers it first, or none yet."""

    duty: int
    act_id: int | None


@dataclass(frozen=True)
class QuotedRow:
    """An argument quoted, on how many ballots it was marked so, and its answers, one for each duty."""

    quoted: Quoted
    ballots: int
    answers: list[Answer]

    @property
    def open_for(self) -> list[int]:
        """The numbers of the duties for which nothing filed answers it."""
        return [each.duty for each in self.answers if each.act_id is None]


@dataclass(frozen=True)
class QuotesPage:
    """What the vote says that the acts must answer. `empty` says why it is nothing, `one_sided` that only what moved
    could be quoted, because what weighed was not asked, `vote` in which of the question's votes they were marked."""

    moved: list[QuotedRow]
    weighed: list[QuotedRow]
    empty: Phrase | None
    one_sided: bool
    vote: int

    @property
    def unanswered(self) -> int:
        return sum(bool(each.open_for) for each in (*self.moved, *self.weighed))


def quotes_page(mandate: Mandate, rows: list[DutyRow]) -> QuotesPage:
    """The quotations in the order of the rule."""
    vote = cited_vote(mandate.question_id) or vote_by_id(mandate.vote_id)
    query = db.select(CitedArgument).where(CitedArgument.vote_id == vote.id)
    cited = {each.argument_id: each for each in db.session.scalars(query)}
    found: dict[str, list[QuotedRow]] = {"moved": [], "weighed": []}
    for each in queries.quoted(mandate):
        marks = cited[each.argument.id]
        ballots = marks.moved if each.kind == "moved" else marks.weighed or 0
        found[each.kind].append(QuotedRow(each, ballots, [_answer(each, row) for row in rows]))
    empty = None if found["moved"] or found["weighed"] else citations_withheld(vote) or NOBODY_MARKED
    one_sided = not empty and not read_params(vote.params).weighed
    return QuotesPage(found["moved"], found["weighed"], empty, one_sided, vote.number)


def _answer(quoted: Quoted, row: DutyRow) -> Answer:
    key = str(quoted.argument.id)
    return Answer(row.number, next((act.id for act in row.duty.acts if key in act.answers), None))


def answers_to(mandate: Mandate, argument_id: int) -> list[tuple[Duty, FiledAct, str, int]]:
    """Every act that answers an argument, oldest first: the duty, the act, its words, and how many dispute it."""
    key = str(argument_id)
    disputed = Counter(each.act_id for each in queries.disputes(mandate) if each.ruling != "dismissed")
    found = [
        (duty, act, act.answers[key], disputed[act.id])
        for duty in mandate.duties
        for act in duty.acts
        if key in act.answers
    ]
    return sorted(found, key=lambda each: (each[1].at, each[1].id))
