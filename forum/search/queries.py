"""Where words stand: one page of posts, lines of chat and arguments, the newest first, whatever the database."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, table, union_all

from forum.arguments.models import Argument, ArgumentRevision
from forum.arguments.rules import label_of
from forum.halls.models import Hall, Post
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Option, Question
from forum.roll.models import Local, Member
from forum.search.forms import Asked
from forum.search.models import vector
from forum.search.rules import Piece, excerpt
from forum.sittings.chat_queries import said_at
from forum.sittings.models import Message

ROWS_A_PAGE = 20
MOST_OPTIONS = 60


@dataclass(frozen=True)
class Hit:
    """Words that were found. `kind`: post, message or argument; `label` is what members call it; `local` is the number
    of the hall's local, empty for the national hall."""

    kind: str
    label: str
    url: str
    author: str
    local: str
    question: int
    at: datetime
    pieces: list[Piece]


@dataclass(frozen=True)
class Results:
    """One page of what was found, and whether there is another."""

    hits: list[Hit]
    page: int
    more: bool


def results(actor: Actor, asked: Asked) -> Results:
    """Three reads: the words, with everything a line shows of them. Hidden words are never among them."""
    parts = [_posts(actor, asked), _messages(actor, asked), _arguments(actor, asked)]
    every = union_all(*parts).subquery()
    query = (
        db.select(every, Member.name, Local.number.label("local"), Question.number.label("question"))
        .join(Hall, Hall.id == every.c.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .join(Member, Member.id == every.c.author_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .order_by(every.c.at.desc(), every.c.kind, every.c.id.desc())
        .offset((asked.page - 1) * ROWS_A_PAGE)
        .limit(ROWS_A_PAGE + 1)
    )
    rows = list(db.session.execute(query))
    hits = [_hit(row, list(asked.words)) for row in rows[:ROWS_A_PAGE]]
    return Results(hits, asked.page, len(rows) > ROWS_A_PAGE)


def _hit(row: Any, words: list[str]) -> Hit:
    url = f"/halls/{row.hall_id}/posts/{row.number}"
    if row.kind == "message":
        url = said_at(row.place, row.number)
    elif row.kind == "argument":
        url = f"/a/{row.id}"
    label = label_of(row.number) if row.kind == "argument" else str(row.number)
    return Hit(row.kind, label, url, row.name, row.local or "", row.question, row.at, excerpt(row.source, words))


def matches(model: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row of one of the indexed tables has all these words, or longer ones that begin so."""
    name = f"search_{model.__tablename__}"
    if db.engine.dialect.name == "sqlite":
        match = " ".join(f'"{word}"*' for word in words)
        inside = db.select(literal_column("rowid")).select_from(table(name))
        found: ColumnElement[bool] = model.id.in_(inside.where(literal_column(name).op("MATCH")(match)))
        return found
    each = " & ".join(f"'{_taken_apart(word)}':*" for word in words)
    wanted = func.to_tsquery(literal_column("CAST('simple' AS regconfig)"), each)
    return literal_column(vector(model.__tablename__)).bool_op("@@")(wanted)


def _taken_apart(word: str) -> str:
    """A word as PostgreSQL's index holds it (`models.vector`), in which no sign ends the quotes around it."""
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", word))
    return bare.replace("\\", "").replace("'", "''")


def _posts(actor: Actor, asked: Asked) -> Select[Any]:
    query = db.select(
        literal("post").label("kind"), Post.id, Post.hall_id, Post.author_id, Post.at, Post.number,
        literal(0).label("place"), Post.source,
    ).where(Post.hidden_at.is_(None), matches(Post, asked.words))  # fmt: skip
    if asked.option_id:
        query = query.where(Post.id.in_(_origins(Argument.post_id, asked.option_id)))
    return _filtered(actor, asked, query, Post.hall_id, Post.author_id, Post.at)


def _messages(actor: Actor, asked: Asked) -> Select[Any]:
    """Lines of chat; what the room itself notes of an argument is left out, the argument is found instead."""
    query = db.select(
        literal("message").label("kind"), Message.id, Message.hall_id, Message.author_id, Message.at, Message.number,
        Message.sitting_id.label("place"), Message.source,
    ).where(Message.kind == "chat", Message.hidden_at.is_(None), matches(Message, asked.words))  # fmt: skip
    if asked.option_id:
        query = query.where(Message.id.in_(_origins(Argument.message_id, asked.option_id)))
    return _filtered(actor, asked, query, Message.hall_id, Message.author_id, Message.at)


def _arguments(actor: Actor, asked: Asked) -> Select[Any]:
    """Claims, and grounds and sources as they are worded now; each word may stand in either."""
    each = (or_(matches(Argument, [word]), matches(ArgumentRevision, [word])) for word in asked.words)
    wording = and_(ArgumentRevision.argument_id == Argument.id, ArgumentRevision.number == Argument.revision)
    query = (
        db.select(
            literal("argument").label("kind"), Argument.id, Argument.hall_id, Argument.mover_id, Argument.moved_at,
            Argument.number, literal(0).label("place"),
            (Argument.claim + literal("\n") + ArgumentRevision.grounds_source).label("source"),
        )
        .join(ArgumentRevision, wording)
        .where(Argument.hidden_at.is_(None), *each)
    )  # fmt: skip
    if asked.option_id:
        query = query.where(Argument.option_id == asked.option_id)
    return _filtered(actor, asked, query, Argument.hall_id, Argument.mover_id, Argument.moved_at)


def _origins(column: Any, option_id: int) -> Select[Any]:
    """Posts or lines from which an argument on this option was moved."""
    stands = Argument.hidden_at.is_(None), column.is_not(None)
    moved: Select[Any] = db.select(column).where(Argument.option_id == option_id, *stands)
    return moved


def _filtered(actor: Actor, asked: Asked, query: Select[Any], hall: Any, author: Any, at: Any) -> Select[Any]:
    if asked.hall_id:
        query = query.where(hall == asked.hall_id)
    if asked.where or asked.local:
        query = query.where(hall.in_(_halls(actor, asked)))
    if asked.author:
        named = Member.name.icontains(asked.author, autoescape=True)  # not by number: that would tell whose it is
        query = query.where(author.in_(db.select(Member.id).where(named)))
    if asked.since:
        query = query.where(at >= asked.since)
    if asked.until:
        query = query.where(at < asked.until)
    return query


def _halls(actor: Actor, asked: Asked) -> Select[Any]:
    query: Select[Any] = db.select(Hall.id)
    if asked.local:
        return query.join(Local, Local.id == Hall.local_id).where(Local.number == asked.local)
    return query.where(Hall.local_id == actor.local_id if asked.where == "own" else Hall.local_id.is_(None))


def options_to_choose() -> list[tuple[int, int, str]]:
    """Id, question's number and title of options that arguments can be for or against, of the newest questions."""
    query = (
        db.select(Option.id, Question.number, Option.title)
        .join(Question, Question.id == Option.question_id)
        .where(Question.state != "drafted")
        .order_by(Question.number.desc(), Option.position)
        .limit(MOST_OPTIONS)
    )
    return [(row.id, row.number, row.title) for row in db.session.execute(query)]
