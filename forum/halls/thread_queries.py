"""A hall's thread as its page shows it: twenty posts, with what later slices know of them."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased

from forum.halls import own_queries, queries
from forum.halls.models import Hall, Post
from forum.halls.queries import HallView
from forum.halls.rules import POSTS_A_PAGE, may_edit, may_write
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.kept import kept, still
from forum.roll.models import Local, Member


@dataclass(frozen=True)
class PostRow:
    """One post as the thread shows it. `hidden` holds the reason of a tombstone, told by moderation."""

    post: Post
    author: str
    author_local: str
    reply_to: int | None
    answered_author: int | None = None
    hidden: dict[str, Any] | None = None
    arguments: list[dict[str, Any]] = field(default_factory=list)
    may_edit: bool = False
    muted: bool = False

    @property
    def number(self) -> int:
        return self.post.number

    @property
    def at(self) -> datetime:
        return self.post.at

    @property
    def html(self) -> str:
        """As kernel.text made it when the post was written; nothing of a hidden post leaves here."""
        return "" if self.post.hidden_at else self.post.html

    @property
    def office(self) -> str:
        return self.post.office

    @property
    def edited_count(self) -> int:
        return self.post.revision - 1

    @property
    def page(self) -> int:
        return page_of(self.post.number)

    @property
    def url(self) -> str:
        return f"/halls/{self.post.hall_id}/posts/{self.post.number}"

    @property
    def history_url(self) -> str:
        return f"{self.url}/history"

    @property
    def reply_url(self) -> str:
        return f"/halls/{self.post.hall_id}/posts/{self.reply_to}"


@dataclass(frozen=True)
class Thread:
    """One page of a thread. `mark` is how far this member has read, `first_unread` the number to go on from."""

    posts: list[PostRow]
    page: int
    pages: int
    mark: int | None
    marked_at: datetime | None
    first_unread: int | None
    last_number: int


def page_of(number: int) -> int:
    """The page on which a post stands: numbers have no gaps, hidden posts keep theirs."""
    return (max(number, 1) - 1) // POSTS_A_PAGE + 1


def thread(actor: Actor, view: HallView, page: int | None) -> Thread:
    """A page of the thread; without a number, the page on which this member left off."""
    own = own_queries.own(view.hall.id, actor.member_id)
    count = view.hall.post_count
    pages = page_of(count)
    read = own.mark or 0
    unread = read + 1 if read < count else None
    page = min(max(page or page_of(unread or count), 1), pages)
    first = (page - 1) * POSTS_A_PAGE + 1
    found = posts(actor, view, first, first + POSTS_A_PAGE - 1)
    return Thread(found, page, pages, own.mark, own.marked_at, unread, count)


_answered = aliased(Post)
_POSTS = (
    db.select(Post, Member.name, Local.number, _answered.number, _answered.author_id)
    .join(Member, Member.id == Post.author_id)
    .join(Local, Local.id == Member.local_id)
    .outerjoin(_answered, _answered.id == Post.reply_to_id)
    .where(Post.hall_id == bindparam("hall_id"), Post.number.between(bindparam("first"), bindparam("last")))
    .order_by(Post.number)
)


def posts(actor: Actor, view: HallView, first: int, last: int) -> list[PostRow]:
    """Posts by number, with their authors, tombstones and arguments: four reads, however long the thread, three of
    which are the same for every reader."""
    found = rows(view.hall.id, first, last) if last - first < POSTS_A_PAGE else _read(view.hall.id, first, last)
    mutes = own_queries.own(view.hall.id, actor.member_id).mutes
    muted = own_queries.muted(actor.member_id, {row.post.author_id for row in found}) if mutes else frozenset()
    return [_to_reader(actor, view, row, muted) for row in found]


def _to_reader(actor: Actor, view: HallView, row: PostRow, muted: frozenset[int]) -> PostRow:
    author = row.post.author_id
    if author in muted:
        return replace(row, muted=True)
    if may_edit(actor.member_id, author, hidden=row.hidden is not None) and may_write(actor, view.place):
        return replace(row, may_edit=True)
    return row


@kept
def rows(hall_id: int, first: int, last: int) -> list[PostRow]:
    """Posts of one page at most, as they are to every reader."""
    return [replace(row, post=still(row.post)) for row in _read(hall_id, first, last)]


def _read(hall_id: int, first: int, last: int) -> list[PostRow]:
    found = list(db.session.execute(_POSTS, {"hall_id": hall_id, "first": first, "last": last}))
    reasons = _reasons([post.id for post, *_ in found if post.hidden_at])
    records = _records([post.id for post, *_ in found])
    return [
        PostRow(
            post, name, local, reply_to, answered_author, _tombstone(post, reasons), records.get(post.id, []),
        )
        for post, name, local, reply_to, answered_author in found
    ]  # fmt: skip


def _tombstone(post: Post, reasons: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    """Why a post is hidden; a hidden post is a tombstone even where nobody tells the reason."""
    if post.hidden_at is None:
        return None
    return reasons.get(post.id) or {"by_name": "", "at": post.hidden_at, "ground": "", "reason": ""}


def _reasons(ids: list[int]) -> dict[int, dict[str, Any]]:
    return {each["subject_id"]: each for each in slots.gather("hiding.reasons", "post", ids)} if ids else {}


def _records(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if ids:
        for each in slots.gather("posts.arguments", ids):
            found[each["post_id"]].append(each)
    return found


def whole(actor: Actor, view: HallView) -> list[PostRow]:
    """Every post of a thread, to print."""
    return posts(actor, view, 1, view.hall.post_count)


def first_since(hall_id: int, since: datetime) -> int | None:
    """The number of the first post written at an instant or after it; None if there is none."""
    found: int | None = db.session.scalar(
        db.select(func.min(Post.number)).where(Post.hall_id == hall_id, Post.at >= since)
    )
    return found


def one_post(actor: Actor, hall_id: int, number: int) -> tuple[HallView, PostRow]:
    """A single post with its hall. Raises `Missing`."""
    view = queries.hall(hall_id)
    found = posts(actor, view, number, number)
    if not found:
        raise Missing
    return view, found[0]


def has_posted(hall: Hall, member_id: int) -> bool:
    """Whether a member has said anything in this hall."""
    query = db.select(Post.id).where(Post.hall_id == hall.id, Post.author_id == member_id).limit(1)
    return db.session.scalar(query) is not None
