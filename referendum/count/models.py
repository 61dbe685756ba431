"""Tables of the count: the product of the ballots, each trustee's partial decryption, the opened totals."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Tally(Base):
    """The encrypted totals of one archive, and, once every trustee has decrypted, the opened ones. `withheld` says why
    totals are not opened (below the minimum of secrecy.md or of the voting rule)."""

    __tablename__ = "tallies"
    __table_args__ = (CheckConstraint("archive IN ('V', 'C')", name="archive"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    encrypted: Mapped[str] = mapped_column(Text)
    ballot_count: Mapped[int]
    result: Mapped[list[Any] | None] = mapped_column(JSON)
    opened_at: Mapped[datetime | None]
    withheld: Mapped[str] = mapped_column(String(40), default="")
    archive_hash: Mapped[str] = mapped_column(String(64), default="")


class PartialDecryption(Base):
    """A trustee's accepted partial decryption of one archive, as it stands in the archive."""

    __tablename__ = "partial_decryptions"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
