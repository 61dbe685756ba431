"""What is answered from memory is what Flask and Flask-Babel would have said."""

import flask
import pytest
from flask import Flask, render_template_string
from flask.app import Flask as StockFlask
from flask_babel import force_locale
from flask_babel import gettext as stock_gettext

from forum.kernel import quick
from forum.kernel.errors import N_

PARTS = [
    {"hall_id": 7}, {"hall_id": 7, "page": 13}, {"hall_id": 7, "page": "13"}, {"hall_id": 7, "page": True},
    {"hall_id": 7, "page": 1}, {"hall_id": 7, "page": None}, {"hall_id": 7, "page": 1.0}, {"hall_id": 7, "q": "ö &"},
    {"hall_id": 7, "_anchor": "say"}, {"hall_id": 7, "_external": True}, {"hall_id": 7, "page": [1, 2]},
]  # fmt: skip


@pytest.mark.parametrize("parts", PARTS, ids=str)
def test_a_path_is_flask_s_also_when_it_is_asked_for_again(app: Flask, parts: dict[str, object]) -> None:
    with app.test_request_context():
        for each in (*PARTS, parts):  # whatever was remembered before
            flask.url_for("halls.show_hall", **each)
        assert flask.url_for("halls.show_hall", **parts) == StockFlask.url_for(app, "halls.show_hall", **parts)


def test_a_path_stands_below_the_root_of_its_own_request(app: Flask) -> None:
    paths = []
    for root in ("", "/hustings", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            paths.append(flask.url_for("halls.show_hall", hall_id=7))
    assert paths == ["/halls/7", "/hustings/halls/7", "/halls/7"]


def test_what_strangers_type_into_addresses_is_not_remembered(app: Flask) -> None:
    app.config["RAISE_FAILURES"] = False
    visitor = app.test_client()
    visitor.get("/q/999?x=0")
    before = app._path.cache_info().currsize  # type: ignore[attr-defined]
    for number in range(5):
        assert f"x%3D{number}AAA" in visitor.get(f"/q/999?x={number}{'A' * 1_000}").text
    assert app._path.cache_info().currsize == before  # type: ignore[attr-defined]


def test_an_address_without_a_part_is_still_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(flask.helpers.werkzeug.routing.BuildError):
        flask.url_for("halls.show_hall")


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_words_are_those_of_the_language_that_is_spoken_now(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert quick.words(REPLY) == stock_gettext(REPLY)
        assert quick.words(NUMBER, number=7) == stock_gettext(NUMBER, number=7)
        assert render_template_string("{{ _(text) }}", text=REPLY) == stock_gettext(REPLY)


REPLY, NUMBER = N_("Reply"), N_("No. %(number)s")


def test_facts_are_escaped_in_pages_and_not_in_plain_texts(app: Flask) -> None:
    said = (
        "{{ _('No. %(number)s', number='<7>') }} {{ ngettext('%(num)s, %(who)s', '%(num)s of %(who)s', 2, who='&') }}"
    )
    with app.test_request_context():
        assert render_template_string(said) == "No. &lt;7&gt; 2 of &amp;"
        plain = app.jinja_env.overlay(autoescape=False).from_string(said)
        assert plain.render() == "No. <7> 2 of &"


def test_a_button_escapes_what_it_is_given() -> None:
    assert quick.button("/a?b=1&c", "<b>", "No. 1") == (
        '<a class="btn btn-quiet" href="/a?b=1&amp;c">&lt;b&gt;<span class="hide"> No. 1</span></a>'
    )
