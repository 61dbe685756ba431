"""Reads the observers' matrix, part by part: it may be larger than a request should hold."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import func

from forum.kernel.database import db, transaction
from referendum.digest.models import MatrixPart


def part_count(question_id: int) -> int:
    """In how many parts the matrix lies; 0 before the close and after certification."""
    query = db.select(func.count()).select_from(MatrixPart).where(MatrixPart.question_id == question_id)
    return db.session.scalar(query) or 0


def stream(app: Flask, question_id: int, count: int) -> Iterator[str]:
    """The file part by part, each read in a transaction of its own, after the request's has ended."""
    for place in range(count):
        with app.app_context(), transaction(write=False):
            part = db.session.get(MatrixPart, (question_id, place))
            lines = part.lines if part else ""
        yield lines
