"""Templates are compiled once for each language, with our own words in it.

A page says dozens of things that are the same in every page of that language. Where a template says `_('Reply')`, the
compiled one holds the French or Spanish word; facts are put into the words when the page is made, as ever.
"""

from collections.abc import MutableMapping
from typing import Any

from flask import g
from flask.templating import Environment
from flask_babel import force_locale, get_domain, get_locale
from jinja2 import Template, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


def spoken() -> str:
    """The language that is spoken now; empty where there is nobody to speak to."""
    try:  # where Flask-Babel keeps what it found for this request; were that to move, only time is lost
        locale = g._flask_babel.babel_locale
    except (AttributeError, RuntimeError):
        locale = get_locale()
    return str(locale.language) if locale else ""


class Page(Template):
    """A template that is imported as it is: no page has globals of its own, which Jinja would look for each time."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 - Jinja's signature
        return super()._get_default_module()


class Pages(Environment):
    """Flask's templates, which say what they say in the reader's language from the start."""

    template_class = Page
    spoken = ""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._in: dict[str, Pages] = {}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        language = "" if self.spoken else spoken()
        if language:
            return self._speaking(language)._load_template(name, globals)
        return super()._load_template(name, globals)

    def _speaking(self, language: str) -> "Pages":
        if language not in self._in:
            pages = self._in[language] = self.overlay()
            pages.spoken = language
        return self._in[language]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        if self.spoken:
            escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            with force_locale(self.spoken):
                source = _Speaker(escapes=escapes).visit(source)
        return super()._generate(source, name, filename, defer_init)


class _Speaker(NodeTransformer):
    """Puts the words where a template asks for them."""

    def __init__(self, *, escapes: bool) -> None:
        self._escapes = escapes

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - named by Jinja
        self.generic_visit(node)
        asks = isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
        if not asks or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
            return node
        (message,) = node.args
        if not isinstance(message, nodes.Const):
            return node
        said = str(get_domain().get_translations().ugettext(message.value))
        text = Markup(said) if self._escapes else said  # noqa: S704 - our own words, from a catalogue
        if not node.kwargs:
            return nodes.Const(text % {}, lineno=node.lineno)
        facts = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
        return nodes.Mod(nodes.Const(text), nodes.Dict(facts), lineno=node.lineno)
