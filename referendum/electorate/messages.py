"""A voting code as a mail message or as the words of a letter, from texts with tokens (see `roll_file`). Pure."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from forum.kernel.typeface import printable_name
from referendum.crypto.canonical import Malformed
from referendum.electorate.letter_page import Letter
from referendum.electorate.roll_file import Person, RollHeader

LONG_LINES = policy.default.clone(max_line_length=900)  # a link stays on one line


def saying_where(header: RollHeader, url: str) -> RollHeader:
    """The header whose texts say which other site keeps the ballots; "" where none does. Raises Malformed."""
    if "box" not in header.tokens:
        if url:
            raise Malformed("this roll was taken from an older version of the site, which cannot say where the box is")
        return header
    place = header.tokens["box"]
    texts: dict[str, Any] = {}
    for language, kinds in header.texts.items():
        texts[language] = {}
        for kind, words in kinds.items():
            said = words["box"].replace(header.tokens["url"], url) if url else ""
            texts[language][kind] = {
                **words, "text": words["text"].replace(place, f"\n{said}" if said else ""),
                "html": words["html"].replace(place, f"<br>{html.escape(said)}" if said else ""),
                "letter": {**words["letter"], "booth": words["letter"]["booth"].replace(place, f" {said}".rstrip())},
            }  # fmt: skip
    tokens = {name: token for name, token in header.tokens.items() if name not in ("box", "url")}
    return replace(header, texts=texts, tokens=tokens)


def _texts(header: RollHeader, person: Person, kind: str) -> Mapping[str, Any]:
    texts = header.texts.get(person.language) or header.texts["en"]
    found: Mapping[str, Any] = texts[kind]
    return found


def _filled(text: str, header: RollHeader, values: Mapping[str, str]) -> str:
    for name, token in header.tokens.items():
        text = text.replace(token, values[name])
    return text


def _values(header: RollHeader, person: Person, code: str) -> dict[str, str]:
    return {"name": person.name, "code": code, "link": header.link + code, "local": person.local}


def message_of(header: RollHeader, person: Person, code: str, sender: str, *, kind: str = "first") -> EmailMessage:
    """The mail with this code; `kind` is first, or again for a code that takes another one's place."""
    texts, values = _texts(header, person, kind), _values(header, person, code)
    message = EmailMessage(LONG_LINES)
    message["From"], message["To"] = sender, person.email
    message["Subject"] = _filled(texts["subject"], header, values)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or "localhost")
    message.set_content(_filled(texts["text"], header, values))
    escaped = {name: html.escape(value) for name, value in values.items()}
    message.add_alternative(_filled(texts["html"], header, escaped), subtype="html")
    return message


def letter_of(
    header: RollHeader, person: Person, code: str, postal: Sequence[str], *, kind: str = "first"
) -> Letter:
    """The letter with this code. Without a postal address it says local and member number, for who hands it out."""
    texts, values = _texts(header, person, kind), _values(header, person, code)
    words = {name: _filled(text, header, values) for name, text in texts["letter"].items()}
    name = printable_name(person.name) or person.number
    return Letter(
        address=[name, *(postal or (words.pop("local"), person.number))], code=code, link=values["link"], words=words
    )
