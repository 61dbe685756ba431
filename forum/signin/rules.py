"""Rules of sign-in: how long a device, a code and freshness last, who must show more, what a password must be."""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from forum.kernel.errors import N_
from forum.roll.rules import clean_number

FRESH_FOR = timedelta(minutes=10)
IDLE_ON_A_SHARED_MACHINE = timedelta(minutes=5)
IDLE_ON_AN_OWN_ONE = timedelta(hours=12)
LONGEST = timedelta(days=14)
CODE_MINUTES = 10
CODE_HOLDS_FOR = timedelta(minutes=CODE_MINUTES)
LETTER_HOLDS_FOR = timedelta(days=60)
MOST_TRIES = 5
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
COMMON = Path(__file__).parent / "common_passwords.txt"

WRONG_CODE = N_("This code does not fit, is older than 10 minutes, or was used before. You can ask for another.")
WRONG_LETTER = N_("The number and the code of the letter do not belong together, or the code was used before.")
WRONG_PASSWORD = N_("The number and the password do not belong together.")
WRONG_FACTOR = N_("This code does not fit. It changes every 30 seconds; type the newest.")


def identity(typed: str) -> str:
    """What somebody typed to say who they are, brought to one form: an e-mail address or a member number."""
    typed = unicodedata.normalize("NFKC", typed).strip()
    return f"email:{typed.lower()}" if "@" in typed else f"number:{clean_number(typed)}"


def closed_up(number: str) -> str:
    """A member number without the gaps that cards and typing fingers put into it: "41 01", "41-01"."""
    return re.sub(r"[\s.-]", "", number)


def is_live(
    *, kiosk: bool, created_at: datetime, seen_at: datetime, revoked_at: datetime | None, now: datetime
) -> bool:
    """Whether a device still signs its member in."""
    idle = IDLE_ON_A_SHARED_MACHINE if kiosk else IDLE_ON_AN_OWN_ONE
    return revoked_at is None and now - seen_at < idle and now - created_at < LONGEST


def is_fresh(fresh_at: datetime, now: datetime) -> bool:
    """Whether somebody showed a moment ago that it is them."""
    return now - fresh_at < FRESH_FOR


def code_holds(expires_at: datetime, used_at: datetime | None, tries: int, now: datetime) -> bool:
    """Whether a mailed code may still be tried."""
    return used_at is None and now < expires_at and tries < MOST_TRIES


def may_add_factor(*, has_factor: bool, showed_factor: bool, fresh: bool) -> bool:
    """A first second factor needs a fresh sign-in; each further one also an older one, shown on this device."""
    return fresh and (showed_factor or not has_factor)


def weakness(password: str, own_words: list[str]) -> str:
    """What is wrong with a new password, or "". `own_words` are the member's name parts, number and address."""
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return N_("Please use 12 characters or more. Four words you can remember are good.")
    if len(password) > LONGEST_PASSWORD:
        return N_("Please use at most 200 characters.")
    if plain in common_passwords() or len(set(plain)) < 5 or _is_repeated(plain):
        return N_("Many people use this one, so it is guessed first. Please choose another.")
    stripped = plain
    for word in own_words:
        if len(word) >= 3:
            stripped = stripped.replace(word.casefold(), "")
    if len(stripped) < 8:
        return N_("This is mostly your own name or number. Please choose something nobody can look up.")
    return ""


def _is_repeated(password: str) -> bool:
    return (password + password).find(password, 1) != len(password)


@cache
def common_passwords() -> frozenset[str]:
    """The bundled list of common passwords of 12 characters or more, in lower case."""
    return frozenset(COMMON.read_text(encoding="utf-8").split())


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("SamsungBrowser/", "Samsung Internet"),
             ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
            ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def device_label(user_agent: str) -> str:
    """A short, place-free description of a browser, for its owner to recognise."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or re.sub(r"[^\w ./-]", "", user_agent)[:40] or "?"


def own_path(url: object) -> str:
    """Where to go on: a path of our own, else the front page. Browsers drop tabs and turn backslashes: both are out."""
    if not isinstance(url, str) or not url.startswith("/") or url.startswith("//") or len(url) > 1_000:
        return "/"
    return "/" if "\\" in url or any(unicodedata.category(sign)[0] in "CZ" for sign in url) else url
