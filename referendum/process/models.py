"""Tables of a vote on a question: its phase, its parameters as called, challenges, and the history of moves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base
from forum.questions.models import Option


class Vote(Base):
    """One ballot on a question; `kind` says which of its votes (facts.VoteKind). `params` are the voting and reporting
    rules as the call fixed them. The election texts are the exact bytes whose hash binds every ballot; the C texts are
    empty where there was no debate, and in a run-off."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint(
            "state IN ('set_up', 'open', 'counting', 'challengeable', 'certified', 'annulled')", name="state"
        ),
        CheckConstraint("outcome IN ('', 'elected', 'goes_on', 'undecided')", name="outcome"),
        CheckConstraint("(state = 'certified') = (certified_at IS NOT NULL)", name="certified_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20), default="members")
    state: Mapped[str] = mapped_column(String(14), default="set_up", index=True)
    version: Mapped[int] = mapped_column(default=1)
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    uuid_v: Mapped[str] = mapped_column(String(40), unique=True)
    uuid_c: Mapped[str] = mapped_column(String(40), unique=True)
    election_v: Mapped[str] = mapped_column(Text, default="")
    election_c: Mapped[str] = mapped_column(Text, default="")
    trustees: Mapped[str] = mapped_column(Text, default="")
    called_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    challenges_end_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    certificate: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(10), default="")
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    annulled_reason: Mapped[str] = mapped_column(Text, default="")

    elected: Mapped[list[Option]] = relationship(secondary="elected_options", order_by=Option.position)


class ElectedOption(Base):
    """An option that a certified vote elected: one, or one of each slate."""

    __tablename__ = "elected_options"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), primary_key=True)


class VoteMove(Base):
    """The append-only history of a vote's phase."""

    __tablename__ = "vote_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    move: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(14))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")


class Challenge(Base):
    """A member's formal objection. Ruled on by the tellers, or by the observers where it is the tellers who are
    challenged (`to_tellers`)."""

    __tablename__ = "challenges"
    __table_args__ = (CheckConstraint("ruling IN ('', 'upheld', 'dismissed')", name="ruling"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    to_tellers: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ruling: Mapped[str] = mapped_column(String(10), default="")
    changes_outcome: Mapped[bool] = mapped_column(default=False)
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    ruled_at: Mapped[datetime | None]
