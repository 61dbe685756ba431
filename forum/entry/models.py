"""Tables of the entry reading: what a member said, until the debate closes; the totals, from then on."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class EntryReading(Base):
    """Where a member stands: with an option, undecided, or not saying (asked, and not asked again). Deleted when the
    question leaves the debate."""

    __tablename__ = "entry_readings"
    __table_args__ = (
        CheckConstraint("answer IN ('option', 'undecided', 'unsaid')", name="answer"),
        CheckConstraint("(answer = 'option') = (option_id IS NOT NULL)", name="which"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(String(10))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("options.id"))


class EntryTotal(Base):
    """What is left of a question's entry readings: `counts` by the id of an option, as text, and how many had not
    decided. Where fewer answered than the floor (`enough` is false) there are no counts, not even of how many."""

    __tablename__ = "entry_totals"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    enough: Mapped[bool]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    undecided: Mapped[int]
    at: Mapped[datetime]
