"""Tables of the digest: what the debate left at its close, the frozen voter guide, and its lines and reasons, which
point down to the arguments."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class DebateRecord(Base):
    """What the digest rule looks at, as it stood at the close: the public record as canonical JSON, with the claims of
    what was hidden, on which the tellers may still rule. It is added up once, from then on nothing changes it."""

    __tablename__ = "debate_records"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    record: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[datetime]


class MatrixPart(Base):
    """A piece of the readings under random reader numbers: for the question's observers alone, deleted at
    certification. Which member has which number was never written down."""

    __tablename__ = "matrix_parts"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[str] = mapped_column(Text)


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


class DigestOutcome(Base):
    """What the rule decided on one seconded argument, and why; `other` is the argument or the ruling that the reason
    speaks of. The same stands in the digest's record: here it can be found without reading all of that."""

    __tablename__ = "digest_outcomes"

    question_id: Mapped[int] = mapped_column(ForeignKey("digests.question_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), unique=True)
    taken: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(16))
    other: Mapped[int | None]
    billionths: Mapped[int | None]
    readers: Mapped[int]
