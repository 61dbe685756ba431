"""The digest by mail: written for a local and a language once, then made each reader's own by name and threads.

What is worked out is kept in memory while an edition is written, so that a union of any size is written a few texts
for each local. A reader for whom nothing happened gets no mail.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from markupsafe import escape

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader, Text
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.outlets import digest_queries as queries
from forum.outlets.digest_queries import QuestionNews, Session, Thread
from forum.outlets.models import DigestEdition, MailChoice
from forum.questions.rules import SPEAKING
from forum.roll.models import Local, Member
from forum.signin.models import Account

DAILY, WEEKLY = "digest_daily", "digest_weekly"
NAME, THREADS = "\x00name\x00", "\x00threads\x00"  # text.clean leaves no NUL in anybody's words
KEPT = "hustings_digest"
MOST_KEPT = 2_000


@dataclass
class Memory:
    """What was worked out for one edition."""

    edition_id: int
    news: list[QuestionNews] | None = None
    sessions: dict[int, list[Session]] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    texts: dict[tuple[int, str], Text] = field(default_factory=dict)


def _memory(edition: DigestEdition) -> Memory:
    kept: Memory | None = current_app.extensions.get(KEPT)
    if kept is None or kept.edition_id != edition.id or max(len(kept.texts), len(kept.threads)) > MOST_KEPT:
        kept = current_app.extensions[KEPT] = Memory(edition.id)
    return kept


@mailings.kind(DAILY)
@mailings.kind(WEEKLY)
def write(mailing: Mailing, most: int) -> int | None:
    """Write the next readers their digest."""
    edition = db.session.get_one(DigestEdition, mailing.subject_id)
    memory = _memory(edition)
    memory.news = queries.news(edition, clock.now()) if memory.news is None else memory.news
    if not any(each.has_news for each in memory.news) and not queries.anything_said(edition):
        return None
    readers = db.session.execute(_next_readers(edition.kind, mailing.after, most)).all()
    if not readers:
        return None
    followed: dict[int, list[Thread]] = defaultdict(list)
    for member_id, hall_id in queries.followed_by([each.id for each in readers]):
        if hall_id not in memory.threads:
            memory.threads[hall_id] = queries.thread(edition, hall_id)
        followed[member_id] += [memory.threads[hall_id]] if memory.threads[hall_id].count else []
    letters = [letter for each in readers if (letter := _letter(each, edition, memory, followed[each.id]))]
    mail.send_each("digest", letters, MailKind.DIGEST, now=clock.now())
    return int(readers[-1].id)


def _next_readers(kind: str, after: int, most: int) -> Any:
    query = (
        db.select(Member.id, Member.name, Member.email, Account.language, Local.id.label("local_id"), Local.timezone)
        .join(Local, Local.id == Member.local_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(MailChoice, MailChoice.member_id == Member.id)
        .where(Member.id > after, Member.email != "", Member.left_at.is_(None), Member.standing.in_(SPEAKING))
    )
    wanted = MailChoice.digest == kind
    if kind == "weekly":  # who chose nothing gets it once a week
        wanted = wanted | MailChoice.member_id.is_(None)
    return query.where(wanted).order_by(Member.id).limit(most)


def _letter(
    reader: Any, edition: DigestEdition, memory: Memory, threads: list[Thread]
) -> tuple[Reader, Text] | None:
    """A reader's own digest; None where nothing happened for them."""
    if reader.local_id not in memory.sessions:
        memory.sessions[reader.local_id] = queries.sessions(edition, reader.local_id, clock.now())
    news = memory.news or []
    if not (threads or memory.sessions[reader.local_id] or any(each.has_news for each in news)):
        return None
    language = reader.language or "en"
    if (reader.local_id, language) not in memory.texts:
        facts = {"questions": news, "sessions": memory.sessions[reader.local_id], "edition": edition}
        facts |= {"person": NAME, "threads": THREADS, "zone": reader.timezone}
        memory.texts[reader.local_id, language] = mail.rendered("digest", language, **facts)
    subject, text, html = memory.texts[reader.local_id, language]
    with force_locale(language):
        own = [render_template(f"mail/_threads.{kind}", threads=threads) if threads else "" for kind in ("txt", "html")]
    text = text.replace(NAME, reader.name).replace(THREADS, own[0])
    html = html.replace(NAME, str(escape(reader.name))).replace(THREADS, own[1])
    return Reader(reader.id, reader.email, language), (subject, text, html)
