"""Elections for the browser tests: as a real vote has them, with keys and codes made by the Python side."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from referendum.crypto.credentials import credentials_bytes, new_code, public_of
from referendum.crypto.election import new_uuid
from referendum.crypto.joint import joint_key, trustees_bytes
from referendum.crypto.trustee import new_private_key, public_key_of, read_trustee_key

VOTE = [
    {
        "answers": ["Accept", "Reject", "Later", "Neither"],
        "blank": True,
        "min": 1,
        "max": 1,
        "question": "Ratify?",
    }
]


def citation_questions(arguments: int) -> list[dict[str, Any]]:
    marks = [f"A-{n:02d} {what}" for n in range(1, arguments + 1) for what in ("moved", "weighed")]
    return [
        {"answers": marks, "min": 0, "max": 3, "question": "Which arguments moved you?"},
        {
            "answers": ["this way", "another way", "undecided"],
            "min": 0,
            "max": 1,
            "question": "Before the debate?",
        },
    ]


@dataclass(frozen=True)
class MadeElection:
    """Texts of an election's public record before any ballot, and what is secret in life: keys and codes."""

    election: str
    trustees: str
    credentials: str
    private_keys: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def uuid(self) -> str:
        return str(json.loads(self.election)["uuid"])


def make_election(
    questions: list[dict[str, Any]],
    *,
    trustees: int = 1,
    codes: tuple[str, ...] = (),
    public_keys: Sequence[dict[str, Any]] = (),
    description: str = "A test, ñandú",
) -> MadeElection:
    """The same codes may be given to two elections, as the vote and its citations share them.

    ``public_keys`` are public parts made elsewhere; else ``trustees`` many key pairs are made here.
    """
    codes = codes or tuple(new_code() for _ in range(3))
    uuid = new_uuid()
    private = [] if public_keys else [new_private_key() for _ in range(trustees)]
    public = [read_trustee_key(key) for key in public_keys] or [public_key_of(key) for key in private]
    election = {
        "version": 1, "description": description, "name": "Ratify?", "group": "BELENIOS-2048",
        "public_key": str(joint_key(public)), "questions": questions, "uuid": uuid,
    }  # fmt: skip
    return MadeElection(
        election=json.dumps(election, separators=(",", ":"), ensure_ascii=False),
        trustees=trustees_bytes(public).decode(),
        credentials=credentials_bytes(public_of(code, uuid) for code in codes).decode(),
        private_keys=tuple(str(key) for key in private),
        codes=codes,
    )
