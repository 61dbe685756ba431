"""Tables of halls: a hall is one question before one local (or the national hall), with its thread of posts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base


class Hall(Base):
    """A local's room for one question. `local_id` empty: the national hall. It exists from the charge on, and is open
    once `opened_at` is set; the counters number its posts and messages, so their order is the database's. `charged_at`
    is set where the local was founded after the charge, which reached it then."""

    __tablename__ = "halls"
    __table_args__ = (
        UniqueConstraint("question_id", "local_id"),
        CheckConstraint("opened_as IN ('', 'host', 'tellers')", name="opened_as"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    local_id: Mapped[int | None] = mapped_column(ForeignKey("locals.id"), index=True)
    agenda_source: Mapped[str] = mapped_column(Text, default="")
    agenda_html: Mapped[str] = mapped_column(Text, default="")
    charged_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    opened_as: Mapped[str] = mapped_column(String(8), default="")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    honoured_at: Mapped[datetime | None]
    post_count: Mapped[int] = mapped_column(default=0)
    message_count: Mapped[int] = mapped_column(default=0)


class Post(Base):
    """A post in a hall's thread. Rendered once, when written; `renderer` is the version that did. A hidden post stays
    as a tombstone with its reason (moderation)."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("hall_id", "number"), UniqueConstraint("author_id", "client_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    office: Mapped[str] = mapped_column(String(12), default="")
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    client_key: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    revisions: Mapped[list["PostRevision"]] = relationship(order_by="PostRevision.number")


class PostRevision(Base):
    """An earlier wording of a post, public with it."""

    __tablename__ = "post_revisions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ReadMark(Base):
    """How far a member has read a hall's thread."""

    __tablename__ = "read_marks"

    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime]
