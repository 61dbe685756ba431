"""Tables of arguments: the citable unit, its revisions and readings, what is asked of it, merges, statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.arguments.rules import label_of
from forum.kernel.database import Base


class Argument(Base):
    """A claim on the record, for or against one option. Its number (A-17) never changes; once seconded, neither does
    the claim. Origin: the hall it came from, and the post or message, if it came from one. `origin_member_id` is set
    only after that member consented to be named. `local_count`: from how many locals its readers are.
    `answers_well_at`: when the mover of the argument it answers marked it as a good answer."""

    __tablename__ = "arguments"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        UniqueConstraint("mover_id", "client_key"),
        CheckConstraint("side IN ('for', 'against')", name="side"),
        CheckConstraint("(seconder_id IS NULL) = (seconded_at IS NULL)", name="seconded"),
        CheckConstraint("seconder_id IS NULL OR seconder_id <> mover_id", name="seconder_is_another"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="merged_elsewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    number: Mapped[int]
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    claim: Mapped[str] = mapped_column(String(200))
    mover_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    office: Mapped[str] = mapped_column(String(12), default="")
    moved_at: Mapped[datetime]
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    origin_member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    seconder_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    seconded_at: Mapped[datetime | None]
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("arguments.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("arguments.id"), index=True)
    merged_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    client_key: Mapped[str | None] = mapped_column(String(40))
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    pass_count: Mapped[int] = mapped_column(default=0)
    local_count: Mapped[int] = mapped_column(default=0)
    answers_well_at: Mapped[datetime | None]

    revisions: Mapped[list["ArgumentRevision"]] = relationship(
        back_populates="argument", order_by="ArgumentRevision.number"
    )

    @property
    def label(self) -> str:
        """How everyone calls it."""
        return label_of(self.number)


class ArgumentRevision(Base):
    """A wording of grounds and sources; the newest is shown, all are public."""

    __tablename__ = "argument_revisions"
    __table_args__ = (UniqueConstraint("argument_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    number: Mapped[int]
    grounds_source: Mapped[str] = mapped_column(Text)
    grounds_html: Mapped[str] = mapped_column(Text)
    sources: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]

    argument: Mapped[Argument] = relationship(back_populates="revisions")


class Reading(Base):
    """A member's latest agree (1), disagree (-1) or pass (0) on an argument, and of which revision. `member_id` is
    emptied at certification; `local_id` is the reader's local when read."""

    __tablename__ = "readings"
    __table_args__ = (
        UniqueConstraint("argument_id", "member_id"),
        CheckConstraint("value IN (-1, 0, 1)", name="value"),
        Index("ix_readings_argument_id_local_id", "argument_id", "local_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    local_id: Mapped[int] = mapped_column(ForeignKey("locals.id"))
    value: Mapped[int]
    revision: Mapped[int]
    at: Mapped[datetime]


class BoardLook(Base):
    """When a member last looked at a question's arguments. A visit that goes on keeps showing what was new as it
    began: that is since `before`, the look that ended the visit before (None: it is the first)."""

    __tablename__ = "board_looks"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    at: Mapped[datetime]
    before: Mapped[datetime | None]


class SourceAsk(Base):
    """A member's request for an argument's sources, answered by its next revision that gives other sources."""

    __tablename__ = "source_asks"
    __table_args__ = (
        UniqueConstraint("argument_id", "member_id"),
        CheckConstraint("(answered_at IS NULL) = (answered_revision IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_revision: Mapped[int | None]


class ArgumentLikeness(Base):
    """Two seconded claims that say nearly the same, noted when the later one was seconded. `likeness` is the cosine of
    that moment; `settled_at` is set when a host or teller finds that the two differ."""

    __tablename__ = "argument_likenesses"

    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), primary_key=True, index=True)
    likeness: Mapped[float] = mapped_column(Float)
    settled_at: Mapped[datetime | None]


class Merge(Base):
    """A proposal that one argument be merged into another; takes effect when both movers consent."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    proposed_at: Mapped[datetime]
    mover_agreed_at: Mapped[datetime | None]
    into_mover_agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(12), default="")


class OriginConsent(Base):
    """The question to a member whose words another put on the record: may you be named as their origin?"""

    __tablename__ = "origin_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    argument_id: Mapped[int] = mapped_column(ForeignKey("arguments.id"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]


class Statement(Base):
    """A marked text: the leadership's on an option, or a minority's reply, which stands once enough have signed.
    `facts` has the `side` on which the leadership's argues, for or against its option."""

    __tablename__ = "statements"
    __table_args__ = (CheckConstraint("kind IN ('leadership', 'reply')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("statements.id"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("options.id"))
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    stands_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    signatures: Mapped[list["StatementSignature"]] = relationship(order_by="StatementSignature.id")


class StatementSignature(Base):
    """A member who signs a minority's reply."""

    __tablename__ = "statement_signatures"
    __table_args__ = (UniqueConstraint("statement_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    local_id: Mapped[int] = mapped_column(ForeignKey("locals.id"))
    at: Mapped[datetime]
