"""What pages ask for hundreds of times, answered from memory where the same was asked before.

An address depends on its route and parts, a translation on its words and the language, and on nothing else, so each is
worked out once. Every memory has a bound.
"""

from collections.abc import Callable
from functools import lru_cache
from types import NoneType
from typing import Any

from flask import Flask, request
from flask_babel import get_domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from forum.kernel.errors import Verbatim
from forum.kernel.wording import Pages, spoken

MOST = 20_000
LONGEST = 200  # characters of a part: what a reader typed into an address is not remembered
PLAIN = frozenset({str, int, NoneType})  # by exact type: True and 1 are equal and make different addresses


class App(Flask):
    """Flask, which remembers the paths of its own pages and has its templates in every language."""

    jinja_environment = Pages

    def __init__(self, *given: Any, **named: Any) -> None:
        self._path = lru_cache(maxsize=MOST)(self._new_path)
        super().__init__(*given, **named)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view of ours is a coroutine, and Flask would look at each function of every request anew."""
        return func

    def url_for(
        self, /, endpoint: str, *, _anchor: str | None = None, _method: str | None = None, _scheme: str | None = None,
        _external: bool | None = None, **parts: Any,
    ) -> str:  # fmt: skip
        """As Flask's; whatever is not plain (outside a request, a whole address, a list, a long text) is made anew."""
        if (
            not (_method or _scheme or _external or endpoint[:1] == ".")
            and PLAIN.issuperset(map(type, parts.values()))
            and all(type(part) is not str or len(part) <= LONGEST for part in parts.values())
            and request
        ):
            return self._path(request.script_root, endpoint, _anchor, tuple(parts.items()))
        named = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme, "_external": _external}
        return super().url_for(endpoint, **named, **parts)  # type: ignore[arg-type]

    def _new_path(self, _root: str, endpoint: str, anchor: str | None, parts: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, _anchor=anchor, **dict(parts))


def init_app(app: Flask) -> None:
    """Give templates the quick translations."""
    app.jinja_env.globals.update({"_": gettext, "gettext": gettext, "ngettext": ngettext})


@pass_eval_context
def gettext(escaping: EvalContext, message: str, /, **facts: Any) -> str:
    """A text in the reader's language with its facts, escaped where the template escapes."""
    return _as_written(escaping, _translated(spoken(), message)) % facts


@pass_eval_context
def ngettext(escaping: EvalContext, one: str, many: str, number: int, /, **facts: Any) -> str:
    """A text that depends on a number, `num` among its facts."""
    return _as_written(escaping, _counted(spoken(), one, many, number)) % {"num": number, **facts}


def words(message: str, /, **facts: Any) -> str:
    """The same outside of templates, as plain text; for what is said dozens of times a page. Import it as `_`."""
    if isinstance(message, Verbatim):
        return message
    return _translated(spoken(), message) % facts if facts else _translated(spoken(), message)


@lru_cache(maxsize=MOST)
def button(url: str, label: str, about: str) -> Markup:
    """A link among those under a post: its label to see, what it is about only to hear."""
    link = Markup('<a class="btn btn-quiet" href="{}">{}<span class="hide"> {}</span></a>')
    return link.format(url, label, about)


def _as_written(escaping: EvalContext, text: str) -> str:
    return Markup(text) if escaping.autoescape else text  # noqa: S704 - our own words, from a template or a catalogue


@lru_cache(maxsize=MOST)
def _translated(_language: str, message: str) -> str:
    return str(get_domain().get_translations().ugettext(message))


@lru_cache(maxsize=MOST)
def _counted(_language: str, one: str, many: str, number: int) -> str:
    return str(get_domain().get_translations().ungettext(one, many, number))
