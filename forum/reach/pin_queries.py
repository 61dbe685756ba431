"""What is pinned: found when it is pinned, and shown at the top of a hall by one statement to the database."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import and_, bindparam, func

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument, Statement
from forum.arguments.rules import ArgumentFacts, Side, leaning
from forum.halls.models import Post
from forum.kernel.database import db
from forum.kernel.errors import N_, Invalid, Problem
from forum.questions import queries as questions
from forum.questions.models import Option
from forum.questions.rules import QuestionState
from forum.reach.models import LedgerEntry
from forum.reach.rules import Kind

MOST_UP = 8
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Pinned:
    """One thing pinned, with its words as they stand now: an argument's claim, the beginning of a post, the title of a
    statement. `number` is the argument's or the post's."""

    entry: LedgerEntry
    option: Option
    number: int | None
    words: str


def pin(entry: LedgerEntry, wanted: str) -> None:
    """Let an entry point at what is wanted: "argument:17" and "post:12" by number, "statement:3" by id. Raises
    `Invalid` where that does not stand here, or argues the other way."""
    kind, _, number = wanted.partition(":")
    match kind:
        case "argument":
            entry.argument_id = found = _argument(entry, int(number))
        case "post":
            entry.post_id = found = _post(entry, int(number))
        case _:
            entry.statement_id = found = _statement(entry, int(number))
    if found is None:
        field = "statement" if kind == "statement" else "pinned"
        raise Invalid([Problem(field, N_("There is nothing of this number here that could be pinned."))])


def _argument(entry: LedgerEntry, number: int) -> int | None:
    query = db.select(Argument).where(Argument.question_id == entry.question_id, Argument.number == number, *in_view())
    found = db.session.scalar(query.where(Argument.seconded_at.is_not(None)))
    if found is None:
        return None
    facts = ArgumentFacts(
        entry.question_id, QuestionState.DEBATING, found.mover_id, option_id=found.option_id, side=Side(found.side)
    )
    option, side = leaning(facts, [each.id for each in questions.options(entry.question_id)])
    if (option == entry.option_id) != (side is Side.FOR):
        raise Invalid([Problem("pinned", N_("This argument does not speak for the option that you chose."))])
    number_found: int = found.id
    return number_found


def _post(entry: LedgerEntry, number: int) -> int | None:
    query = db.select(Post.id).where(Post.hall_id == entry.hall_id, Post.number == number, Post.hidden_at.is_(None))
    found: int | None = db.session.scalar(query)
    return found


def _statement(entry: LedgerEntry, number: int) -> int | None:
    query = db.select(Statement.id).where(Statement.id == number, Statement.question_id == entry.question_id)
    found: int | None = db.session.scalar(query.where(Statement.stands_at.is_not(None)))
    return found


def statements(question_id: int) -> list[Statement]:
    """Statements that stand, to choose one from."""
    query = db.select(Statement).where(Statement.question_id == question_id, Statement.stands_at.is_not(None))
    return list(db.session.scalars(query.order_by(Statement.id).limit(50)))


_PINS = (
    db.select(
        LedgerEntry, Option, func.coalesce(Argument.number, Post.number),
        func.coalesce(Argument.claim, Statement.title), Post.html,
    )
    .join(Option, Option.id == LedgerEntry.option_id)
    .outerjoin(Argument, and_(Argument.id == LedgerEntry.argument_id, *in_view()))
    .outerjoin(Post, (Post.id == LedgerEntry.post_id) & Post.hidden_at.is_(None))
    .outerjoin(Statement, Statement.id == LedgerEntry.statement_id)
    .where(LedgerEntry.hall_id == bindparam("hall_id"), LedgerEntry.ends_at > bindparam("now"))
    .where(LedgerEntry.kind == Kind.PIN, LedgerEntry.hidden_at.is_(None))
    .order_by(LedgerEntry.id)
    .limit(MOST_UP)
)  # fmt: skip


def pins_up(hall_id: int, now: datetime) -> list[Pinned]:
    """What is pinned in a hall now, in the order in which it came; what was hidden or withdrawn since is left out."""
    rows = db.session.execute(_PINS, {"hall_id": hall_id, "now": now})
    return [
        Pinned(entry, option, number, words or _beginning(html))
        for entry, option, number, words, html in rows
        if words or html
    ]


def _beginning(html: str) -> str:
    """The first words of a post, without its marks."""
    words = Markup(html).striptags()  # noqa: S704 - nothing but its words leaves here, and they are escaped again
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]} …"
