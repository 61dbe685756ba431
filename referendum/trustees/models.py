"""Tables of trustees' public keys with their proofs, of the key ceremony's messages, and of the rehearsal.

Nothing here is secret: what one member of a threshold group tells another is sealed to that member.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class TrusteeKey(Base):
    """The public part of a trustee's key (the format's trustee_public_key object). `owner` is the trustee's number in
    the archive, fixed when the election text is. `place` is that of a member of the threshold group, from 1, and
    `sealed` the member's private part, which only the seed in the member's key file opens; None and empty for a trustee
    without whom nothing is opened. `proved_at` is when the key file was last shown to open something."""

    __tablename__ = "trustee_keys"
    __table_args__ = (UniqueConstraint("vote_id", "owner"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    owner: Mapped[int | None]
    place: Mapped[int | None]
    public_key: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    proved_at: Mapped[datetime | None]


class Ceremony(Base):
    """The making of a threshold group's key. `members` are the group's member ids in the order of their places,
    `threshold` how many of them open the count. `round` counts from 1 and grows when the ceremony begins anew."""

    __tablename__ = "ceremonies"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    round: Mapped[int] = mapped_column(default=1)
    threshold: Mapped[int]
    members: Mapped[list[int]] = mapped_column(JSON)
    begun_at: Mapped[datetime]


class CeremonyMessage(Base):
    """What a member of the group has sent in the present round, as exact texts: the certificate (kept when the ceremony
    begins anew) and the shares ("" before)."""

    __tablename__ = "ceremony_messages"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    certificate: Mapped[str] = mapped_column(Text)
    shares: Mapped[str] = mapped_column(Text, default="")


class Rehearsal(Base):
    """A ballot sealed with the trustees' keys, as a whole public record, for everybody to open a part of before voting
    begins. `trustees` is the record with whose keys it was made."""

    __tablename__ = "rehearsals"

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    uuid: Mapped[str] = mapped_column(String(40))
    trustees: Mapped[str] = mapped_column(Text)
    election: Mapped[str] = mapped_column(Text)
    credentials: Mapped[str] = mapped_column(Text)
    ballot: Mapped[str] = mapped_column(Text)
    encrypted: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
