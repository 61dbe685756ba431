"""An Atom feed (RFC 4287). Its author is the union; only an entry of a member's own feed may name a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
_UNFIT = dict.fromkeys([*(number for number in range(32) if chr(number) not in "\t\n\r"), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `id` never changes, `at` does when what it tells of changes; `claim` is its text in short."""

    id: str
    url: str
    heading: str
    claim: str
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The feed itself: its title, its own address, the page it follows, and who publishes it. `id` never changes, also
    where the address holds a key; without one it is the address."""

    title: str
    address: str
    page: str
    union: str
    at: datetime
    id: str = ""


def feed(heading: Heading, items: Iterable[Item]) -> bytes:
    """The feed as UTF-8 XML."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _text(root, "title", heading.title)
    _text(root, "id", heading.id or heading.address)
    _text(root, "updated", _moment(heading.at))
    _text(ET.SubElement(root, f"{{{ATOM}}}author"), "name", heading.union)
    _link(root, heading.address, "self")
    _link(root, heading.page, "alternate")
    for item in items:
        _entry(root, item)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, item: Item) -> None:
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "title", item.heading)
    _text(entry, "id", item.id)
    _text(entry, "updated", _moment(item.at))
    _link(entry, item.url, "alternate")
    if item.author:
        _text(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", item.author)
    _text(entry, "summary", item.claim)


def _text(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = words.translate(_UNFIT)


def _link(parent: ET.Element, address: str, relation: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"href": address, "rel": relation})


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
