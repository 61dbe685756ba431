"""Rendered text as nested lists, so that a browser builds it node by node and never parses HTML from a
socket.

`<p>so <b>if</b></p>` becomes `[["p", "so ", ["b", "if"]]]`; a link is `["a", {"href": …}, …]`. Only what
`text.render` allows comes through: the input is its output.
"""

from html.parser import HTMLParser
from typing import Any

from forum.kernel.text import ALLOWED_TAGS, is_safe_link

_EMPTY = frozenset({"br", "hr"})
Tree = list[Any]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Tree = []
        self._open: list[Tree] = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            return
        node: Tree = [tag]
        href = dict(attrs).get("href")
        if tag == "a" and href and is_safe_link(href):
            node.append({"href": href})
        self._open[-1].append(node)
        if tag not in _EMPTY:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in ALLOWED_TAGS and tag not in _EMPTY and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].append(data)


def tree(html: str) -> Tree:
    """The nodes of rendered text, in order: strings and `[tag, (attributes,) children…]`."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
