"""Tables of the roll: councils, locals, members, and imports that can be looked over and undone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel.database import Base


class Council(Base):
    """A named group of locals: a state, a district."""

    __tablename__ = "councils"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)

    locals: Mapped[list["Local"]] = relationship(back_populates="council")


class Local(Base):
    """A chapter. `number` is what members call it ("88"); its hall keeps the local's own time zone."""

    __tablename__ = "locals"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"), index=True)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")

    council: Mapped[Council] = relationship(back_populates="locals")
    members: Mapped[list["Member"]] = relationship(back_populates="local")


class Member(Base):
    """A person on the roll. `public_id` is random and stands for the person in the audit log."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("standing IN ('good', 'lapsed', 'suspended', 'retired')", name="standing"),
        CheckConstraint("office IN ('', 'host', 'officer')", name="office"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    local_id: Mapped[int] = mapped_column(ForeignKey("locals.id"), index=True)
    country: Mapped[str] = mapped_column(String(2), default="US")
    standing: Mapped[str] = mapped_column(String(12), default="good")
    since: Mapped[date]
    office: Mapped[str] = mapped_column(String(12), default="", index=True)
    left_at: Mapped[datetime | None]

    local: Mapped[Local] = relationship(back_populates="members")


class RollImport(Base):
    """One reading of a roll file: looked over (dry run), applied, undone. Its lines say what it does to whom."""

    __tablename__ = "roll_imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'refused', 'ready', 'applying', 'applied', 'undone', 'dropped')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    touched_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    marks_absent: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    problem_count: Mapped[int] = mapped_column(default=0)


class RollImportLine(Base):
    """What an import does to one member: "new", "changed" (with the values before), or "absent" from the file."""

    __tablename__ = "roll_import_lines"
    __table_args__ = (
        CheckConstraint("action IN ('new', 'changed', 'absent')", name="action"),
        Index("ix_roll_import_lines_import_id_action", "import_id", "action", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roll_imports.id"))
    line: Mapped[int]
    action: Mapped[str] = mapped_column(String(8))
    number: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
