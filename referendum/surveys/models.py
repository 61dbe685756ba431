"""Tables of surveys. No single answer is stored: only how many of a council gave it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Survey(Base):
    """A sample survey on a question. `place` is 1 before the debate, 2 after it; the second asks the sample of the
    first, and has no seed. The frame is everybody eligible at that moment: its hash stands in the record, then the seed
    is drawn. `frame_key` is secret: it joins members to their numbers in the frame. `strata` are the councils of each,
    its size, and once drawn how many are asked and the last place. The questionnaire is empty until somebody writes it
    or the frame is frozen; then its hash is in the record. `told` is the published result, empty until the close."""

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("question_id", "place"),
        CheckConstraint("state IN ('planned', 'drawing', 'open', 'closed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="drawing", index=True)
    wanted: Mapped[int]
    days: Mapped[int]
    set_up_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(100), default="")
    questionnaire: Mapped[list[Any]] = mapped_column(JSON, default=list)
    questionnaire_hash: Mapped[str] = mapped_column(String(64), default="")
    frame_key: Mapped[str] = mapped_column(String(64), default="")
    frame_hash: Mapped[str] = mapped_column(String(64), default="")
    seed: Mapped[str] = mapped_column(String(64), default="")
    strata: Mapped[list[Any]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class FramePart(Base):
    """A piece of a survey's frame: numbers and strata, as `frames` packs them, so that the draw can be repeated."""

    __tablename__ = "survey_frames"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[bytes] = mapped_column(LargeBinary)


class SurveySeat(Base):
    """One who was drawn, and whether an answer came: not when, not which, and after the close no longer whether."""

    __tablename__ = "survey_seats"
    __table_args__ = (UniqueConstraint("survey_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    stratum: Mapped[int]
    answered: Mapped[bool | None] = mapped_column(default=False)


class SurveyAnswer(Base):
    """How many of a stratum gave an answer to an item, counted from 1. Single answers are not stored; after the close
    strata with few answers stand here as one, and of fewer than are told nothing is left."""

    __tablename__ = "survey_answers"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    stratum: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True, default=1)
    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
