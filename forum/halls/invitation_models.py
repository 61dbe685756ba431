"""The table of invitations: officers whom a host lets speak in a hall that is not their own local's."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class Invitation(Base):
    """An officer invited to a hall. A withdrawn invitation is kept; at most one of each officer holds in a hall."""

    __tablename__ = "hall_invitations"
    __table_args__ = (
        Index(
            "uq_hall_invitations_standing", "hall_id", "member_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
