"""Mail about threads: once a day to those who follow one, and to whoever is named in a post."""

from collections.abc import Collection
from datetime import datetime

from forum.halls import own_queries
from forum.halls.models import Post
from forum.halls.queries import HallView
from forum.kernel import limits, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import TooMany
from forum.kernel.mail import Reader
from forum.kernel.wishes import MailKind
from forum.roll.models import Member
from forum.signin.models import Account

MOST_NAMED = 10


def tell_followers(now: datetime, among: Collection[int]) -> int:
    """Write those of these members their mail of the day who are due. Says how many were."""
    due = own_queries.still_to_tell(now, among)
    for member_id in due:
        halls = own_queries.followed(member_id, moved=True)
        news = [each for each in halls if each.new]
        if news:
            _send("followed_halls", member_id, now, halls=news)
        for each in halls:
            each.following.told_number += _passed(each)
            each.following.told_at = now if news else each.following.told_at
    db.session.flush()
    return len(due)


def _passed(each: own_queries.Followed) -> int:
    """How far the thread has gone since the last mail, own and hidden posts among them."""
    query = db.select(Post.number).where(Post.hall_id == each.following.hall_id).order_by(Post.number.desc()).limit(1)
    return (db.session.scalar(query) or 0) - each.following.told_number


def tell_named(actor: Actor, view: HallView, post: Post, now: datetime) -> None:
    """Tell those whom a post's newest wording names after an @, and no earlier one. Whoever names very many is still
    heard in the hall, but mails wait."""
    for member_id in own_queries.named_in(post, MOST_NAMED):
        try:
            limits.hit("30/hour", "named", str(actor.member_id))
        except TooMany:
            return
        _send("named_in_post", member_id, now, view=view, post=post, author=actor.name)


def _send(name: str, member_id: int, now: datetime, **facts: object) -> None:
    query = (
        db.select(Member.email, Member.name, Account.language)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(Member.id == member_id, Member.left_at.is_(None))
    )
    row = db.session.execute(query).first()
    if row is not None:
        reader = Reader(member_id, row.email or "", row.language or "")
        letter = mail.rendered(name, reader.language, person=row.name, **facts)
        mail.send_each(name, [(reader, letter)], MailKind.THREADS, now=now)
