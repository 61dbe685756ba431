"""Table of what members ask before a session, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Enquiry(Base):
    """A question put to a session beforehand. Once sent its words stay, under the author's name.

    `state`: open; deferred (to be taken up in the session); answered in writing; taken up in the session.
    `client_key` makes one that is sent twice a single one.
    """

    __tablename__ = "enquiries"
    __table_args__ = (
        UniqueConstraint("author_id", "client_key"),
        CheckConstraint("state IN ('open', 'deferred', 'answered', 'taken_up')", name="state"),
        CheckConstraint("(state = 'answered') = (answer_source <> '')", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    office: Mapped[str] = mapped_column(String(12), default="")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    client_key: Mapped[str | None] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer_source: Mapped[str] = mapped_column(Text, default="")
    answer_html: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
