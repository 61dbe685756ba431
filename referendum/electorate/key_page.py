"""The page on which a trustee or a teller makes a key, and what it hands in: one way for both kinds of key."""

from typing import Any

from flask import Request, url_for

from forum.kernel.languages import when
from forum.kernel.reading import sent_json
from forum.questions.queries import question_by_id
from referendum.electorate.forms import read_field
from referendum.electorate.queries import fingerprint
from referendum.process.models import Vote

LONGEST = 10_000
FILES = {"trustee": "key-question-{}.json", "teller": "list-key-question-{}.json"}


def key_facts(purpose: str, vote: Vote, held: dict[str, Any] | None, upload: str) -> dict[str, Any]:
    """What templates/referendum/trustees/key.html documents as `key`. `purpose` is trustee or teller, `held` the public
    key that is handed in already, `upload` the endpoint that takes one."""
    question = question_by_id(vote.question_id)
    return {
        "purpose": purpose, "question_number": question.number, "question_title": question.title,
        "upload_url": url_for(upload, public_id=vote.public_id), "file_name": FILES[purpose].format(question.number),
        "due_text": str(when(vote.opens_at).striptags()),
        "handed_in": fingerprint(held["public_key"]) if held else "",
    }  # fmt: skip


def sent_key(request: Request) -> object:
    """The public key that the page sent, whatever it is; the operation judges it."""
    return read_field(sent_json(request, LONGEST), "public_key")
