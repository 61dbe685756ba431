"""Tables of equal reach: the ledger, the offers it leads to, and the ledger's running totals."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base
from forum.moderation.models import RULING

KINDS = "kind IN ('mail', 'pin', 'banner', 'bulletin', 'floor')"


class LedgerEntry(Base):
    """Something that reached `size` members in favour of an option. `amount`: 1 mailing or slot, days of a pin or a
    banner, minutes of floor. What it is elsewhere: the post, argument or statement that is pinned, the statement in the
    bulletin, the session of the floor. `small` marks a local that visitors are not told of. A teller may hide the
    words (`hidden_at`, with ground and reason); whoever said them may appeal, and the observers rule. The entry
    stays, also while its words are hidden."""

    __tablename__ = "reach_entries"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("audience IN ('all', 'council', 'local')", name="audience"),
        CheckConstraint("(audience = 'local') = (local_id IS NOT NULL)", name="local"),
        CheckConstraint("(audience = 'council') = (council_id IS NOT NULL)", name="council"),
        CheckConstraint("size >= 0 AND amount > 0", name="reach"),
        CheckConstraint(RULING, name="ruling"),
        Index("ix_reach_entries_question_id", "question_id", "id"),
        Index("ix_reach_entries_hall_id_ends_at", "hall_id", "ends_at"),
        Index("ix_reach_entries_kind_ends_at", "kind", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    audience: Mapped[str] = mapped_column(String(8))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("councils.id"))
    local_id: Mapped[int | None] = mapped_column(ForeignKey("locals.id"))
    size: Mapped[int]
    amount: Mapped[int]
    small: Mapped[bool] = mapped_column(default=False)
    office: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("halls.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    argument_id: Mapped[int | None] = mapped_column(ForeignKey("arguments.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    hidden_at: Mapped[datetime | None]
    ground: Mapped[str] = mapped_column(String(20), default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    appeal: Mapped[str] = mapped_column(Text, default="", server_default="")
    appealed_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(String(10), default="", server_default="")
    ruling_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    ruled_at: Mapped[datetime | None]


class Offer(Base):
    """The same offered to another option. `entry_id` is what it answers, empty for minutes of floor, which are offered
    as a whole with the `lead` they made up; `answer_id` is what the spokespersons did with it."""

    __tablename__ = "reach_offers"
    __table_args__ = (
        UniqueConstraint("entry_id", "option_id"),
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("answer IN ('', 'taken', 'declined')", name="answer"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("reach_entries.id"))
    lead: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(8), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("reach_entries.id"))


class ReachTotal(Base):
    """What the ledger of a question adds up to for one kind and option; what reached small locals apart."""

    __tablename__ = "reach_totals"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), primary_key=True)
    small: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    units: Mapped[int] = mapped_column(BigInteger, default=0)
