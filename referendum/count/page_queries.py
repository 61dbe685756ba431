"""What the decrypt page is told, and the public record as one stream of JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext

from forum.kernel.doors import Actor
from forum.questions.queries import question_by_id
from referendum.casting.queries import boxed_ballots
from referendum.count import queries, rules
from referendum.process.models import Vote
from referendum.trustees.queries import key_of


def count_page(actor: Actor, vote: Vote, url: Callable[..., str]) -> dict[str, Any]:
    """Everything that templates/referendum/count/decrypt.html documents as `count`; `url(endpoint, archive)`."""
    question = question_by_id(vote.question_id)
    key = key_of(vote.id, actor.member_id)
    owner = key.owner if key and key.owner else 0
    archives = []
    for tally in queries.tallies(vote.id):
        minimum = rules.minimum_of(tally.archive, vote.params)
        done = key is not None and not queries.is_needed(vote, tally.archive, key)
        archives.append(
            {
                "archive": tally.archive, "ballots": queries.record_size(vote.id, tally.archive),
                "record_url": url("count.show_record", tally.archive), "minimum": minimum,
                "upload_url": url("count.accept_part", tally.archive),
                "file_url": url("count.accept_part_file", tally.archive),
                "done": done, "unneeded": done and queries.part_of(vote.id, tally.archive, owner) is None,
                "number": owner,
                "withheld": gettext(rules.WITHHELD[tally.archive]) % {"minimum": minimum} if tally.withheld else "",
            }
        )  # fmt: skip
    return {
        "question_number": question.number, "question_title": question.title, "archives": archives,
        "sealed": key.sealed if key else "",
        "dkey_url": url_for("ceremony.show_sealed_key", public_id=vote.public_id) if key and key.sealed else "",
    }  # fmt: skip


def record_pieces(vote: Vote, archive: str) -> Iterator[str]:
    """{election, trustees, credentials, ballots, encrypted_tally}, all exact texts; a ballot at a time in memory."""
    tally = queries.tally_of(vote.id, archive)
    assert tally is not None
    head = {
        "election": queries.election_text(vote, archive), "trustees": vote.trustees,
        "credentials": queries.credentials_text(vote, archive), "encrypted_tally": tally.encrypted,
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "ballots": ['
    for place, ballot in enumerate(boxed_ballots(vote.id, archive)):
        yield (", " if place else "") + json.dumps(ballot.body, ensure_ascii=False)
    yield "]}"
