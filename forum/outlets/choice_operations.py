"""Choosing which mails come and when; stopping a kind by its link; trying an address again."""

from datetime import datetime

from forum.kernel import mail_troubles
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.kernel.wishes import MailKind, read_stop
from forum.outlets import rules
from forum.outlets.choice_queries import choice_of
from forum.outlets.models import MailChoice
from forum.outlets.rules import Choice
from forum.roll.models import Member


def choose_mail(actor: Actor, choice: Choice, *, now: datetime) -> None:
    """Keep what a member chose."""
    _keep(actor.member_id, choice, now)


def stop_kind(token: str, *, now: datetime) -> MailKind:
    """Stop the kind of mail that a link names, for the member it names. It works as often as it is used."""
    member_id, kind = named_in(token)
    _keep(member_id, rules.stopped(choice_of(member_id), kind), now)
    return kind


def named_in(token: str) -> tuple[int, MailKind]:
    """The member and kind of mail a link is for. Raises `Missing` for a link that is not whole."""
    found = read_stop(token)
    if found is None or db.session.get(Member, found[0]) is None:
        raise Missing
    return found


def _keep(member_id: int, choice: Choice, now: datetime) -> None:
    db.session.get_one(Member, member_id, with_for_update=True)  # two clicks come one after the other
    kept = db.session.get(MailChoice, member_id)
    if kept is None:
        kept = MailChoice(member_id=member_id)
        db.session.add(kept)
    kept.digest, kept.at = choice.digest, now
    kept.threads, kept.sessions, kept.sides = choice.threads, choice.sessions, choice.sides
    kept.quiet_from, kept.quiet_until = choice.quiet_from, choice.quiet_until
    db.session.flush()


def try_again(actor: Actor) -> None:
    """A member says that the own address takes mail again."""
    mail_troubles.forget(db.session.get_one(Member, actor.member_id).email)
