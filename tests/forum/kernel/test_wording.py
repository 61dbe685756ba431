"""Compiled templates say what the translations say, in the language that is read."""

import pytest
from flask import Flask, render_template
from flask_babel import force_locale, gettext
from jinja2 import DictLoader

from forum.kernel.errors import N_

REPLY, NUMBER = N_("Reply"), N_("No. %(number)s")
PAGE = (
    "{{ _('Reply') }}|{{ _('No. %(number)s', number=number) }}|{{ _(later) }}|{{ _('50%% <b>') }}|"
    "{% macro said(word=_('Reply')) %}{{ word }}{% endmacro %}{{ said() }}"
)


@pytest.fixture
def own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with templates of the test's own."""
    pages = app.create_jinja_environment()
    pages.globals["_"] = gettext
    pages.loader = DictLoader({"page.html": PAGE, "around.html": "{% include 'page.html' %}", "mail.txt": PAGE})
    monkeypatch.setattr(app, "jinja_env", pages)
    return app


@pytest.mark.parametrize("name", ["page.html", "around.html"])
def test_each_language_has_its_own_words_from_the_same_template(own: Flask, name: str) -> None:
    with own.test_request_context():
        for language in ("en", "fr", "es", "en"):
            with force_locale(language):
                said = render_template(name, number="<7>", later=REPLY)
                number = gettext(NUMBER, number="&lt;7&gt;")
                assert said == f"{gettext(REPLY)}|{number}|{gettext(REPLY)}|50% <b>|{gettext(REPLY)}"


def test_plain_texts_are_not_escaped(own: Flask) -> None:
    with own.test_request_context(), force_locale("fr"):
        assert render_template("mail.txt", number="<7>", later=REPLY).split("|")[1] == gettext(NUMBER, number="<7>")


def test_our_words_are_not_looked_up_while_a_page_is_made(own: Flask) -> None:
    with own.test_request_context(), force_locale("fr"):
        render_template("page.html", number=1, later=REPLY)
        own.jinja_env.globals["_"] = lambda message: f"looked up: {message}"
        assert render_template("page.html", number=1, later=REPLY).count("looked up") == 1
