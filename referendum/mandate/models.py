"""Tables of the mandate: what the leadership must do, by when, what it did, and who disputes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base
from forum.questions.models import Option


class Mandate(Base):
    """What the certified, elected options oblige the leadership to. `vote_id` is the members' vote that elected them,
    or that sent them on to those who did."""

    __tablename__ = "mandates"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'discharged', 'breached', 'superseded')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="due", index=True)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    options: Mapped[list[Option]] = relationship(secondary="mandate_options", order_by=Option.position)
    duties: Mapped[list["Duty"]] = relationship(back_populates="mandate", order_by="Duty.due_at")
    quotations: Mapped[list["Quotation"]] = relationship(order_by="Quotation.id")


class MandateOption(Base):
    """An option that a mandate carries out."""

    __tablename__ = "mandate_options"

    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"), primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), primary_key=True)


class Duty(Base):
    """One obligation come due: its text and the day by which an act must have been filed."""

    __tablename__ = "duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"), index=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligations.id"))
    text: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    breached_at: Mapped[datetime | None]

    mandate: Mapped[Mandate] = relationship(back_populates="duties")
    acts: Mapped[list["FiledAct"]] = relationship(back_populates="duty", order_by="FiledAct.at")


class Quotation(Base):
    """An argument the mandate quotes, which every act must answer by number: it moved most, or weighed with
    most.
    """

    __tablename__ = "quotations"
    __table_args__ = (UniqueConstraint("mandate_id", "argument_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"), index=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))


class FiledAct(Base):
    """What the leadership did for one duty. `answers` maps argument ids (as text) to the answer to each."""

    __tablename__ = "filed_acts"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]

    duty: Mapped[Duty] = relationship(back_populates="acts")


class Dispute(Base):
    """A member's objection that an act does not do what it says; ruled on by the tellers."""

    __tablename__ = "disputes"
    __table_args__ = (CheckConstraint("ruling IN ('', 'upheld', 'dismissed')", name="ruling"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("filed_acts.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ruling: Mapped[str] = mapped_column(String(10), default="")
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    mend_by: Mapped[datetime | None]
    mended_at: Mapped[datetime | None]
    ruled_at: Mapped[datetime | None]
