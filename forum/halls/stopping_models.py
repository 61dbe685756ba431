"""The table of stoppings: members who may not write in a hall for a time. Why they may not stands with moderation."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Stopping(Base):
    """A member stopped from writing in a hall until an instant. Speaking, reading, seconding and voting go on."""

    __tablename__ = "stoppings"

    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    until: Mapped[datetime]
