"""Tables of surveys. No single answer is stored: only how many of a council gave it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Survey(Base):
    """A sample survey on a question. `place` is 1 before the debate, 2 after it; the second asks the sample of the
    first. The frame is the roll of that moment: its hash and size are published, then the seed is drawn. `told` is the
    published result, empty until the close."""

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("question_id", "place"),
        CheckConstraint("state IN ('drawing', 'open', 'closed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="drawing", index=True)
    wanted: Mapped[int]
    days: Mapped[int]
    set_up_at: Mapped[datetime]
    roll_hash: Mapped[str] = mapped_column(String(64), default="")
    seed: Mapped[str] = mapped_column(String(64), default="")
    strata: Mapped[list[Any]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SurveySeat(Base):
    """One who was drawn, and whether an answer came: not when, and not which."""

    __tablename__ = "survey_seats"
    __table_args__ = (UniqueConstraint("survey_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(Base):
    """How many of a council gave an answer. Single answers are not stored."""

    __tablename__ = "survey_answers"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"), primary_key=True)
    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
