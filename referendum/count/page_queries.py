"""What the decrypt page is told, and the public record as one stream of JSON."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from forum.kernel.doors import Actor
from forum.questions.queries import question_by_id
from referendum.count import part_queries, queries, rules
from referendum.count.proof_queries import waits_until
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
        own = queries.part_of(vote.id, tally.archive, owner)
        archives.append(
            {
                "archive": tally.archive, "ballots": queries.record_size(vote.id, tally.archive),
                "record_url": url("count.show_record", tally.archive), "minimum": minimum,
                "upload_url": url("count.accept_part", tally.archive),
                "file_url": url("count.accept_part_file", tally.archive),
                "done": done, "unneeded": done and own is None,
                "unproved": own is not None and not own.second_proof and tally.result is None,
                "number": owner, "sealed_url": url("count.download_sealed", tally.archive),
                "withheld": gettext(rules.WITHHELD[tally.archive]) % {"minimum": minimum} if tally.withheld else "",
            }
            | _record_urls(vote, tally.archive, url)
        )  # fmt: skip
    return {
        "question_number": question.number, "question_title": question.title, "archives": archives,
        "sealed": key.sealed if key else "",
        "dkey_url": url_for("ceremony.show_sealed_key", public_id=vote.public_id) if key and key.sealed else "",
    }  # fmt: skip


def waiting(vote: Vote) -> dict[str, datetime]:
    """The archives that wait for one more part, and until when."""
    found = {each.archive: waits_until(vote, each.archive) for each in queries.tallies(vote.id) if each.result is None}
    return {archive: until for archive, until in found.items() if until is not None}


def _record_urls(vote: Vote, archive: str, url: Callable[..., str]) -> dict[str, list[str]]:
    """Where the parts of the public record are, where it has several."""
    parts = part_queries.parts_of(vote, archive)
    if parts == 1:
        return {}
    return {"record_urls": [url("count.show_record", archive, part=number) for number in range(1, parts + 1)]}


def record_pieces(vote: Vote, archive: str, place: int) -> Iterator[str]:
    """{election, trustees, credentials, ballots, encrypted_tally} of one part of the record, all exact texts; a ballot
    at a time in memory."""
    part = part_queries.record_part(vote.id, archive, place)
    assert part is not None
    parts = part_queries.parts_of(vote, archive)
    head = {
        "election": queries.election_text(vote, archive), "trustees": vote.trustees,
        "credentials": part_queries.part_credentials(vote, archive, place, parts).decode(),
        "encrypted_tally": part.encrypted,
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "ballots": ['
    for number, ballot in enumerate(part_queries.part_ballots(vote.id, archive, place, parts)):
        yield (", " if number else "") + json.dumps(ballot.body, ensure_ascii=False)
    yield "]}"
