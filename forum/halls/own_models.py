"""Tables of what a member keeps to oneself about halls: whom and what one follows or mutes, and drafts. Nobody else
sees any of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Following(Base):
    """A thread that a member follows (one mail a day, while there is something new) or mutes (no mail about it at
    all). `told_number` is the last post that a mail counted, `told_at` when."""

    __tablename__ = "followings"
    __table_args__ = (CheckConstraint("state IN ('follow', 'mute')", name="state"),)

    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(8))
    told_number: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(index=True)


class Muting(Base):
    """A person whose posts a member wants folded."""

    __tablename__ = "mutings"
    __table_args__ = (CheckConstraint("member_id <> muted_id", name="another"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    muted_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    at: Mapped[datetime]


class Draft(Base):
    """What a member has begun to write in a hall, for whichever device comes next; gone once it is posted."""

    __tablename__ = "drafts"

    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    source: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
