"""The message catalogues: `python -m forum.kernel.catalogue` gathers every marked string from code and templates,

merges it into translations/<language>/LC_MESSAGES/messages.po and writes the .mo beside it. Removed strings go.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from forum.kernel.languages import FOLDER, LANGUAGES

ROOT = Path(__file__).parent.parent.parent
METHODS = [
    ("forum/**.py", "python"), ("referendum/**.py", "python"), ("templates/**.*", "jinja2"),
    ("forum/questions/templates/*.toml", "forum.kernel.catalogue:words_of_a_process"),
]
OPTIONS = {"templates/**.*": {"silent": "false", "trimmed": "true"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every marked string of the product, with where it stands."""
    catalogue = Catalog(project="Hustings", charset="utf-8")
    found = extract_from_dir(str(ROOT), METHODS, OPTIONS, keywords=KEYWORDS)
    for file, _line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        if "/vendor/" not in file and (message if isinstance(message, str) else message[0]):
            catalogue.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def words_of_a_process(
    file: IO[bytes], _keywords: object, _comment_tags: object, options: object  # noqa: ARG001 - named by Babel
) -> Iterator[tuple[int, str, str, list[str]]]:
    """What members read of a shipped process template, as Babel asks for it: its title and the bodies it names."""
    raw: dict[str, Any] = tomllib.load(file)
    for table in (raw, *raw["stages"]):
        for key in ("title", "body"):
            if key in table:
                yield 0, "N_", table[key], []


def po_file(language: str) -> Path:
    """Where a language's messages stand."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def stored(language: str) -> Catalog:
    """A language's catalogue as it stands; empty if there is none yet."""
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language, project="Hustings")
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def update(language: str) -> None:
    """Bring a language's catalogue up to the product's strings, and write its .mo."""
    catalogue = stored(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = po_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalogue, omit_header=False, width=120, no_location=False, include_lineno=False)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, catalogue)


if __name__ == "__main__":
    for each in LANGUAGES:
        if each != "en":
            update(each)
