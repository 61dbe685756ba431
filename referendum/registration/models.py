"""Tables of registrations: each member's, and how many there are."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Registration(Base):
    """A member who wants to vote on this question. Taken back, the row is gone; from the close on it stays."""

    __tablename__ = "registrations"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class RegistrationCount(Base):
    """How many are registered for a question: kept with each step, because every page of it tells the number."""

    __tablename__ = "registration_counts"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    count: Mapped[int]
