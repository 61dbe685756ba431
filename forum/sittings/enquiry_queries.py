"""Questions put to a session, in the order of asking. A hidden one keeps its place and loses its words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import aliased

from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.roll.models import Local, Member
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.models import Sitting
from forum.sittings.queries import IN_TIME
from forum.sittings.rules import OPENS_LATE

MOST_SHOWN = 200
MOST_ON_A_DESK = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as pages show it; `text` is its words without marks of form."""

    id: int
    author_id: int
    name: str
    local: str
    office: str
    at: datetime
    text: str
    html: Markup
    hidden: bool
    state: str
    answer: str
    answer_html: Markup
    settled_by: str

    @property
    def waits(self) -> bool:
        """Whether the host has neither answered it nor taken it up."""
        return self.state in ("open", "deferred") and not self.hidden

    def sent(self, sitting_id: int) -> dict[str, Any]:
        """What the console of a host needs of it."""
        return {"sitting": sitting_id, "enquiry": self.id, "name": self.name, "text": self.text, "waits": self.waits}


def enquiry(sitting_id: int, enquiry_id: int, *, lock: bool = False) -> Enquiry:
    """One question of that session. Raises `Missing`."""
    found = db.session.get(Enquiry, enquiry_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.sitting_id != sitting_id:
        raise Missing
    return found


def sent_before(author_id: int, client_key: str) -> Enquiry | None:
    """The one this member sent with the same key."""
    if not client_key:
        return None
    same = db.select(Enquiry).where(Enquiry.author_id == author_id, Enquiry.client_key == client_key)
    found: Enquiry | None = db.session.scalar(same)
    return found


def asked_by(sitting_id: int, author_id: int) -> int:
    """How many one member has put to a session."""
    own = db.select(func.count()).where(Enquiry.sitting_id == sitting_id, Enquiry.author_id == author_id)
    return db.session.scalar(own) or 0


def asked(sitting_id: int) -> list[Asked]:
    """All of a session, oldest first."""
    return _asked(Enquiry.sitting_id == sitting_id)


def hidden_words(sitting_id: int) -> list[tuple[str, str]]:
    """Who asked what that was hidden: what must not be read in the minutes either."""
    query = db.select(Member.name, Enquiry.source).join(Enquiry, Enquiry.author_id == Member.id)
    found = db.session.execute(query.where(Enquiry.sitting_id == sitting_id, Enquiry.hidden_at.is_not(None)))
    return [(name, words) for name, words in found]


def to_settle(actor: Actor, now: datetime) -> list[tuple[int, datetime, int]]:
    """Sessions to come that this host or teller runs and of which something was asked that stands unanswered: id, when
    it begins, how many questions.
    """
    national = [question_id for role, question_id in actor.appointments if role == "teller"]
    mine = Hall.local_id.is_(None) & Hall.question_id.in_(national)
    if actor.office == "host":
        mine = mine | (Hall.local_id == actor.local_id)
    query = (
        db.select(Sitting.id, Sitting.starts_at, func.count())
        .join(Hall, Hall.id == Sitting.hall_id)
        .join(Question, Question.id == Hall.question_id)
        .join(Enquiry, Enquiry.sitting_id == Sitting.id)
        .where(mine, Sitting.state == "scheduled", Question.state.in_(IN_TIME))
        .where(Sitting.starts_at > now - OPENS_LATE, Enquiry.state == "open", Enquiry.hidden_at.is_(None))
        .group_by(Sitting.id, Sitting.starts_at)
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(MOST_ON_A_DESK)
    )
    return [(sitting_id, starts_at, count) for sitting_id, starts_at, count in db.session.execute(query)]


def shown(enquiry_id: int) -> Asked:
    """One of them, as pages show it."""
    return _asked(Enquiry.id == enquiry_id)[0]


def _asked(which: Any) -> list[Asked]:
    settler = aliased(Member)
    query = (
        db.select(Enquiry, Member.name, Local.number, settler.name)
        .join(Member, Member.id == Enquiry.author_id)
        .join(Local, Local.id == Member.local_id)
        .outerjoin(settler, settler.id == Enquiry.settled_by_id)
        .where(which)
        .order_by(Enquiry.id)
        .limit(MOST_SHOWN)
    )
    return [_row(*row) for row in db.session.execute(query)]


def _row(found: Enquiry, name: str, local: str, settled_by: str | None) -> Asked:
    hidden = found.hidden_at is not None
    html = Markup("" if hidden else found.html)  # noqa: S704 - rendered by text.render when written
    answer = Markup(found.answer_html)  # noqa: S704 - as above
    return Asked(
        found.id, found.author_id, name, local, found.office, found.asked_at, "" if hidden else found.source, html,
        hidden, found.state, found.answer_source, answer, settled_by or "",
    )  # fmt: skip
