"""Posts of a thread: written once, edited with public history; and how far a member has read."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from forum.halls import own_notices, own_operations, queries, quoting_operations, rules
from forum.halls.forms import EditedPost, NewPost
from forum.halls.models import Hall, Post, PostRevision, ReadMark
from forum.halls.stopping_queries import why_not_post
from forum.kernel import live, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, Stale


def publish_post(actor: Actor, hall_id: int, new: NewPost, *, now: datetime) -> Post:
    """Write one post at the end of the thread. A form sent twice (same client key) gives the first post again."""
    view = queries.hall(hall_id)
    if reason := why_not_post(actor, view.place, hall_id, now):
        raise Refused(reason)
    hall = db.session.get_one(Hall, hall_id, with_for_update=True)
    if twin := _sent_before(actor.member_id, new.client_key):
        return twin
    hall.post_count += 1
    post = Post(
        hall_id=hall.id, number=hall.post_count, author_id=actor.member_id,
        office=rules.office_shown(actor, hall.local_id), reply_to_id=_answered(hall.id, new.reply_to),
        source=new.source, html=text.render(new.source), renderer=text.VERSION,
        client_key=new.client_key or None, at=now,
    )  # fmt: skip
    db.session.add(post)
    db.session.flush()
    quoting_operations.note_quotes(post)
    own_operations.drop_draft(actor, hall.id)
    _read_on(post, now)
    own_notices.tell_named(actor, view, post, now)
    live.announce("post", {"hall": hall.id, "number": post.number}, room=f"hall:{hall.id}")
    return post


def _read_on(post: Post, now: datetime) -> None:
    """Whoever had read up to the end has read the own post too."""
    mark = db.session.get(ReadMark, (post.hall_id, post.author_id), with_for_update=True)
    if mark is not None and mark.number == post.number - 1:
        mark.number, mark.at = post.number, now
        db.session.flush()


def _sent_before(author_id: int, client_key: str) -> Post | None:
    if not client_key:
        return None
    found: Post | None = db.session.scalar(
        db.select(Post).where(Post.author_id == author_id, Post.client_key == client_key)
    )
    return found


def _answered(hall_id: int, number: int | None) -> int | None:
    if number is None:
        return None
    found: int | None = db.session.scalar(db.select(Post.id).where(Post.hall_id == hall_id, Post.number == number))
    if found is None:
        raise Missing(N_("The post you answer is not in this hall."))
    return found


def edit_post(actor: Actor, hall_id: int, number: int, edited: EditedPost, *, now: datetime) -> Post:
    """Give a post a new wording; the old one stays public beside it, and whom it names for the first time is told.
    Nothing happens when the words are the same."""
    view = queries.hall(hall_id)
    if reason := why_not_post(actor, view.place, hall_id, now):
        raise Refused(reason)
    found = db.select(Post).where(Post.hall_id == hall_id, Post.number == number).with_for_update()
    post: Post | None = db.session.scalar(found.execution_options(populate_existing=True))
    if post is None:
        raise Missing
    if not rules.may_edit(actor.member_id, post.author_id, hidden=post.hidden_at is not None):
        raise Refused(N_("Only its author can edit a post, and not once it was hidden."))
    if edited.revision != post.revision:
        raise Stale
    if edited.source == post.source:
        return post
    worded_at = post.edited_at or post.at
    db.session.add(
        PostRevision(post_id=post.id, number=post.revision, source=post.source, html=post.html, at=worded_at)
    )
    post.source, post.html, post.renderer = edited.source, text.render(edited.source), text.VERSION
    post.revision, post.edited_at = post.revision + 1, now
    db.session.flush()
    quoting_operations.note_quotes(post)
    own_notices.tell_named(actor, view, post, now)
    return post


def mark_read(actor: Actor, hall_id: int, number: int, *, now: datetime) -> int:
    """Note how far a member has read; never backwards, never past the newest post. Gives the mark."""
    hall = db.session.get(Hall, hall_id)
    if hall is None:
        raise Missing
    number = min(number, hall.post_count)
    mark = db.session.get(ReadMark, (hall_id, actor.member_id), with_for_update=True)
    if mark is None:
        return _first_mark(ReadMark(hall_id=hall_id, member_id=actor.member_id, number=number, at=now))
    if number > mark.number:
        mark.number, mark.at = number, now
    db.session.flush()
    return mark.number


def _first_mark(mark: ReadMark) -> int:
    number = mark.number
    try:
        with db.session.begin_nested():
            db.session.add(mark)
    except IntegrityError:  # the same member's other window was first; the next mark will catch up
        return 0
    return number
