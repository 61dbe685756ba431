"""Tables of open votes: the roll call, and its seats with what each voted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base
from referendum.rollcalls.rules import LONGEST_SEAT


class RollCall(Base):
    """A vote by name of one body on one question. `letters` are the options that stand. `elected` is the letter
    of the one elected, `reason` a `voting.Reason`; both are empty until it is closed. `quorum` is an exact share."""

    __tablename__ = "roll_calls"
    __table_args__ = (
        UniqueConstraint("question_id", "kind"),
        CheckConstraint("kind IN ('roll_call', 'council_decision')", name="kind"),
        CheckConstraint("state IN ('set_up', 'open', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(100))
    letters: Mapped[list[Any]] = mapped_column(JSON)
    quorum: Mapped[str] = mapped_column(String(20))
    days: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="set_up", index=True)
    set_up_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(20), default="")
    elected: Mapped[str] = mapped_column(String(1), default="")

    seats: Mapped[list["Seat"]] = relationship(order_by="Seat.place", back_populates="roll_call")


class Seat(Base):
    """One who votes by name, and for whom. `letter` is "" for an abstention; nothing was said while `voted_at` is
    empty."""

    __tablename__ = "roll_call_seats"
    __table_args__ = (UniqueConstraint("roll_call_id", "member_id"), UniqueConstraint("roll_call_id", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    roll_call_id: Mapped[int] = mapped_column(ForeignKey("roll_calls.id"), index=True)
    place: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    speaks_for: Mapped[str] = mapped_column(String(LONGEST_SEAT))
    letter: Mapped[str] = mapped_column(String(1), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    voted_at: Mapped[datetime | None]

    roll_call: Mapped[RollCall] = relationship(back_populates="seats")
