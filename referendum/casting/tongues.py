"""What the booth says, in every language at once: for a page that shows them together."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from flask_babel import force_locale

from forum.kernel.languages import LANGUAGES

UNREAD = {"script", "style", "title"}
WORDS = "booth-words"


class _Texts(HTMLParser):
    """Gathers a page's texts in their order, and the JSON of its words."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.words: dict[str, str] = {}
        self._inside: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self._inside.append(dict(attrs).get("id"))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not self._inside and text:
            self.texts.append(text)
        elif self._inside and self._inside[-1] == WORDS:
            self.words = json.loads(data)


def _read(page: str) -> _Texts:
    texts = _Texts()
    texts.feed(page)
    texts.close()
    return texts


def in_every_language(draw: Callable[[], str]) -> dict[str, Any]:
    """`draw` renders the page in the language of the moment. Answers with the languages and, in their order, what each
    text and each word of the page is in them; what is the same in all is left out."""
    pages = []
    for language in LANGUAGES:
        with force_locale(language):
            pages.append(_read(draw()))
    texts = dict.fromkeys(zip(*(page.texts for page in pages), strict=True))
    words = ([page.words[name] for page in pages] for name in pages[0].words)
    return {
        "languages": list(LANGUAGES),
        "texts": [list(each) for each in (*texts, *words) if len(set(each)) > 1],
    }
