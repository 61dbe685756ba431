"""Tables of the count: the products of the ballots, each trustee's partial decryption, the opened totals."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Tally(Base):
    """The encrypted totals of one archive, and, once enough trustees have decrypted, the opened ones. `withheld` says
    why totals are not opened (below the minimum of secrecy.md or of the voting rule). Where the record has several
    parts (TallyPart), these are their product, their sums, and the hash over their files' hashes."""

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


class TallyPart(Base):
    """One part of an archive's record (SPEC 9), an archive of its own: its product, its opened totals, its file. A
    small union has one. `taken_until`: a job is at it, and until then no other begins."""

    __tablename__ = "tally_parts"
    __table_args__ = (CheckConstraint("archive IN ('V', 'C')", name="archive"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    encrypted: Mapped[str] = mapped_column(Text, default="")
    ballot_count: Mapped[int] = mapped_column(default=0)
    result: Mapped[list[Any] | None] = mapped_column(JSON)
    archive_hash: Mapped[str] = mapped_column(String(64), default="")
    taken_until: Mapped[datetime | None]


class PartialDecryption(Base):
    """A trustee's accepted partial decryption of one archive, as it stands in the archive; of a record in several parts
    a JSON list, one of each. `second_proof` is the trustee's second proof of the same factors (SPEC 6) as JSON, or the
    list of them; "" where the part was made with a program that makes none."""

    __tablename__ = "partial_decryptions"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    second_proof: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
