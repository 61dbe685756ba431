"""What a member wrote and what became of it: words with their arguments, arguments with their readings, measures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, or_, union_all
from sqlalchemy.orm import aliased

from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument
from forum.arguments.rules import label_of
from forum.halls.models import Hall, Post
from forum.kernel.database import db
from forum.moderation.models import Hiding
from forum.moderation.operations import content_hash
from forum.moderation.queries import Measured, measures_against
from forum.moderation.rules import GROUND_NAMES, Ground
from forum.moderation.word_queries import every_wording
from forum.moderation.word_queries import words as words_of
from forum.questions.models import Option, Question
from forum.roll.models import Local
from forum.search.rules import excerpt
from forum.sittings.chat_queries import said_at
from forum.sittings.models import Message

WORDS_A_PAGE = 20
ARGUMENTS_A_PAGE = 10
MOST_MEASURES = 30


@dataclass(frozen=True)
class Own:
    """A post or a line of chat of one's own; `words` are empty where it is hidden. `local` as in a search's hit."""

    kind: str
    number: int
    url: str
    local: str
    question: int
    at: datetime
    words: str
    hidden: bool
    edited: bool
    arguments: list[Tag]


@dataclass(frozen=True)
class Against:
    """A measure that touches a member, its ground's name, and the words that were hidden, for the author's proof."""

    measure: Measured
    ground: str
    text: str


@dataclass(frozen=True)
class OwnArgument:
    """An argument that one moved, or that came from one's words (`moved` says which), and how many have read it."""

    argument: Argument
    tag: Tag
    moved: bool
    answers: int
    into: str

    @property
    def readers(self) -> int:
        return self.argument.agree_count + self.argument.disagree_count + self.argument.pass_count


def words(member_id: int, page: int) -> tuple[list[Own], bool]:
    """One page of what a member wrote, the newest first, and whether there is more. Two reads."""
    said = db.select(
        literal("post").label("kind"), Post.id, Post.hall_id, Post.number, literal(0).label("place"), Post.at,
        Post.source, Post.hidden_at, Post.revision,
    ).where(Post.author_id == member_id)  # fmt: skip
    chat = db.select(
        literal("message"), Message.id, Message.hall_id, Message.number, Message.sitting_id, Message.at,
        Message.source, Message.hidden_at, literal(1),
    ).where(Message.author_id == member_id)  # fmt: skip
    every = union_all(said, chat).subquery()
    query = (
        db.select(every, Local.number.label("local"), Question.number.label("question"))
        .join(Hall, Hall.id == every.c.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .order_by(every.c.at.desc(), every.c.kind, every.c.id.desc())
        .offset((page - 1) * WORDS_A_PAGE)
        .limit(WORDS_A_PAGE + 1)
    )
    rows = list(db.session.execute(query))
    became = _arguments_from(rows[:WORDS_A_PAGE])
    return [_own(row, became.get((row.kind, row.id), [])) for row in rows[:WORDS_A_PAGE]], len(rows) > WORDS_A_PAGE


def _own(row: Any, arguments: list[Tag]) -> Own:
    url = f"/halls/{row.hall_id}/posts/{row.number}" if row.kind == "post" else said_at(row.place, row.number)
    shown = "" if row.hidden_at else "".join(piece.text for piece in excerpt(row.source, []))
    return Own(
        row.kind, row.number, url, row.local or "", row.question, row.at, shown, row.hidden_at is not None,
        row.revision > 1, arguments,
    )  # fmt: skip


def _arguments_from(rows: list[Any]) -> dict[tuple[str, int], list[Tag]]:
    """The arguments that were moved from these words."""
    ids = {kind: [row.id for row in rows if row.kind == kind] for kind in ("post", "message")}
    query = (
        db.select(Argument, Option)
        .join(Option, Option.id == Argument.option_id)
        .where(or_(Argument.post_id.in_(ids["post"]), Argument.message_id.in_(ids["message"])))
        .order_by(Argument.number)
    )
    found: dict[tuple[str, int], list[Tag]] = {}
    for argument, option in db.session.execute(query):
        key = ("post", argument.post_id) if argument.post_id else ("message", argument.message_id)
        found.setdefault(key, []).append(tag_of(argument, option.letter))
    return found


def arguments(member_id: int, page: int) -> tuple[list[OwnArgument], bool]:
    """One page of the arguments that a member moved or is named the origin of, the newest first."""
    answer = aliased(Argument)
    into = aliased(Argument)
    answered = (
        db.select(func.count(answer.id))
        .where(answer.answers_id == Argument.id, answer.hidden_at.is_(None), answer.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    query = (
        db.select(Argument, Option, answered, into.number)
        .join(Option, Option.id == Argument.option_id)
        .outerjoin(into, into.id == Argument.merged_into_id)
        .where(or_(Argument.mover_id == member_id, Argument.origin_member_id == member_id))
        .order_by(Argument.moved_at.desc(), Argument.id.desc())
        .offset((page - 1) * ARGUMENTS_A_PAGE)
        .limit(ARGUMENTS_A_PAGE + 1)
    )
    rows = [
        OwnArgument(
            argument, tag_of(argument, option.letter), argument.mover_id == member_id, answers,
            label_of(number) if number else "",
        )
        for argument, option, answers, number in db.session.execute(query)
    ]  # fmt: skip
    return rows[:ARGUMENTS_A_PAGE], len(rows) > ARGUMENTS_A_PAGE


def measures(member_id: int) -> list[Against]:
    """What was hidden of a member's words, and where the member was stopped from writing, the newest first."""
    return [
        Against(each, GROUND_NAMES[Ground(each.ground)], _as_hidden(each) if isinstance(each, Hiding) else "")
        for each in measures_against(member_id, MOST_MEASURES)
    ]


def _as_hidden(hiding: Hiding) -> str:
    """The words exactly as they were hashed: what was shown again may have been edited since."""
    found = words_of(hiding.kind, hiding.subject_id)
    wordings = every_wording(found)
    return next((each for each in wordings if content_hash(each, hiding.salt) == hiding.content_hash), found.text)
