"""What a member keeps to oneself about halls: a draft, a thread followed or muted, a person muted."""

from datetime import datetime

from forum.halls import own_queries, queries, rules
from forum.halls.models import Hall, Post
from forum.halls.own_models import Draft, Following, Muting
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, refuse_unless
from forum.questions.models import Question
from forum.roll.models import Member


def keep_draft(actor: Actor, hall_id: int, source: str, *, now: datetime) -> None:
    """Keep what a member has begun to write; empty words take the draft away."""
    view = queries.hall(hall_id)
    if reason := rules.why_not_write(actor, view.place):
        raise Refused(reason)
    db.session.get_one(Hall, hall_id, with_for_update=True)  # two windows of one member come one after the other
    kept = own_queries.draft(hall_id, actor.member_id)
    if not source:
        drop_draft(actor, hall_id)
    elif kept is None:
        db.session.add(Draft(hall_id=hall_id, member_id=actor.member_id, source=source, at=now))
    elif kept.source != source:
        kept.source, kept.at = source, now
    db.session.flush()


def drop_draft(actor: Actor, hall_id: int) -> None:
    kept = own_queries.draft(hall_id, actor.member_id)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()


def forget_drafts(now: datetime, most: int) -> int:
    """Delete drafts that could not be posted any more for as long as `rules.DRAFTS_KEPT`. Says how many there were."""
    over = db.select(Question.id).where(Question.closed_at < now - rules.DRAFTS_KEPT)
    query = db.select(Draft).join(Hall, Hall.id == Draft.hall_id).where(Hall.question_id.in_(over)).limit(most)
    drafts = list(db.session.scalars(query))
    for each in drafts:
        db.session.delete(each)
    db.session.flush()
    return len(drafts)


def follow_hall(actor: Actor, hall_id: int, state: str, *, now: datetime) -> None:
    """Follow a thread, mute it, or neither (an empty state). A mail counts what comes from now on."""
    hall = db.session.get(Hall, hall_id, with_for_update=True)
    if hall is None:
        raise Missing
    kept = own_queries.following(hall_id, actor.member_id)
    if kept is not None and kept.state == state:
        return
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    if state:
        db.session.add(
            Following(hall_id=hall_id, member_id=actor.member_id, state=state, told_number=hall.post_count, told_at=now)
        )
    db.session.flush()


def mute_author(actor: Actor, hall_id: int, number: int, *, now: datetime) -> str:
    """Fold what the author of a post writes, everywhere, for this member alone. Gives the author's name."""
    author_id = db.session.scalar(db.select(Post.author_id).where(Post.hall_id == hall_id, Post.number == number))
    if author_id is None:
        raise Missing
    refuse_unless(author_id != actor.member_id, N_("You cannot mute yourself."))
    author = db.session.get_one(Member, author_id, with_for_update=True)
    if db.session.get(Muting, (actor.member_id, author_id)) is None:
        db.session.add(Muting(member_id=actor.member_id, muted_id=author_id, at=now))
        db.session.flush()
    return author.name


def unmute(actor: Actor, member_id: int) -> None:
    """Show a person's posts again."""
    kept = db.session.get(Muting, (actor.member_id, member_id))
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
