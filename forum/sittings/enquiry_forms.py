"""What is sent about questions before a session, read into values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.sittings.enquiry_rules import LONGEST_ANSWER, LONGEST_ENQUIRY


@dataclass(frozen=True, slots=True)
class NewEnquiry:
    """A question to a session. `client_key` makes one that is sent twice a single one."""

    text: str
    client_key: str = ""


def read_enquiry(sent: Mapping[str, Any]) -> NewEnquiry:
    reader = Reader(sent)
    text, key = reader.text("asked", most=LONGEST_ENQUIRY), reader.line("client_key", most=40, required=False)
    if not re.fullmatch(r"[\w-]*", key, re.ASCII):
        reader.problem("client_key", N_("This could not be read."))
    reader.done()
    return NewEnquiry(text, key)


def read_answer(sent: Mapping[str, Any]) -> str:
    reader = Reader(sent)
    answer = reader.text("answer", most=LONGEST_ANSWER)
    reader.done()
    return answer


def read_enquiry_number(sent: Mapping[str, Any]) -> int:
    """Which question an event is about."""
    reader = Reader(sent)
    number = reader.number("enquiry", lowest=1)
    reader.done()
    return number or 0
