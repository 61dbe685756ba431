"""Challenges to the roll before it is frozen: somebody is missing from it, or stands on it wrongly."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class RollChallenge(Base):
    """A member asks that a person may vote on this question (`admits`), or may not. An upheld one holds at the freeze,
    whatever the rule says of that person. `number` is the person's as typed: whether anybody has it is not told."""

    __tablename__ = "roll_challenges"
    __table_args__ = (CheckConstraint("ruling IN ('', 'upheld', 'dismissed')", name="ruling"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    admits: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ruling: Mapped[str] = mapped_column(String(10), default="")
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    ruled_at: Mapped[datetime | None]
