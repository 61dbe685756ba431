"""Tables of a question: its options, timetable, obligations, appointments, exemptions and state changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base
from forum.questions.rules import letter_at


class Question(Base):
    """What is to be decided. `state` moves only through `operations.move_question`. Times are the published
    timetable. `takes_up_id` is the earlier question on the same matter, if it is said. `process` holds the template's
    tables as published; `process_source` the union's own TOML, if any.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("state IN ('drafted', 'charged', 'debating', 'closed', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(12), default="drafted", index=True)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(300))
    background_source: Mapped[str] = mapped_column(Text, default="")
    background_html: Mapped[str] = mapped_column(Text, default="")
    template: Mapped[str] = mapped_column(String(60))
    process: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    process_source: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    published_at: Mapped[datetime | None]
    pledged_at: Mapped[datetime | None]
    charged_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    debate_opens_at: Mapped[datetime | None]
    debate_closes_at: Mapped[datetime | None]
    debate_extended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_lot: Mapped[str] = mapped_column(String(64), default="")
    floor_proof: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    record_at: Mapped[datetime | None]
    vote_opens_at: Mapped[datetime | None]
    vote_closes_at: Mapped[datetime | None]
    challenge_closes_at: Mapped[datetime | None]
    argument_count: Mapped[int] = mapped_column(default=0)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    takes_up_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)

    options: Mapped[list["Option"]] = relationship(back_populates="question", order_by="Option.position")
    obligations: Mapped[list["Obligation"]] = relationship(
        back_populates="question", order_by="Obligation.id"
    )
    appointments: Mapped[list["Appointment"]] = relationship(
        back_populates="question", order_by="Appointment.id"
    )


class Option(Base):
    """One way to decide. `position` from 0 gives its letter (A, B, …). `second_count`: how many have seconded it."""

    __tablename__ = "options"
    __table_args__ = (UniqueConstraint("question_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    slate: Mapped[str] = mapped_column(String(200), default="")
    second_count: Mapped[int] = mapped_column(default=0, server_default="0")

    question: Mapped[Question] = relationship(back_populates="options")

    @property
    def letter(self) -> str:
        """A for the first one."""
        return letter_at(self.position)


class Obligation(Base):
    """What the leadership must do if an option is elected, and within how many days of the certificate."""

    __tablename__ = "obligations"
    __table_args__ = (CheckConstraint("due_days > 0", name="due_days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_days: Mapped[int]

    question: Mapped[Question] = relationship(back_populates="obligations")
    option: Mapped[Option] = relationship()


class Appointment(Base):
    """An office held for one question: teller, trustee, observer. `option_id` names the option whose
    spokespersons added this trustee or observer; empty when the executive council named them. `needed` marks a trustee
    without whom the count is not opened, however few of the others are enough."""

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("question_id", "member_id", "role"),
        CheckConstraint("role IN ('teller', 'trustee', 'observer')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("options.id"))
    needed: Mapped[bool] = mapped_column(default=False)
    named_at: Mapped[datetime]

    question: Mapped[Question] = relationship(back_populates="appointments")


class OptionSecond(Base):
    """A member who seconds an option; the first ten name a spokesperson each."""

    __tablename__ = "option_seconds"
    __table_args__ = (UniqueConstraint("option_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    names_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


class OptionNaming(Base):
    """Whom a spokesperson wants the option to add as trustee or observer; done when all who speak for it name the same.

    `member_id` is the member wanted, `by_id` the spokesperson.
    """

    __tablename__ = "option_namings"
    __table_args__ = (
        UniqueConstraint("option_id", "role", "by_id"),
        CheckConstraint("role IN ('trustee', 'observer')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


class WithdrawalRequest(Base):
    """A spokesperson asks that the charged question be withdrawn; the tellers may, once every option asks."""

    __tablename__ = "withdrawal_requests"
    __table_args__ = (UniqueConstraint("option_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


class Exemption(Base):
    """A local that need not honour the charge, by the tellers' ruling, with a public reason."""

    __tablename__ = "exemptions"
    __table_args__ = (UniqueConstraint("question_id", "local_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    local_id: Mapped[int] = mapped_column(ForeignKey("locals.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class QuestionMove(Base):
    """The append-only history of a question's state."""

    __tablename__ = "question_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    move: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
