"""The product's own templates, rendered without the application: what a page is given, it shows."""

import json
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from referendum.casting.programs import needed_at_once
from tests.referendum.browser.site import ROOT

PLAIN_BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="{{ csrf_token() }}">
<title>{% block title %}{% endblock %}</title>
<link rel="icon" href="{{ asset('icon.svg') }}">
<link rel="stylesheet" href="{{ asset('tokens.css') }}"><link rel="stylesheet" href="{{ asset('base.css') }}">
{% block css %}{% endblock %}{% block js %}{% endblock %}</head>
<body><main id="main" class="page">
{% block top %}{% endblock %}{% block main %}{% endblock %}</main></body></html>"""


def programs(entry: str) -> Any:
    """What a page is given of its program."""
    return needed_at_once(f"referendum/casting/{entry}", ROOT / "static")


def render(template: str, **context: Any) -> str:
    """``base.html`` is replaced by one without masthead, whose blocks bear the same names."""
    loader = ChoiceLoader([DictLoader({"base.html": PLAIN_BASE}), FileSystemLoader(str(ROOT / "templates"))])
    extensions = ["jinja2.ext.i18n"]
    environment = Environment(loader=loader, autoescape=True, extensions=extensions, undefined=StrictUndefined)
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.policies["json.dumps_function"] = lambda value, **kwargs: json.dumps(value, **kwargs)
    environment.globals.update(
        asset=lambda path: f"/static/{path}",
        csrf_token=lambda: "token-of-the-page",
        url_for=lambda endpoint, **where: f"/{endpoint}/{where['filename']}" if "filename" in where else f"/{endpoint}",
        union_name="United Workers",
        locale="en",
        languages={"en": "English", "es": "Español", "fr": "Français"},
        help_line=Markup("555 0142"),
    )
    return environment.get_template(template).render(**context)
