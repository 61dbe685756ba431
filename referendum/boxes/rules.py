"""What a package says of a vote, read strictly and held against itself. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.questions.rules import letter_at
from referendum.crypto.canonical import Malformed, read_fields, read_list, read_text
from referendum.crypto.election import Election, read_election
from referendum.crypto.joint import joint_key, read_trustees
from referendum.process.ballot_text import MOVED, WEIGHED

PACKAGE, ANSWER = "hustings package", "hustings answer"
STATES = ("issued", "spare", "revoked")
VOTE = ("id", "number", "opens_at", "closes_at", "uuid_v", "uuid_c", "params")
QUESTION = ("id", "number", "title", "template", "process", "options", "lines")
ROLL = ("size", "spares", "sha256", "frozen_at")


class Rejected(Exception):
    """Why a package is not made or not taken, or an answer not taken; for whoever runs the command."""


@dataclass(frozen=True)
class Package:
    """What a package says. `box` is the fingerprint of the key of the installation that it is for; `digest` the frozen
    digest's hash, "" without a debate; `elections` are the exact texts by archive."""

    box: str
    union: str
    forum: str
    vote: dict[str, Any]
    question: dict[str, Any]
    roll: dict[str, Any]
    digest: str
    elections: dict[str, str]
    trustees: str

    @property
    def dates(self) -> tuple[datetime, datetime]:
        """When voting opens and closes."""
        return datetime.fromisoformat(self.vote["opens_at"]), datetime.fromisoformat(self.vote["closes_at"])


def read_package(facts: dict[str, Any], elections: dict[str, str], trustees: str) -> Package:
    """A package from what its manifest says and its texts. Raises Malformed where they do not belong together."""
    fields = read_fields(facts, ("box", "union", "forum", "vote", "question", "roll", "digest"))
    vote, question = read_fields(fields["vote"], VOTE), read_fields(fields["question"], QUESTION)
    roll = read_fields(fields["roll"], ROLL)
    if not isinstance(roll["size"], int) or not isinstance(roll["spares"], int):
        raise Malformed("the sizes of its roll are no numbers")
    if read_text(vote["uuid_v"]) == read_text(vote["uuid_c"]):  # one code would sign alike in both
        raise Malformed("its two archives have the same name")
    for option in read_list(question["options"]):
        read_fields(option, ("title", "text", "slate"))
    for line in read_list(question["lines"]):
        read_fields(line, ("number", "claim", "option", "side"))
    found = Package(
        read_text(fields["box"]), read_text(fields["union"]), read_text(fields["forum"]), vote, question, roll,
        read_text(fields["digest"]), elections, trustees,
    )  # fmt: skip
    if not found.forum.startswith(("https://", "http://")):
        raise Malformed("the forum’s address begins with https://")
    try:
        opens_at, closes_at = found.dates
    except (TypeError, ValueError):
        raise Malformed("its dates are no dates") from None
    if opens_at.tzinfo is None or closes_at.tzinfo is None or opens_at >= closes_at:
        raise Malformed("its dates are not in order")
    _check_elections(found)
    return found


def _check_elections(package: Package) -> None:
    key = joint_key(read_trustees(package.trustees.encode()))
    for archive, text in package.elections.items():
        election = read_election(text.encode())
        if election.uuid != package.vote["uuid_v" if archive == "V" else "uuid_c"]:
            raise Malformed(f"the text of {archive} is another vote's")
        if election.public_key != key:
            raise Malformed(f"the text of {archive} was made with other trustees' keys")
        _check_described(package, election)
    _check_paper(package)


def _check_described(package: Package, election: Election) -> None:
    """The text whose hash binds every ballot says the same of roll, digest and vote."""
    try:
        said = json.loads(election.description)
        roll = said["roll"]
        stated = (said["vote"]["id"], roll["size"], roll["spares"], roll["sha256"], said["digest"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Malformed("the ballot's text does not say of which vote, roll and digest it is") from None
    given = package.roll
    if stated != (package.vote["id"], given["size"], given["spares"], given["sha256"], package.digest):
        raise Malformed("the ballot's text says something else of vote, roll or digest than the package")


def _check_paper(package: Package) -> None:
    """What the booth shows is what stands on the paper."""
    lettered = {letter_at(place): each["title"] for place, each in enumerate(package.question["options"])}
    standing = package.vote["params"].get("options") or list(lettered)  # in a run-off two of them
    paper = read_election(package.elections["V"].encode()).questions[0]
    if sorted(paper.answers) != sorted(f"{letter} {lettered.get(letter)}" for letter in standing):
        raise Malformed("the options are not those on the paper")
    if "C" in package.elections:
        cited = read_election(package.elections["C"].encode()).questions[0].answers
        if list(cited) != answers_of(package.question["lines"], weighed=package.vote["params"].get("weighed", True)):
            raise Malformed("the arguments are not those on the paper")


def answers_of(lines: Sequence[dict[str, str]], *, weighed: bool) -> list[str]:
    """What the digest's arguments are called on the paper."""
    asked = (MOVED, WEIGHED) if weighed else (MOVED,)
    return [f"{line['number']} {mark}: {line['claim']}" for line in lines for mark in asked]
