"""Long threads for the bench: three questions in debate, each with a hall of local 88, of 40, 500 and 5,000 posts.

The page that is asked for carries everything a real one does: answers, edited posts, one tombstone, two arguments put
on the record, a live session, what this reader follows, muted, read and began to write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import insert

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument
from forum.arguments.rules import Side
from forum.halls.models import Hall, Post, PostRevision, ReadMark
from forum.halls.own_models import Draft, Following, Muting
from forum.halls.rules import POSTS_A_PAGE
from forum.kernel import text
from forum.kernel.database import db
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground
from forum.questions.models import Question
from forum.roll.models import Local
from tests.build_sittings import Ground as Debate
from tests.build_sittings import make_debate
from tests.people import Cast, actor, make_member

PAGES = {40: 2, 500: 13, 5000: 125}  # length of a thread → the page of it that is asked for
AUTHORS = 60
PARAGRAPH = (
    "The branch met on *Tuesday* and argued about the **pay claim** of 4.5 %, see [agenda](https://example.org/a).\n\n"
    "- first point about `shift` pay\n- second point, with a tag\n- third\n\n> quoted reply from a member\n\n"
    "1. one\n2. two\n\n"
)
SOURCE = (PARAGRAPH * 5)[:1000]  # as long as the posts of the handler beside it


@dataclass(frozen=True)
class Thread:
    """A hall with a thread of so many posts, and the page to ask for."""

    hall: int
    posts: int
    page: int

    @property
    def path(self) -> str:
        return f"/halls/{self.hall}?page={self.page}"


def make_threads(cast: Cast, *, now: datetime, pages: Mapping[int, int] = PAGES) -> list[Thread]:
    """Build them all (length → page of it to ask for). Needs an open write in a request context."""
    here = db.session.get_one(Local, cast.local)
    authors = [cast.seconder] + [make_member(f"8{n:04d}", f"Author {n}", here) for n in range(AUTHORS)]
    db.session.add(Muting(member_id=cast.member, muted_id=authors[5], at=now))
    threads = []
    for length, page in pages.items():
        debate = make_debate(cast, now=now)
        db.session.get_one(Question, debate.question).number = 100 + len(threads)
        threads.append(_make_thread(cast, debate, authors, length, page, now))
    return threads


def _make_thread(cast: Cast, debate: Debate, authors: list[int], length: int, page: int, now: datetime) -> Thread:
    _write(debate.hall, authors, length, now)
    thread = Thread(debate.hall, length, page)
    _put_on_record(cast, debate, thread, now)
    _keep(cast, thread, now)
    db.session.flush()
    return thread


def _write(hall_id: int, authors: list[int], length: int, now: datetime) -> None:
    html, begun = text.render(SOURCE), now - timedelta(days=7)
    rows = [
        {
            "hall_id": hall_id, "number": number, "author_id": authors[number % len(authors)], "office": "",
            "source": SOURCE, "html": html, "renderer": text.VERSION, "revision": 2 if number % 10 == 0 else 1,
            "at": begun + timedelta(minutes=number), "reply_to_id": None,
        }
        for number in range(1, length + 1)
    ]  # fmt: skip
    db.session.execute(insert(Post), rows)
    posts = list(db.session.scalars(db.select(Post).where(Post.hall_id == hall_id).order_by(Post.number)))
    for before, post in pairwise(posts):
        if post.number % 3 == 0:
            post.reply_to_id = before.id
    edited = [each for each in posts if each.revision > 1]
    db.session.add_all(PostRevision(post_id=each.id, number=1, source="", html="", at=each.at) for each in edited)
    db.session.get_one(Hall, hall_id).post_count = length
    db.session.flush()


def _put_on_record(cast: Cast, debate: Debate, thread: Thread, now: datetime) -> None:
    first = (thread.page - 1) * POSTS_A_PAGE + 1
    shown = db.select(Post.id).where(Post.hall_id == thread.hall, Post.number >= first).order_by(Post.number)
    ids = list(db.session.scalars(shown.limit(POSTS_A_PAGE)))
    for post_id in ids[2:4]:
        claim = NewArgument(
            option_id=debate.options[0], side=Side.FOR, claim=f"The fund lasts {post_id} weeks.", grounds="The ledger.",
            hall_id=thread.hall, origin=f"post:{post_id}",
        )  # fmt: skip
        moved = arguments.move_argument(actor(cast.member), debate.question, claim, now=now)
        arguments.second_argument(actor(cast.seconder), moved.id, now=now)
    moderation.hide_words(actor(cast.host), "post", ids[7], Cause(Ground.SPAM, "An advertisement."), now=now)


def _keep(cast: Cast, thread: Thread, now: datetime) -> None:
    first = (thread.page - 1) * POSTS_A_PAGE + 1
    reader = cast.member
    db.session.add_all([
        Following(hall_id=thread.hall, member_id=reader, state="follow", told_number=first, told_at=now),
        ReadMark(hall_id=thread.hall, member_id=reader, number=first + 4, at=now - timedelta(days=1)),
        Draft(hall_id=thread.hall, member_id=reader, source="What I began to say.", at=now),
    ])  # fmt: skip
