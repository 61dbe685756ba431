"""Takes spare codes out of the tellers' own sealed file, for the members to whom the site gave one. Pure.

The site opens its sealed list, makes the old code void and says which spare takes its place; the codes themselves only
the tellers have. It takes the key files of any two of them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed, read_fields, read_json, read_list, read_text
from referendum.crypto.group import power_of_g
from referendum.electorate.letter_page import Letters
from referendum.electorate.making import SPARES, append_message
from referendum.electorate.messages import letter_of, message_of, saying_where
from referendum.electorate.postal import PostalFile
from referendum.electorate.roll_file import Addresses, Person, read_roll
from referendum.electorate.sealing import NEEDED, fits, join, unseal
from referendum.electorate.workplace import write_private

GIVEN = "hustings-spares-given"


@dataclass(frozen=True, slots=True)
class Gift:
    """`given` is the site's file, `spares` the tellers' own; `privates` are two tellers' keys; `box` as in an Order."""

    given: Path
    spares: Path
    roll: Path
    addresses: Path
    privates: Sequence[int]
    folder: Path
    sender: str
    paper: str = "A4"
    postal: Path | None = None
    box: str = ""


def give(gift: Gift) -> tuple[int, int]:
    """Write a message or a letter for each; gives how many of either. Raises Malformed."""
    header = saying_where(read_roll(gift.roll), gift.box)
    wanted = _wanted(gift.given, header.vote)
    codes = _codes(gift.spares, gift.privates, set(wanted.values()))
    if len(codes) != len(wanted):
        raise Malformed("the file of spare codes does not hold every code that was given")
    people = {each.entry: each for each in _people(gift, set(wanted))}
    mails, letters = BytesIO(), Letters(gift.paper)
    postal = PostalFile(gift.postal) if gift.postal else None
    mailed = 0
    for entry, digest in wanted.items():
        person, code = people[entry], codes[digest]
        if person.email:
            append_message(mails, message_of(header, person, code, gift.sender, kind="again"))
            mailed += 1
        else:
            letters.add(letter_of(header, person, code, postal.lines(person.number) if postal else [], kind="again"))
    for name in ("mail", "letters"):
        (gift.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    if mailed:
        write_private(gift.folder / "mail" / "spares.mbox", mails.getvalue())
    if letters.count:
        write_private(gift.folder / "letters" / "spares.pdf", letters.content())
    return mailed, letters.count


def _wanted(path: Path, vote: str) -> dict[str, str]:
    """Entry of the roll → hash of the spare that it gets, as the site says."""
    try:
        given = read_fields(read_json(path.read_bytes()), ("format", "vote", "given"))
        if (given["format"], given["vote"]) == (GIVEN, vote):
            return {read_text(entry): read_text(digest) for entry, digest in read_list(given["given"])}
    except ValueError:  # Malformed is one, and so is a row of another length
        pass
    raise Malformed("this file does not say who gets a spare code in this vote")


def _people(gift: Gift, wanted: set[str]) -> list[Person]:
    found = [each for each in Addresses(gift.addresses, gift.privates[0]).people() if each.entry in wanted]
    if len(found) != len(wanted):
        raise Malformed("somebody who gets a spare code is not among the addresses")
    return found


def _codes(path: Path, privates: Sequence[int], wanted: set[str]) -> dict[str, str]:
    """Hash of a spare's V credential → its code, for those wanted."""
    with path.open("rb") as lines:
        head = read_fields(read_json(lines.readline()), ("format", "vote", "list_key", "shares"))
        if head["format"] != SPARES:
            raise Malformed("this is not a file of spare codes")
        private = join(_shares(head["shares"], privates))
        if str(power_of_g(private)) != head["list_key"]:
            raise Malformed("these key files do not open this file of spare codes")
        chunks = [json.loads(unseal(private, read_json(line)))["spares"] for line in lines]
    return {v: code for chunk in chunks for code, v, _ in chunk if v in wanted}


def _shares(shares: list[dict[str, Any]], privates: Sequence[int]) -> dict[int, int]:
    """Place → share, for the key files at hand."""
    own = {str(power_of_g(private)): private for private in privates}
    found = {
        int(each["place"]): int(unseal(own[each["key"]], each["sealed"])) for each in shares if each["key"] in own
    }
    if len(found) < NEEDED:
        raise Malformed("it takes the key files of two tellers whose keys were there when the codes were made")
    if not all(fits(found[each["place"]], each["public"]) for each in shares if each["place"] in found):
        raise Malformed("a share of the list’s key was altered")
    return found
