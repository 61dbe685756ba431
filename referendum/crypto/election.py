"""The election record: questions, joint key, uuid, and the fingerprint that every ballot carries (SPEC 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from referendum.crypto.canonical import (
    Malformed,
    canonical_bytes,
    read_fields,
    read_json,
    read_list,
    read_text,
)
from referendum.crypto.credentials import BASE58
from referendum.crypto.group import (
    GROUP_NAME,
    Draw,
    FixedBase,
    draw_secret,
    fixed_base,
    is_member,
    read_number,
)
from referendum.crypto.hashing import b64_hash

UUID_LENGTH = 14
MAX_UUID_LENGTH = 64
MAX_QUESTIONS = 50
MAX_ANSWERS = 200
MAX_ELECTION_BYTES = 4_000_000


def new_uuid(draw: Draw = draw_secret) -> str:
    """A fresh random identifier of an election."""
    return "".join(BASE58[draw(58)] for _ in range(UUID_LENGTH))


@dataclass(frozen=True)
class Question:
    """Choose from ``min`` to ``max`` of the answers, or leave it blank where ``blank`` allows that."""

    text: str
    answers: tuple[str, ...]
    min: int
    max: int
    blank: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.answers) <= MAX_ANSWERS:
            raise Malformed(f"a question has {len(self.answers)} answers")
        if not 0 <= self.min <= self.max <= len(self.answers):
            raise Malformed("the least and the greatest number of choices do not fit the answers")

    @property
    def width(self) -> int:
        """How many ciphertexts an answer has: one for each answer, and one before them for blank."""
        return len(self.answers) + self.blank

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {"answers": list(self.answers)}
        if self.blank:
            value["blank"] = True
        return value | {"min": self.min, "max": self.max, "question": self.text}


@dataclass(frozen=True)
class Election:
    """An election as its record states it. ``raw`` is that record; everything else is read from it."""

    raw: bytes
    uuid: str
    name: str
    description: str
    public_key: int
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    @cached_property
    def fingerprint(self) -> str:
        """φ, which every ballot and every decryption proof names."""
        return b64_hash(self.raw)

    @cached_property
    def minimum_ballots(self) -> int:
        """The fewest counted ballots with which this election may be opened, by its own description.

        The description may be a JSON object with a whole number ``minimum_ballots``. It is part of the
        fingerprint, so it cannot be changed once ballots are cast. 0 when it names none.
        """
        try:
            value = read_json(self.description.encode())
        except Malformed:
            return 0
        least = value.get("minimum_ballots") if isinstance(value, dict) else None
        return least if isinstance(least, int) and not isinstance(least, bool) else 0

    @property
    def key(self) -> FixedBase:
        """Powers of the joint key y."""
        return fixed_base(self.public_key)


def _read_count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed("a whole number was expected")
    return value


def _read_question(value: object) -> Question:
    fields = read_fields(value, ("answers", "min", "max", "question"), ("blank",))
    blank = fields.get("blank", False)
    if not isinstance(blank, bool):
        raise Malformed("“blank” is neither true nor false")
    answers = tuple(read_text(answer) for answer in read_list(fields["answers"]))
    least, most = _read_count(fields["min"]), _read_count(fields["max"])
    return Question(read_text(fields["question"]), answers, least, most, blank)


def _read_questions(value: object) -> tuple[Question, ...]:
    items = read_list(value)
    if not 1 <= len(items) <= MAX_QUESTIONS:
        raise Malformed(f"there are {len(items)} questions")
    questions = []
    for number, item in enumerate(items, start=1):
        try:
            questions.append(_read_question(item))
        except Malformed as problem:
            raise Malformed(f"question {number}: {problem}") from None
    return tuple(questions)


def _read_uuid(value: object) -> str:
    uuid = read_text(value)
    if not UUID_LENGTH <= len(uuid) <= MAX_UUID_LENGTH or any(character not in BASE58 for character in uuid):
        raise Malformed("the identifier is not made of at least 14 letters and digits of Base58")
    return uuid


def read_election(raw: bytes) -> Election:
    """The election of a record. Raises Malformed, saying what is wrong."""
    if len(raw) > MAX_ELECTION_BYTES:
        raise Malformed("the election record is too long")
    required = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    fields = read_fields(read_json(raw), required, ("administrator", "credential_authority"))
    if fields["version"] != 1 or isinstance(fields["version"], bool):
        raise Malformed("the version is not 1")
    if fields["group"] != GROUP_NAME:
        raise Malformed(f"the group is not {GROUP_NAME}")
    public_key = read_number(fields["public_key"])
    if public_key is None or not is_member(public_key) or public_key == 1:
        raise Malformed("the public key is not an element of the group")
    named = {
        name: read_text(fields[name]) for name in ("administrator", "credential_authority") if name in fields
    }
    return Election(
        raw=raw,
        uuid=_read_uuid(fields["uuid"]),
        name=read_text(fields["name"]),
        description=read_text(fields["description"]),
        public_key=public_key,
        questions=_read_questions(fields["questions"]),
        **named,
    )


@lru_cache(maxsize=16)
def known_election(raw: bytes) -> Election:
    """The same as `read_election`, once a process: for records that are asked for again with every ballot."""
    return read_election(raw)


def make_election(
    *,
    uuid: str,
    name: str,
    description: str,
    public_key: int,
    questions: Sequence[Question],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> Election:
    """A new election; its ``raw`` bytes are what must be stored and shown, and never written anew."""
    value: dict[str, Any] = {
        "version": 1,
        "description": description,
        "name": name,
        "group": GROUP_NAME,
        "public_key": str(public_key),
        "questions": [question.as_json() for question in questions],
        "uuid": uuid,
    }
    if administrator is not None:
        value["administrator"] = administrator
    if credential_authority is not None:
        value["credential_authority"] = credential_authority
    return read_election(canonical_bytes(value))
