"""Tables of sittings (live sessions in a hall):

the sitting, its speaking turns, chat, straw polls, attendance.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Sitting(Base):
    """A live session.

    `turn_seconds` is the length of a speaking turn; minutes are frozen once signed. `version` grows with
    every change of the floor, so that a browser knows an older state when it comes late.
    """

    __tablename__ = "sittings"
    __table_args__ = (CheckConstraint("state IN ('scheduled', 'open', 'closed', 'cancelled')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="scheduled", index=True)
    title: Mapped[str] = mapped_column(String(200))
    agenda_source: Mapped[str] = mapped_column(Text, default="")
    agenda_html: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    turn_seconds: Mapped[int] = mapped_column(default=180)
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    closed_at: Mapped[datetime | None]
    attendance_count: Mapped[int] = mapped_column(default=0)
    minutes_source: Mapped[str] = mapped_column(Text, default="")
    minutes_html: Mapped[str] = mapped_column(Text, default="")
    minutes_signed_at: Mapped[datetime | None]
    minutes_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    minutes_hash: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)


class Turn(Base):
    """A place on the stack, then on the floor.

    At most one turn of a sitting is speaking. `ends_at` is when its clock runs out; while `paused_at` is
    set the clock stands still. `guest` is a person whom the host wrote down by name.
    """

    __tablename__ = "turns"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'speaking', 'done', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('speaking', 'done')) = (started_at IS NOT NULL)", name="started"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    guest: Mapped[str] = mapped_column(String(200), default="")
    option_id: Mapped[int | None] = mapped_column(ForeignKey("options.id"))
    remote: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Message(Base):
    """A line of chat and of the transcript, numbered by its hall.

    Kind "record" has no author: it says that an argument was put on the record from here. `client_key`
    makes a message sent twice one message.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("hall_id", "number"),
        UniqueConstraint("author_id", "client_key"),
        CheckConstraint("kind IN ('chat', 'record')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10), default="chat")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str] = mapped_column(String(12), default="")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    client_key: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class StrawPoll(Base):
    """An advisory show of hands in one sitting; single answers are deleted when it closes, only totals
    stay.
    """

    __tablename__ = "straw_polls"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    choices: Mapped[list[Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    totals: Mapped[list[Any] | None] = mapped_column(JSON)


class StrawAnswer(Base):
    """One member's answer while a straw poll is open."""

    __tablename__ = "straw_answers"
    __table_args__ = (UniqueConstraint("poll_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("straw_polls.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    choice: Mapped[int]


class Attendance(Base):
    """Who came to an open sitting; deleted at its close, when only the number stays."""

    __tablename__ = "attendances"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
