"""Reads of the frame of a survey, which nobody but a member joins to a person, and of whom its numbers are."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from flask import Flask

from forum.kernel.database import db, transaction
from forum.roll.models import Member
from referendum.surveys import frames
from referendum.surveys.models import FramePart, Survey, SurveySeat
from referendum.surveys.sampling import place_of


def numbers(asked: Survey | None = None) -> Iterator[tuple[int, str]]:
    """Id and number of everybody who ever was a member, or of those who were asked. Streams."""
    query = db.select(Member.id, Member.number).order_by(Member.id)
    if asked is not None:
        query = query.join(SurveySeat, SurveySeat.member_id == Member.id).where(SurveySeat.survey_id == asked.id)
    for row in db.session.execute(query.execution_options(yield_per=5000)):
        yield row.id, row.number


def entries_of(people: Iterable[tuple[int, str]], key: str, wanted: Container[str] | None = None) -> dict[str, int]:
    """Number in the frame → member id, of those who are wanted, or of all."""
    found = ((frames.entry_of(number, frames.slip_of(key, number)), member_id) for member_id, number in people)
    return {entry: member_id for entry, member_id in found if wanted is None or entry in wanted}


def frame_parts(survey: Survey) -> Iterator[bytes]:
    """The stored frame, piece by piece in order."""
    query = db.select(FramePart.rows).where(FramePart.survey_id == survey.id).order_by(FramePart.part)
    yield from db.session.scalars(query)


def stream(app: Flask, survey_id: int) -> Iterator[str]:
    """The frame as it is published, each part read in a transaction of its own, after the request's has ended."""
    for part in range(frames.PARTS):
        with app.app_context(), transaction(write=False):
            found = db.session.get(FramePart, (survey_id, part))
            lines = "".join(frames.line_of(*each) for each in frames.unpacked(found.rows)) if found else ""
        yield lines


def frame_of(survey: Survey) -> dict[str, int]:
    """Number in the frame → stratum, of everybody."""
    return {entry: stratum for rows in frame_parts(survey) for entry, stratum in frames.unpacked(rows)}


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A member in a draw: what shows that the number is theirs, the number, and whether the frame holds it; then where
    it stands in the order of the draw, and where the last of its stratum does who was asked."""

    slip: str
    entry: str
    framed: bool
    place: str
    last: str

    @property
    def drawn(self) -> bool:
        return bool(self.place) and self.framed and self.place <= self.last


def own_place(survey: Survey, member_id: int) -> OwnPlace | None:
    """A member's own; None before the draw, and where no frame was kept. Reads one part of the frame."""
    member = db.session.get(Member, member_id)
    if member is None or not survey.frame_key or survey.state == "drawing":
        return None
    slip = frames.slip_of(survey.frame_key, member.number)
    entry = frames.entry_of(member.number, slip)
    part = db.session.get(FramePart, (survey.id, frames.part_of(entry)))
    stratum = dict(frames.unpacked(part.rows)).get(entry) if part else None
    last = next((each["last"] for each in survey.strata if each["stratum"] == stratum), "")
    return OwnPlace(slip, entry, stratum is not None, place_of(survey.seed, entry) if survey.seed else "", last)
