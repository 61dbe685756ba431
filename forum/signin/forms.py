"""What the sign-in pages send, read into typed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.signin import codes, rules


@dataclass(frozen=True, slots=True)
class Knock:
    """Who says to be there, with the password if one was typed; `kiosk` for a shared machine."""

    identity: str
    typed: str
    secret: str
    kiosk: bool


@dataclass(frozen=True, slots=True)
class Activation:
    """A member number, and whether its code stands in a letter."""

    identity: str
    number: str
    by_letter: bool


def read_asking(sent: Mapping[str, Any]) -> Knock:
    """A wish for a mailed code: who, shared."""
    form = Reader(sent)
    who = form.line("who", most=254)
    form.done()
    return Knock(rules.identity(who), who, "", form.ticked("shared"))


def read_password(sent: Mapping[str, Any]) -> Knock:
    """A sign-in by password: who, password, shared."""
    form = Reader(sent)
    who = form.line("who", most=254)
    password = sent.get("password", "")
    if not isinstance(password, str) or not 0 < len(password) <= rules.LONGEST_PASSWORD:
        form.problem("password", N_("Please fill this in."))
    form.done()
    return Knock(rules.identity(who), who, str(password), form.ticked("shared"))


def read_activation(sent: Mapping[str, Any]) -> Activation:
    """Whose account is to be set up: number, how (mail or letter)."""
    form = Reader(sent)
    number = form.line("number", most=40)
    how = form.choice("how", ("mail", "letter"))
    form.done()
    return Activation(rules.identity(number.replace("@", " ")), number, how == "letter")


def read_code(sent: Mapping[str, Any], name: str = "code") -> str:
    """A code without its blanks and dashes."""
    form = Reader(sent)
    code = form.line(name, most=40)
    form.done()
    return codes.bare(code)


def read_new_password(sent: Mapping[str, Any], own_words: list[str], *, required: bool) -> str:
    """A new password that is not too weak; "" if none was typed and none is required."""
    form = Reader(sent)
    raw = sent.get("password", "")
    password = raw if isinstance(raw, str) else ""
    if password or required:
        weakness = rules.weakness(password, own_words)
        if weakness:
            form.problem("password", weakness)
    form.done()
    return password
