"""The two election records of a vote, as exact texts: V, the binding vote, and C, the citations. Pure.

Every ballot is bound to their hash, so whatever must not change after opening stands in their description: the
question, the frozen roll, the digest, the voting rule and the rule of secrecy.md.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referendum.crypto.election import Election, Question, make_election

MOVED = "moved me"
WEIGHED = "weighed with me, though I voted the other way"
MOST_CITED = 3
BEFORE_DEBATE = (
    "I leaned this way before the debate",
    "I leaned another way",
    "I had not decided",
)


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What the ballot of a vote rests on. `options` are (letter, title) by their letters; `digest` are (A-number,
    claim) in the digest's order, empty where there was no debate. `lot` orders the options on the paper. The minimums
    are the fewest ballots with which V and C may be opened; the trustees' software reads them from the description."""

    union_name: str
    title: str
    options: tuple[tuple[str, str], ...]
    lot: str
    blank: bool
    choose: tuple[int, int]
    digest: tuple[tuple[str, str], ...]
    weighed: bool
    description: dict[str, Any]
    minimum_votes: int = 0
    minimum_citations: int = 0


def drawn_order(options: Sequence[tuple[str, str]], lot: str) -> list[tuple[str, str]]:
    """The options in the order that the lot gives them: by SHA-256(lot, letter)."""
    return sorted(options, key=lambda option: hashlib.sha256(f"{lot}|{option[0]}".encode()).hexdigest())


def vote_election(facts: BallotFacts, uuid: str, public_key: int) -> Election:
    """The V record: one question, the options as "A title", blank if the template allows it."""
    answers = tuple(f"{letter} {title}" for letter, title in drawn_order(facts.options, facts.lot))
    least, most = facts.choose
    question = Question(facts.title, answers, least, most, facts.blank)
    return _record(facts, uuid, public_key, (question,), facts.minimum_votes)


def citation_election(facts: BallotFacts, uuid: str, public_key: int) -> Election:
    """The C record: up to three marks over the digest, then where the voter leaned before the debate."""
    answers: list[str] = []
    for number, claim in facts.digest:
        answers.append(f"{number} {MOVED}: {claim}")
        if facts.weighed:
            answers.append(f"{number} {WEIGHED}: {claim}")
    cited = Question("Which arguments moved you?", tuple(answers), 0, min(MOST_CITED, len(answers)))
    before = Question("Before the debate", BEFORE_DEBATE, 0, 1)
    return _record(facts, uuid, public_key, (cited, before), facts.minimum_citations)


def _record(
    facts: BallotFacts, uuid: str, public_key: int, questions: tuple[Question, ...], minimum: int
) -> Election:
    described = {**facts.description, "minimum_ballots": minimum} if minimum else facts.description
    return make_election(
        uuid=uuid,
        name=f"{facts.union_name}: {facts.title}"[:500],
        description=json.dumps(described, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        public_key=public_key,
        questions=questions,
    )
