"""The words in question: a post, chat message, argument or question to a session, and whom they are about."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.arguments.models import Argument, ArgumentRevision
from forum.halls.models import Post, PostRevision
from forum.halls.queries import HallView
from forum.halls.queries import hall as hall_view
from forum.halls.quoting_queries import as_written
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.moderation.rules import Case, Kind
from forum.questions import queries as questions
from forum.roll.models import Member
from forum.sittings.chat_queries import said_at
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.models import Message, Sitting

SHORTEST_QUOTE = 12


@dataclass(frozen=True)
class Words:
    """Words as moderation sees them. `text` is exactly what is hashed; `answered` are the members whose words these
    answer or were taken from."""

    kind: Kind
    subject_id: int
    hall: HallView
    author_id: int
    number: int
    text: str
    url: str
    hidden_at: datetime | None
    answered: frozenset[int] = frozenset()

    @property
    def author(self) -> str:
        """The author's name."""
        return db.session.get_one(Member, self.author_id).name

    @property
    def case(self) -> Case:
        """The words as the rules see them."""
        hall, question_id = self.hall.hall, self.hall.question.id
        keepers = _keepers(question_id, hall.local_id)
        involved = self._involved(keepers)
        orphaned = hall.local_id is not None and not {*keepers} - involved - {self.author_id}
        return Case(question_id, hall.local_id, self.author_id, involved, orphaned)

    @property
    def judges(self) -> frozenset[int]:
        """Who may judge these words now: hosts of the hall who are free to, else the tellers."""
        question_id, local_id = self.hall.question.id, self.hall.hall.local_id
        for keepers in (_keepers(question_id, local_id), _keepers(question_id, None)):
            if free := {*keepers} - self._involved(keepers) - {self.author_id}:
                return frozenset(free)
        return frozenset()

    def _involved(self, keepers: dict[int, str]) -> frozenset[int]:
        """Whom the words answer, name or quote, as far as they keep order there."""
        named = {number for number, name in keepers.items() if _is_named(name, self.text)}
        return self.answered | named | _quoted(self.hall.hall.id, self.text, keepers)


def words(kind: str, subject_id: int, *, lock: bool = False) -> Words:
    """What somebody wants to hide or report, its row locked for a change if asked. Raises `Missing`."""
    found: Words | None = None
    locked: dict[str, Any] = {"with_for_update": lock or None, "populate_existing": lock}
    if kind == Kind.POST:
        found = _post(db.session.get(Post, subject_id, **locked))
    elif kind == Kind.MESSAGE:
        found = _message(db.session.get(Message, subject_id, **locked))
    elif kind == Kind.ARGUMENT:
        found = _argument(db.session.get(Argument, subject_id, **locked))
    elif kind == Kind.ENQUIRY:
        found = _enquiry(db.session.get(Enquiry, subject_id, **locked))
    if found is None:
        raise Missing
    return found


def _post(post: Post | None) -> Words | None:
    if post is None:
        return None
    answered = db.session.get_one(Post, post.reply_to_id).author_id if post.reply_to_id else None
    return Words(
        Kind.POST, post.id, hall_view(post.hall_id), post.author_id, post.number, post.source,
        f"/halls/{post.hall_id}/posts/{post.number}", post.hidden_at, _people(answered),
    )  # fmt: skip


def _message(message: Message | None) -> Words | None:
    if message is None or message.author_id is None:
        return None
    told = db.select(Message.author_id).where(Message.sitting_id == message.sitting_id)
    answered = db.session.scalar(told.where(Message.number == message.reply_to)) if message.reply_to else None
    return Words(
        Kind.MESSAGE, message.id, hall_view(message.hall_id), message.author_id, message.number, message.source,
        said_at(message.sitting_id, message.number), message.hidden_at, _people(answered),
    )  # fmt: skip


def _argument(argument: Argument | None) -> Words | None:
    if argument is None:
        return None
    people = [argument.origin_member_id, *_origin(argument)]
    if argument.answers_id:
        answered = db.session.get_one(Argument, argument.answers_id)
        people += [answered.mover_id, answered.origin_member_id]
    return Words(
        Kind.ARGUMENT, argument.id, hall_view(argument.hall_id), argument.mover_id, argument.number,
        next(_wordings(argument)), f"/a/{argument.id}", argument.hidden_at, _people(*people) - {argument.mover_id},
    )  # fmt: skip


def _origin(argument: Argument) -> Iterator[int | None]:
    """Whose words an argument was moved from."""
    if argument.post_id:
        yield db.session.get_one(Post, argument.post_id).author_id
    if argument.message_id:
        yield db.session.get_one(Message, argument.message_id).author_id


def _enquiry(enquiry: Enquiry | None) -> Words | None:
    if enquiry is None:
        return None
    view = hall_view(db.session.get_one(Sitting, enquiry.sitting_id).hall_id)
    url = f"/sittings/{enquiry.sitting_id}/asked#asked-{enquiry.id}"
    return Words(Kind.ENQUIRY, enquiry.id, view, enquiry.author_id, enquiry.id, enquiry.source, url, enquiry.hidden_at)


def _people(*ids: int | None) -> frozenset[int]:
    return frozenset(each for each in ids if each is not None)


def _wordings(argument: Argument) -> Iterator[str]:
    """An argument's whole text as it was hashed, the newest wording first."""
    query = db.select(ArgumentRevision).where(ArgumentRevision.argument_id == argument.id)
    for each in db.session.scalars(query.order_by(ArgumentRevision.number.desc())):
        yield "\n\n".join(part for part in (argument.claim, each.grounds_source, each.sources) if part)


def every_wording(found: Words) -> Iterator[str]:
    """The text now, then earlier ones: what was hidden once and shown again may have been edited since."""
    yield found.text
    if found.kind is Kind.POST:
        query = db.select(PostRevision.source).where(PostRevision.post_id == found.subject_id)
        yield from db.session.scalars(query.order_by(PostRevision.number.desc()))
        yield from as_written(db.session.get_one(Post, found.subject_id))
    elif found.kind is Kind.ARGUMENT:
        yield from _wordings(db.session.get_one(Argument, found.subject_id))


def chat_case(room_hall: HallView) -> Case:
    """A session's chat as the rules see it: no author, nobody involved."""
    return Case(room_hall.question.id, room_hall.hall.local_id)


def _keepers(question_id: int, local_id: int | None) -> dict[int, str]:
    """Id → name of those who keep order in a hall: the local's hosts, in the national hall the tellers."""
    query = db.select(Member.id, Member.name).where(Member.left_at.is_(None))
    if local_id is None:
        query = query.where(Member.id.in_(questions.appointments(question_id, "teller")))
    else:
        query = query.where(Member.local_id == local_id, Member.office == "host")
    return {row.id: row.name for row in db.session.execute(query)}


def _is_named(name: str, text: str) -> bool:
    """Whether a text names somebody: whole words, in any case. Quotes begin with the name, mentions with an @."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _quoted(hall_id: int, text: str, among: Collection[int]) -> frozenset[int]:
    """Those among these whose posts in the hall hold a line that the text quotes."""
    lines = [line.lstrip("> ").strip() for line in text.splitlines() if line.startswith(">")]
    longest = max(lines, key=len, default="")
    if not among or len(longest) < SHORTEST_QUOTE:
        return frozenset()
    query = db.select(Post.author_id).where(Post.hall_id == hall_id, Post.author_id.in_(among))
    return frozenset(db.session.scalars(query.where(Post.source.contains(longest, autoescape=True)).distinct()))
