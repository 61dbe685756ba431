"""The list of public credentials that tellers hand in, while its parts arrive and are checked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base


class CodeList(Base):
    """The newest list of a vote whose codes the tellers made. `header` is what every part says (code_list.ListHeader),
    `received` the numbers of the parts that are here, as files. `problem` says in words why it was refused."""

    __tablename__ = "code_lists"
    __table_args__ = (CheckConstraint("state IN ('receiving', 'checking', 'refused', 'accepted')", name="state"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    list_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(9), default="receiving")
    header: Mapped[dict[str, Any]] = mapped_column(JSON)
    received: Mapped[list[Any]] = mapped_column(JSON, default=list)
    problem: Mapped[str] = mapped_column(Text, default="")
    problem_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
