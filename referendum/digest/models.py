"""Tables of the digest: the frozen voter guide of a question, and its lines, which point down to the arguments."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Digest(Base):
    """The frozen digest: `record` is the public record it was computed from, `document` the guide, both canonical
    JSON; `hash` is the document's and enters the election's description."""

    __tablename__ = "digests"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    record: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    frozen_at: Mapped[datetime]


class DigestLine(Base):
    """One argument of the digest, in its place, at the revision that was frozen."""

    __tablename__ = "digest_lines"
    __table_args__ = (UniqueConstraint("question_id", "position"), UniqueConstraint("question_id", "argument_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("digests.question_id"), index=True)
    position: Mapped[int]
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"))
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("argument_revisions.id"))
    revision_hash: Mapped[str] = mapped_column(String(64))
