"""Tables of measures: words hidden, writing stopped, a chat slowed, each with its appeal; and members' reports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base

GROUND = "ground IN ('threat', 'personal_data', 'spam', 'impersonation', 'unlawful')"
KIND = "kind IN ('post', 'message', 'argument', 'enquiry')"
RULING = "ruling IN ('', 'upheld', 'restored')"


class Measure:
    """What every measure has: where, by whom and in which office, on which ground of the closed list, with a public
    reason. Whoever keeps order may lift it; the member concerned may appeal once; the tellers rule."""

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str] = mapped_column(String(12), default="host", server_default="host")
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lifted_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(String(10), default="")
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    ruled_at: Mapped[datetime | None]

    @property
    def waits_for_ruling(self) -> bool:
        """Whether there is an appeal on which the tellers have still to rule."""
        return self.appealed_at is not None and not self.ruling and self.lifted_at is None


class Hiding(Measure, Base):
    """Words hidden: a post, message, argument, or question to a session. Their salted hash stands in the log, the salt
    with the author."""

    __tablename__ = "hidings"
    __table_args__ = (
        CheckConstraint(GROUND, name="ground"),
        CheckConstraint(KIND, name="kind"),
        CheckConstraint(RULING, name="ruling"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(32))

    deed = "hide"

    @property
    def path(self) -> str:
        return f"/moderation/hidings/{self.id}"

    @property
    def concerns(self) -> int:
        """The member whom it touches, and who may appeal."""
        return self.author_id


class Restraint(Measure, Base):
    """A member stopped from writing in one hall until an instant (`deed` "mute"; for the words that `kind` and
    `subject_id` name), or a session's chat slowed for everybody ("slow"; `sitting_id`, `seconds`). `appealed_by_id` is
    who appealed: the member stopped, or any one who is slowed."""

    __tablename__ = "restraints"
    __table_args__ = (
        CheckConstraint(GROUND, name="ground"),
        CheckConstraint("deed IN ('mute', 'slow')", name="deed"),
        CheckConstraint("(deed = 'mute') = (member_id IS NOT NULL AND until IS NOT NULL)", name="mute"),
        CheckConstraint("(deed = 'slow') = (sitting_id IS NOT NULL)", name="slow"),
        CheckConstraint(RULING, name="ruling"),
    )

    deed: Mapped[str] = mapped_column(String(8))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="")
    subject_id: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime | None]
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), index=True)
    seconds: Mapped[int] = mapped_column(default=0)
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    @property
    def path(self) -> str:
        return f"/moderation/restraints/{self.id}"

    @property
    def concerns(self) -> int:
        """The member whom it touches, and who may appeal; 0 where it touches everybody in the room."""
        return self.member_id or 0


class Report(Base):
    """A member's word to whoever keeps order that something breaks a ground of the list, and what became of it:
    `outcome` hidden, stopped (its author may not write for a time) or stands, with an answer to the reporter.
    `for_tellers` says that it is theirs to judge: in the national hall, or where no host of the local is free to."""

    __tablename__ = "reports"
    __table_args__ = (CheckConstraint("outcome IN ('', 'hidden', 'stopped', 'stands')", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    ground: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    at: Mapped[datetime]
    for_tellers: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    outcome: Mapped[str] = mapped_column(String(10), default="", server_default="")
    answer: Mapped[str] = mapped_column(Text, default="", server_default="")
