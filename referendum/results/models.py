"""Table of published results: the table as the reporting rule prints it, and the totals of each argument."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class PublishedResult(Base):
    """What the count published for a vote, frozen: `table` (see results.rules), `citations` None where C is
    withheld.
    """

    __tablename__ = "published_results"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    table: Mapped[dict[str, Any]] = mapped_column(JSON)
    before_debate: Mapped[list[Any] | None] = mapped_column(JSON)
    at: Mapped[datetime]


class CitedArgument(Base):
    """On how many ballots an argument of the digest moved, and with how many it weighed. Totals only."""

    __tablename__ = "cited_arguments"
    __table_args__ = (UniqueConstraint("vote_id", "argument_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    moved: Mapped[int]
    weighed: Mapped[int | None]
