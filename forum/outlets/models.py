"""Tables of what leaves the site: what a member chose about mail, the digests' editions, keys of feeds, exports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class MailChoice(Base):
    """What a member chose about mail; who has no row has the defaults. Quiet hours are whole hours of the member's own
    zone; from and until the same hour means none."""

    __tablename__ = "mail_choices"
    __table_args__ = (
        CheckConstraint("digest IN ('off', 'daily', 'weekly')", name="digest"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name="hours"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(8), index=True)
    threads: Mapped[bool] = mapped_column(default=True, server_default=true())
    sessions: Mapped[bool] = mapped_column(default=True, server_default=true())
    sides: Mapped[bool] = mapped_column(default=True, server_default=true())
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    at: Mapped[datetime]


class DigestEdition(Base):
    """One digest by mail, the same span for everybody: what happened from `since` until `until`."""

    __tablename__ = "digest_editions"
    __table_args__ = (UniqueConstraint("kind", "until"), CheckConstraint("kind IN ('daily', 'weekly')", name="kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    until: Mapped[datetime]


class FeedKey(Base):
    """A secret in the address of a member's feeds, shown once and kept as a hash; the member names and revokes it."""

    __tablename__ = "feed_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DebateExport(Base):
    """The debate of a question as one text file in the instance folder: being made, ready, or failed. `until` is the
    instant up to which it tells."""

    __tablename__ = "debate_exports"
    __table_args__ = (CheckConstraint("state IN ('making', 'ready')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    until: Mapped[datetime]
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
