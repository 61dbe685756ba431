"""Tables of the electorate: the frozen roll of a vote, the published credentials, and the keys to the sealed list.

`PublicCredential` names no person and no local and has no order but its value's; what joins it to the roll is only
the sealed list, a file outside the database that any two tellers open together.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Electorate(Base):
    """The frozen roll of a vote: its rule, hash, size, record date and the instant of its freeze are published.
    `size` of the `roll_count` members of that instant may vote; `admitted_count` might, had all registered; None where
    nobody needs to.
    `codes` says how far the voting codes are; `halted` mails wait until a teller says go on. `units` are {name, locals
    (numbers), eligible}; `list_key` is the sealed list's public key, in decimal."""

    __tablename__ = "electorates"
    __table_args__ = (CheckConstraint("codes IN ('none', 'making', 'sent', 'ready')", name="codes"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    record_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime]
    roll_count: Mapped[int | None]
    size: Mapped[int]
    admitted_count: Mapped[int | None]
    spare_count: Mapped[int] = mapped_column(default=0)
    roll_hash: Mapped[str] = mapped_column(String(64))
    units: Mapped[list[Any]] = mapped_column(JSON, default=list)
    codes: Mapped[str] = mapped_column(String(8), default="none")
    halted: Mapped[bool] = mapped_column(default=False)
    sealed_hash: Mapped[str] = mapped_column(String(64), default="")
    list_key: Mapped[str] = mapped_column(Text, default="")


class RollEntry(Base):
    """A person entitled to this vote, and whether the code went out: waiting, sending (a chunk under way), sent,
    refused (by the mail server: waits for a letter), printing (streamed, not yet known to be on paper), letter
    (printed), unknown (a crash in between), spare (given a spare code)."""

    __tablename__ = "roll_entries"
    __table_args__ = (
        UniqueConstraint("vote_id", "member_id"),
        UniqueConstraint("vote_id", "entry"),
        CheckConstraint(
            "delivery IN ('waiting', 'sending', 'sent', 'refused', 'printing', 'letter', 'unknown', 'spare')",
            name="delivery",
        ),
        Index("ix_roll_entries_delivery", "vote_id", "delivery", "entry"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    entry: Mapped[str] = mapped_column(String(22))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    local_id: Mapped[int] = mapped_column(ForeignKey("locals.id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    delivery: Mapped[str] = mapped_column(String(8), default="waiting")


class PublicCredential(Base):
    """A published credential of the V or the C archive: issued, spare (made, not given out), revoked. `replaces` is
    told of V alone: the hash of the credential that this spare took the place of, "" for any other."""

    __tablename__ = "public_credentials"
    __table_args__ = (
        CheckConstraint("archive IN ('V', 'C')", name="archive"),
        CheckConstraint("state IN ('issued', 'spare', 'revoked')", name="state"),
        Index("ix_public_credentials_state", "vote_id", "archive", "state"),
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    archive: Mapped[str] = mapped_column(String(1), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="issued")
    replaces: Mapped[str] = mapped_column(String(64), default="", server_default="")


class TellerKey(Base):
    """A teller's public key for the sealed list, with its proof of possession. `share` is {place, public (g^share),
    sealed (the share, sealed to this key)} once the list's key was split."""

    __tablename__ = "teller_keys"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    public_key: Mapped[dict[str, Any]] = mapped_column(JSON)
    share: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime]


class SealedOpening(Base):
    """One opening of the sealed list: why, for what, and which tellers have handed in their share so far. `given` maps
    the share's place to the moment it was handed in; the share itself waits in a file (share_file), never here."""

    __tablename__ = "sealed_openings"
    __table_args__ = (CheckConstraint("state IN ('asked', 'opened', 'dropped')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(8), default="asked")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    given: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Turnout(Base):
    """Ballots by unit after the close, from one logged opening of the sealed list; units of 30 and more."""

    __tablename__ = "turnouts"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(200), primary_key=True)
    eligible: Mapped[int]
    ballots: Mapped[int]
