"""What the booth page is told: the exact election texts, the options, the digest, and where to send the ballot."""

from typing import Any

from flask import url_for

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.kernel.languages import when
from forum.questions.models import Option, Question
from referendum.crypto.election import known_election
from referendum.digest.models import DigestLine
from referendum.process.box_rules import guest_of
from referendum.process.facts import VoteKind
from referendum.process.models import Vote


def booth_facts(vote: Vote) -> dict[str, Any]:
    """Everything that templates/referendum/casting/booth.html documents as `booth`."""
    question = db.session.get_one(Question, vote.question_id)
    ballot = known_election(vote.election_v.encode()).questions[0]
    guest = guest_of(vote.params)
    lines = (guest["lines"] if guest else digest_lines(vote.question_id)) if vote.election_c else []
    return {
        "vote_id": vote.public_id,
        "question_number": guest.get("number", question.number),
        "question_title": question.title,
        "run_off": vote.kind == VoteKind.RUN_OFF,
        "binding": not vote.params.get("leads_to"),
        "elections": {"v": vote.election_v, "c": vote.election_c or None},
        "options": _options(vote, ballot.answers),
        "blank": ballot.blank,
        "max_choices": ballot.max,
        "digest": lines,
        "translated": any("arguments" in words for words in vote.params.get("languages", {}).values()),
        "weighed_asked": bool(vote.params.get("weighed", True)),
        "cast_url": url_for("casting.cast", public_id=vote.public_id),
        "tracker_url": url_for("casting.look_up"),
        "check_url": url_for("casting.show_check", public_id=vote.public_id),
        "languages_url": url_for("casting.speak", public_id=vote.public_id),
        "closes_at_text": when(vote.closes_at, "full").striptags(),
        "count_at_text": "",
        "revote": bool(vote.params.get("revote")),
        "host_made_codes": vote.params.get("codes_by", "host") != "tellers",
    }


def _options(vote: Vote, answers: tuple[str, ...]) -> list[dict[str, str]]:
    by_letter = {
        option.letter: option
        for option in db.session.scalars(db.select(Option).where(Option.question_id == vote.question_id))
    }
    shown = []
    for answer in answers:  # in the ballot's own order, which was drawn by lot
        option = by_letter[answer.split(" ", 1)[0]]
        shown.append({"letter": option.letter, "title": option.title, "text": option.text})
    return shown


def digest_lines(question_id: int) -> list[dict[str, str]]:
    """The arguments that a voter may mark, in the digest's order."""
    rows = db.session.execute(
        db.select(Argument, Option)
        .join(DigestLine, DigestLine.argument_id == Argument.id)
        .join(Option, Option.id == Argument.option_id)
        .where(DigestLine.question_id == question_id)
        .order_by(DigestLine.position)
    )
    return [
        {"number": argument.label, "claim": argument.claim, "option": option.letter, "side": argument.side}
        for argument, option in rows
    ]
