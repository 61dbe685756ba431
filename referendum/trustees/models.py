"""Table of trustees' public keys, with their proofs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class TrusteeKey(Base):
    """The public part of a trustee's key pair (the format's trustee_public_key object). `owner` is the trustee's
    number in the archive, fixed when the election text is."""

    __tablename__ = "trustee_keys"
    __table_args__ = (UniqueConstraint("vote_id", "owner"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    owner: Mapped[int | None]
    public_key: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
