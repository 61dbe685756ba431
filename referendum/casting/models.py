"""Tables of the ballot box. None references a person or a local; none keeps a time.

An `Arrival` waits for its check and its batch; the batch job rewrites it into two `BoxedBallot` rows that nothing
joins, ordered by hash, and deletes it (secrecy.md, "Who knows what").
"""

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Arrival(Base):
    """A pair of ballots as received. `sequence` tells the latest of one credential, until the batch forgets it.
    States: recorded, checked; the C part may be set aside alone (`c_set_aside`)."""

    __tablename__ = "arrivals"
    __table_args__ = (
        CheckConstraint("state IN ('recorded', 'checked')", name="state"),
        Index("ix_arrivals_credential", "vote_id", "v_credential"),
        Index("ix_arrivals_c_credential", "vote_id", "c_credential"),
        Index("ix_arrivals_state", "vote_id", "state", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="recorded")
    v_body: Mapped[str] = mapped_column(Text)
    v_tracker: Mapped[str] = mapped_column(String(44), unique=True)
    v_credential: Mapped[str] = mapped_column(String(64))
    c_body: Mapped[str] = mapped_column(Text, default="")
    c_tracker: Mapped[str | None] = mapped_column(String(44), unique=True)
    c_credential: Mapped[str] = mapped_column(String(64), default="")
    c_set_aside: Mapped[bool] = mapped_column(default=False)


_PLAIN = "ALTER TABLE arrivals ALTER v_body SET STORAGE EXTERNAL, ALTER c_body SET STORAGE EXTERNAL"
"""PostgreSQL would compress each body, nine times the work of all else that it does for a ballot, and unpack it within
the hour."""
_stored_plainly = DDL(_PLAIN).execute_if(dialect="postgresql")  # type: ignore[no-untyped-call]
event.listen(inspect(Arrival).local_table, "after_create", _stored_plainly)


class BoxedBallot(Base):
    """A ballot of the public record. Its place is its batch and its hash. `credential` is the hash of the public
    credential (see PublicCredential.digest)."""

    __tablename__ = "boxed_ballots"
    __table_args__ = (
        UniqueConstraint("vote_id", "archive", "tracker"),
        UniqueConstraint("vote_id", "archive", "batch", "credential"),
        CheckConstraint("archive IN ('V', 'C')", name="archive"),
        Index("ix_boxed_ballots_place", "vote_id", "archive", "batch", "hash"),
        Index("ix_boxed_ballots_credential", "vote_id", "archive", "credential"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    archive: Mapped[str] = mapped_column(String(1))
    batch: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    tracker: Mapped[str] = mapped_column(String(44))
    credential: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)


class BoxBatch(Base):
    """What the public record says of one batch of one archive: how many ballots it holds, and the hash over their
    hashes (see casting.rules). Written with it, so that nobody who looks has to read the whole box."""

    __tablename__ = "box_batches"
    __table_args__ = (CheckConstraint("archive IN ('V', 'C')", name="archive"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    ballots: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class SetAside(Base):
    """A ballot that failed its check or was replaced before its batch: its tracker answers why, and nothing else."""

    __tablename__ = "set_aside_ballots"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    archive: Mapped[str] = mapped_column(String(1))
    tracker: Mapped[str] = mapped_column(String(44), index=True)
    reason: Mapped[str] = mapped_column(String(40))


class BoxState(Base):
    """The last batch written, and whether it was the one at the close. A batch is written in many short transactions:
    the one under way takes the arrivals up to `upto`; those up to `clear_to` are in the box and wait to be forgotten.
    Both are sequences of arrivals, 0 where there is nothing to do."""

    __tablename__ = "box_states"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    batch: Mapped[int] = mapped_column(default=0)
    hour: Mapped[str] = mapped_column(String(13), default="")
    sealed: Mapped[bool] = mapped_column(default=False)
    upto: Mapped[int] = mapped_column(default=0)
    clear_to: Mapped[int] = mapped_column(default=0)
