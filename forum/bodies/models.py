"""Tables of bodies' acts: a document a body is asked to sign, and its members' signatures."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base


class BodyAct(Base):
    """An act of a body (pledge, charge, call, open, certify, a ruling …). It takes effect when more than half of the
    body's members have signed exactly this document. `facts` is what the effect needs to know."""

    __tablename__ = "body_acts"
    __table_args__ = (
        CheckConstraint("body IN ('council', 'tellers', 'observers')", name="body"),
        CheckConstraint("took_effect_at IS NULL OR dropped_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    body: Mapped[str] = mapped_column(String(12))
    act: Mapped[str] = mapped_column(String(60))
    document: Mapped[str] = mapped_column(Text)
    document_hash: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    took_effect_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    signatures: Mapped[list["Signature"]] = relationship(back_populates="body_act", order_by="Signature.id")


class Signature(Base):
    """One member's act after a fresh sign-in, recorded with the document's hash."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("body_act_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_act_id: Mapped[int] = mapped_column(ForeignKey("body_acts.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    document_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    body_act: Mapped[BodyAct] = relationship(back_populates="signatures")
