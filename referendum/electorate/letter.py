"""Voting codes on paper, made by the host: a letter's sentences in the reader's language, and a file of letters."""

from collections.abc import Sequence

from flask_babel import force_locale, gettext

from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.kernel.typeface import printable_name
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.letter_page import Letter, Letters
from referendum.electorate.post import Paper, link_of


def letter_words(paper: Paper, settings: Settings, local: str) -> dict[str, str]:
    """Every sentence of a letter, in the language in force. `local` is the reader's number."""
    opens, closes = (str(when(at, "full").striptags()) for at in (paper.opens_at, paper.closes_at))
    booth = f"{settings.base_url}/booth/{paper.public_id}"
    again = gettext("This is a new voting code. An older one, if you have it, no longer counts.")
    return {
        "sender": settings.union_name,
        "local": gettext("Local %(number)s", number=local),
        "heading": gettext("Your voting code for question %(number)s", number=paper.number),
        "title": paper.title,
        "replaces": again if paper.replaces else "",
        "runs": gettext("Voting runs from %(opens)s to %(closes)s.", opens=opens, closes=closes),
        "booth": gettext("Open %(address)s and type the code, or point a phone’s camera at this:", address=booth),
        "warning": gettext("Whoever has this code can vote in your place. Nobody will ever ask you for it."),
        "secrecy": gettext("The booth asks for no sign-in. Nobody learns how you vote."),
    }


def letters_pdf(
    handed: Sequence[tuple[Addressee, str]], paper: Paper, settings: Settings, sheet: str = "A4"
) -> bytes:
    """One page for each person, in the person's language. Keep the answer in memory only: it is full of codes."""
    letters = Letters(sheet)
    for person, code in handed:
        with force_locale(person.language or "en"):
            words = letter_words(paper, settings, person.local)
        name = printable_name(person.name)
        address = [name, words["local"], person.number]
        letters.add(Letter(address, code, link_of(paper.public_id, code, settings), words))
    return letters.content()
