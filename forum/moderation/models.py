"""Table of rulings on words: what was hidden, on which ground of the closed list, with its appeal."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Hiding(Base):
    """A post, message, argument or question to a session hidden by a host (tellers in the national hall). Never a
    view: the grounds are a closed list. The author may appeal once; the tellers rule, upheld or restored."""

    __tablename__ = "hidings"
    __table_args__ = (
        CheckConstraint("ground IN ('threat', 'personal_data', 'spam', 'impersonation', 'unlawful')", name="ground"),
        CheckConstraint("kind IN ('post', 'message', 'argument', 'enquiry')", name="kind"),
        CheckConstraint("ruling IN ('', 'upheld', 'restored')", name="ruling"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(String(10), default="")
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    ruled_at: Mapped[datetime | None]


class Report(Base):
    """A member's word to the host that something breaks a ground of the list."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    ground: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
