"""A roll and its addresses as the tellers take them to their own machine, made without an app."""

import mailbox
import re
from pathlib import Path

from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate.letter_page import WORDS
from referendum.electorate.making import Order
from referendum.electorate.roll_file import Person, RollHeader, address_lines, roll_lines

CODE = re.compile(r"#code=([1-9A-HJ-NP-Za-km-z-]{19})")
TOKENS = {"name": "NAME-1f", "code": "CODE-1f", "link": "LINK-1f", "local": "LOCAL-1f"}
TEXT = {
    "subject": "Your voting code", "text": "Hello NAME-1f,\n\nCODE-1f\n\nLINK-1f\n",
    "html": "<p>Hello NAME-1f, CODE-1f <a href='LINK-1f'>LINK-1f</a></p>",
    "letter": {**dict.fromkeys(WORDS, "Some words."), "local": "Local LOCAL-1f"},
}  # fmt: skip
SENDER = "The tellers <tellers@union.example>"


class OwnMachine:
    """A folder with both files; `privates` are the tellers' keys. Every third member has no e-mail address."""

    def __init__(self, folder: Path, members: int = 7, spares: int = 4, tellers: int = 3) -> None:
        self.folder = folder
        self.privates = [new_private_key() for _ in range(tellers)]
        keys = tuple(str(public_key_of(private).public) for private in self.privates)
        self.people = [
            Person(
                f"{place:022x}", str(7000 + place), f"Ana <{place}>", "" if place % 3 == 2 else f"m{place}@x.example",
                "es" if place % 2 else "", "88",
            )
            for place in range(members)
        ]  # fmt: skip
        self.header = RollHeader(
            vote="pubvote", uuid_v="a" * 14, uuid_c="b" * 14, question=14, size=members, spares=spares,
            roll_hash="0" * 64, link="https://vote.example/booth/pubvote#code=", tellers=keys, tokens=TOKENS,
            texts={"en": {"first": TEXT, "again": {**TEXT, "subject": "A new voting code"}}},
        )  # fmt: skip
        self.roll, self.addresses = folder / "roll.jsonl", folder / "addresses.jsonl"
        self.roll.write_bytes(b"".join(roll_lines(self.header, [(each.entry, "88") for each in self.people])))
        chunks = [self.people[place : place + 3] for place in range(0, members, 3)]
        self.addresses.write_bytes(b"".join(address_lines("pubvote", keys, chunks)))

    def order(self, out: str = "out", **changes: object) -> Order:
        values: dict[str, object] = {
            "roll": self.roll, "addresses": self.addresses, "private": self.privates[0], "folder": self.folder / out,
            "sender": SENDER, "chunk": 2, **changes,
        }  # fmt: skip
        return Order(**values)  # type: ignore[arg-type]


def mailed_codes(folder: Path) -> dict[str, str]:
    """Address → code, from every mbox file below a folder."""
    found = {}
    for path in sorted(folder.rglob("*.mbox")):
        for message in mailbox.mbox(path):
            text = message.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[index,union-attr]
            code = CODE.search(text)
            assert code
            found[str(message["To"])] = code[1]
    return found
