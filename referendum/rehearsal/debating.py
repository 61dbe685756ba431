"""How the demo's debates are told: posts, edits, arguments, merges, statements and replies, as the texts give them."""

from datetime import datetime, timedelta
from typing import Any

from forum.arguments import merge_operations, operations, statement_operations
from forum.arguments.forms import NewArgument, NewStatement, NewWording
from forum.arguments.models import Argument
from forum.arguments.rules import Side
from forum.halls import post_operations
from forum.halls.forms import EditedPost, NewPost
from forum.kernel.database import db
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground, Kind
from referendum.rehearsal.reading_union import moment
from referendum.rehearsal.stage import Happening, Made, Stage


def posts(stage: Stage, made: Made, told: list[list[str]], first_day: datetime) -> list[Happening]:
    """Posts of all halls; rows are id, hall, author, when, the post it replies to, words."""
    happenings: list[Happening] = []
    for name, hall, author, at, reply, words in told:

        def publish(now: datetime, row: tuple[str, ...] = (name, hall, author, reply, words)) -> None:
            name, hall, author, reply, words = row
            answered = made.posts[reply][1] if reply else None
            post = post_operations.publish_post(
                stage.person(author), made.halls[hall], NewPost(words, answered), now=now
            )
            made.posts[name] = (post.hall_id, post.number, post.id)

        happenings.append((moment(first_day, at), publish))
    return happenings


def edits(
    stage: Stage, made: Made, told: list[list[str]], author_of: dict[str, str], first_day: datetime
) -> list[Happening]:
    """New wordings of posts; rows are the post's id, when, words."""
    happenings: list[Happening] = []
    for name, at, words in told:

        def edit(now: datetime, name: str = name, words: str = words) -> None:
            hall_id, number, _ = made.posts[name]
            author = stage.person(author_of[name])
            post_operations.edit_post(author, hall_id, number, EditedPost(words, 1), now=now)

        happenings.append((moment(first_day, at), edit))
    return happenings


def hidings(stage: Stage, made: Made, told: list[list[str]], first_day: datetime) -> list[Happening]:
    """Posts hidden by a host; rows are the post, when, the host, the ground, the public reason."""
    happenings: list[Happening] = []
    for name, at, host, ground, reason in told:

        def hide(now: datetime, row: tuple[str, ...] = (name, host, ground, reason)) -> None:
            name, host, ground, reason = row
            cause = Cause(Ground(ground), reason)
            moderation.hide_words(stage.person(host), Kind.POST, made.posts[name][2], cause, now=now)

        happenings.append((moment(first_day, at), hide))
    return happenings


def arguments(stage: Stage, made: Made, told: list[list[str]], first_day: datetime) -> list[Happening]:
    """Arguments and who seconds them; rows as the comment in current.toml names them."""
    happenings: list[Happening] = []
    for row in told:

        def move(now: datetime, row: list[str] = row) -> None:
            name, origin, mover, _, option, side, claim, grounds, sources, _, _, answers = row
            from_post = made.posts.get(origin)
            new = NewArgument(
                option_id=made.options[option], side=Side(side), claim=claim, grounds=grounds, sources=sources,
                hall_id=None if from_post else made.halls[origin], origin=f"post:{from_post[2]}" if from_post else "",
                answers=number_of_argument(made, answers) if answers else None,
            )  # fmt: skip
            moved = operations.move_argument(stage.person(mover), made.question_id, new, now=now)
            made.arguments[name] = moved.id

        def second(now: datetime, name: str = row[0], key: str = row[9]) -> None:
            operations.second_argument(stage.person(key), made.arguments[name], now=now)

        happenings.append((moment(first_day, row[3]), move))
        if row[9]:
            happenings.append((moment(first_day, row[10]), second))
    return happenings


def number_of_argument(made: Made, name: str) -> int:
    """The number on the record of an argument that the texts call `name`."""
    return db.session.get_one(Argument, made.arguments[name]).number


def rewordings(stage: Stage, made: Made, told: list[list[str]], first_day: datetime) -> list[Happening]:
    """New grounds and sources; rows are the argument, when, its mover, grounds, sources."""
    happenings: list[Happening] = []
    for name, at, mover, grounds, sources in told:

        def word(now: datetime, row: tuple[str, ...] = (name, mover, grounds, sources)) -> None:
            name, mover, grounds, sources = row
            wording = NewWording("", grounds, sources, 1)
            operations.word_argument(stage.person(mover), made.arguments[name], wording, now=now)

        happenings.append((moment(first_day, at), word))
    return happenings


def merges(stage: Stage, made: Made, told: list[list[str]], first_day: datetime) -> list[Happening]:
    """Two arguments become one; rows are the one, the other, who proposes, when, who agrees, when."""
    happenings: list[Happening] = []
    for name, into, by, at, agreed_by, agreed_at in told:
        proposed: list[int] = []

        def propose(now: datetime, row: tuple[str, ...] = (name, into, by), proposed: list[int] = proposed) -> None:
            name, into, by = row
            target = number_of_argument(made, into)
            merge = merge_operations.propose_merge(stage.person(by), made.arguments[name], target, now=now)
            proposed.append(merge.id)

        def agree(now: datetime, key: str = agreed_by, proposed: list[int] = proposed) -> None:
            merge_operations.answer_merge(stage.person(key), proposed[0], True, now=now)

        happenings += [(moment(first_day, at), propose), (moment(first_day, agreed_at), agree)]
    return happenings


def statements(stage: Stage, made: Made, told: dict[str, Any], first_day: datetime) -> list[Happening]:
    """The leadership's statements, and a minority's reply with those who sign it."""
    stated: dict[str, int] = {}
    happenings: list[Happening] = []
    for option, side, author, at, title, words in told["leadership"]:

        def state(now: datetime, row: tuple[str, ...] = (option, side, author, title, words)) -> None:
            option, side, author, title, words = row
            new = NewStatement(title, words, option_id=made.options[option], side=Side(side))
            made_now = statement_operations.publish_statement(stage.person(author), made.question_id, new, now=now)
            stated[option] = made_now.id

        happenings.append((moment(first_day, at), state))
    if "reply" in told:
        happenings += _reply(stage, made, told["reply"], stated, first_day)
    return happenings


def _reply(stage: Stage, made: Made, told: list[Any], stated: dict[str, int], first_day: datetime) -> list[Happening]:
    option, author, at, title, words, signers = told
    written: list[int] = []

    def write(now: datetime) -> None:
        new = NewStatement(title, words, answers_id=stated[option])
        reply = statement_operations.publish_reply(stage.person(author), made.question_id, new, now=now)
        written.append(reply.id)

    happenings: list[Happening] = [(moment(first_day, at), write)]
    for place, key in enumerate(signers, 1):

        def sign(now: datetime, key: str = key) -> None:
            statement_operations.sign_reply(stage.person(key), written[0], now=now)

        happenings.append((moment(first_day, at) + timedelta(minutes=47 * place), sign))
    return happenings
