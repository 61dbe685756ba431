"""Tables of sittings (live sessions in a hall):

the sitting, its speaking turns, chat, straw polls, attendance.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Sitting(Base):
    """A live session.

    `turn_seconds` is the length of a speaking turn; minutes are frozen once signed. `version` grows with
    every change of the floor, so that a browser knows an older state when it comes late. `acts` grows with
    every act of a host on the floor, so that two hosts do not act on what the other has changed. `slow_seconds`
    is how long a member waits between two lines of chat; 0 is no wait; `slow_ground` and `slow_reason` say why.
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
    acts: Mapped[int] = mapped_column(default=0, server_default="0")
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    slow_ground: Mapped[str] = mapped_column(String(16), default="", server_default="")
    slow_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    video_url: Mapped[str] = mapped_column(String(500), default="", server_default="")


class Turn(Base):
    """A place on the stack, then on the floor.

    At most one turn of a sitting is speaking. `ends_at` is when its clock runs out; while `paused_at` is
    set the clock stands still, and `paused_seconds` is how long it stood before. `guest` is a person whom
    the host wrote down by name. `out_of_order` says that the host overrode the stack, with a reason or none.
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
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None]
    out_of_order: Mapped[bool] = mapped_column(default=False, server_default=false())
    override_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")

    def go_on(self, now: datetime) -> None:
        """Let the clock run again, with what was left when it was stopped."""
        if self.paused_at is not None and self.ends_at is not None:
            stood = now - self.paused_at
            self.ends_at, self.paused_at = self.ends_at + stood, None
            self.paused_seconds += round(stood.total_seconds())

    def seconds(self, now: datetime) -> int:
        """How long this person has had the floor, without the time the clock stood."""
        if self.started_at is None:
            return 0
        until = self.ended_at or self.paused_at or now
        return max(0, round((until - self.started_at).total_seconds()) - self.paused_seconds)


class PointOfOrder(Base):
    """A point of order. `halts_turn` says that the speaker's clock was stopped for it and goes on after it."""

    __tablename__ = "points_of_order"
    __table_args__ = (
        CheckConstraint("state IN ('raised', 'taken', 'done', 'dismissed', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('taken', 'done')) = (taken_at IS NOT NULL)", name="taken"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(String(10), default="raised")
    raised_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    halts_turn: Mapped[bool] = mapped_column(default=False)


class Message(Base):
    """A line of chat and of the transcript, numbered by its hall.

    Kind "record" has no author: it says that an argument was put on the record from here. `client_key`
    makes a message sent twice one message. `reply_to` is the number of the line it answers, or tells of.
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
    reply_to: Mapped[int | None]
    at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class Decision(Base):
    """What the room decided, as the host noted it while the session ran."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class TurnArgument(Base):
    """An argument that was spoken in a turn."""

    __tablename__ = "turn_arguments"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), primary_key=True, index=True)


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


class PresentGuest(Base):
    """Who came and has no account or phone, counted by the host by name; deleted at the close like attendances."""

    __tablename__ = "present_guests"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
