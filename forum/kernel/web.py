"""What every page shares: the strict headers, the words of refusal and failure, and what templates may use."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, Response, current_app, g, jsonify, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from forum.kernel import clock, languages, slots
from forum.kernel.doors import VISITOR, find_asker
from forum.kernel.errors import N_, Refusal, Stale
from forum.kernel.kept import this_minute
from forum.kernel.languages import remedy, say
from forum.kernel.settings import Settings
from forum.kernel.text import linked

log = structlog.get_logger()

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hustings"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
csrf = CSRFProtect()


class Number(IntegerConverter):
    """A whole number in an address, as large as a database's; a larger one names nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class Sessions(SecureCookieSessionInterface):
    """The session in its cookie; none goes out with an answer that caches may keep for everybody. Where no cookie came
    there is nothing to open, and where nobody looked at an empty one nothing to save."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.headers.get("Cookie"):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        touched = session or session.accessed or session.modified
        if touched and not response.cache_control.public:
            super().save_session(app, session, response)


def init_app(app: Flask, settings: Settings) -> None:
    """Cookies, limits on requests, headers, error pages and template names."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="hustings",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=14 * 24 * 3600,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=600_000,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
        TRUSTED_HOSTS=_own_names(settings),
    )
    app.session_interface = Sessions()
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = Number
    csrf.init_app(app)
    app.after_request(_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _page_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)
    app.context_processor(_names)
    app.jinja_env.filters["when"] = languages.when
    app.jinja_env.filters["say"] = say
    app.jinja_env.filters["percent"] = languages.percent
    app.jinja_env.filters["name"] = languages.isolate
    app.jinja_env.filters["linked"] = _linked
    app.jinja_env.globals.update(asset=asset, when=languages.when, say=say, remedy=remedy)  # macros see no context
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _own_names(settings: Settings) -> list[str]:
    """The host names this installation answers to; any other in a request is a forgery or a mistake."""
    loopback = ["localhost", "127.0.0.1"] if settings.demo or settings.testing else []
    return [urlsplit(settings.base_url).hostname or "localhost", *loopback]


def exempt_from_csrf(app: Flask) -> None:
    """Free the routes whose door says so from the cookie's token; called when every route is known."""
    for view in app.view_functions.values():
        if not getattr(view, "csrf", True):
            csrf.exempt(view)


def _names() -> dict[str, object]:
    settings: Settings = current_app.config["HUSTINGS"]
    actor, now = g.get("actor", VISITOR), clock.now()

    def slot(place: str, **facts: object) -> object:
        return slots.render(place, actor, **facts)

    return {
        "actor": actor,
        "union_name": settings.union_name,
        "help_line": settings.help_line,
        "base_url": settings.base_url,
        "nav": lambda: sorted(slots.gather("nav", actor), key=lambda entry: entry["order"]),
        "languages": languages.LANGUAGES,
        "locale": languages.language(),
        "now": now,
        "this_minute": this_minute(now),  # as fine as it is written
        "slot": slot,
        "when": languages.when,
        "say": say,
        "remedy": remedy,
        "asset": asset,
        "refusal": g.get("refusal"),
        "typed": g.get("typed", MultiDict()),
        "problems": {each.field: say(each) for each in g.get("problems", [])},
        "obstacles": g.get("obstacles", []),
    }


def _linked(line: str) -> Markup:
    """One line as a member typed it, addresses of the web in it as links."""
    return Markup(linked(line))  # noqa: S704 - escaped where it is made


def asset(path: str) -> str:
    """The address of a static file, with a mark that changes when the file does."""
    return _below(request.script_root, current_app.static_folder or "", path)


@cache
def _below(_root: str, folder: str, path: str) -> str:
    return url_for("static", filename=path, v=_mark(folder, path))


@cache
def _mark(folder: str, path: str) -> str:
    file = Path(folder) / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.exists() else "missing"


def _headers(response: Response) -> Response:
    nobody = getattr(current_app.view_functions.get(request.endpoint or ""), "nobody", False)
    standing = _standing(nobody, request.endpoint == "static", current_app.config["SESSION_COOKIE_SECURE"])
    there = {name.lower() for name, _ in response.headers}
    # past `add`, which looks for line ends in each of these constants anew
    response.headers._list += [pair for name, pair in standing.items() if name not in there]
    return response


@cache
def _standing(nobody: bool, static: bool, secure: bool) -> dict[str, tuple[str, str]]:
    """The headers of every answer that does not bring its own, by their names in small letters."""
    headers = HEADERS | ({"Referrer-Policy": "no-referrer"} if nobody else {})
    headers |= {} if static else {"Cache-Control": "no-store"}
    headers |= {"Strict-Transport-Security": "max-age=31536000"} if secure else {}
    return {name.lower(): (name, value) for name, value in headers.items()}


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _refused(refusal: Refusal) -> tuple[Any, int]:
    g.refusal = refusal
    if _wants_json():
        return jsonify({**refusal.facts, "state": "refused", "reason": say(refusal), "kept": True}), refusal.status
    return _told("forum/kernel/refused.html", refusal.status)


def _page_too_old(_error: CSRFError) -> tuple[Any, int]:
    return _refused(Stale(_PAGE_TOO_OLD))


_PAGE_TOO_OLD = N_(
    "This page was open for too long, or your browser refused the cookie. Nothing is lost: go back and send it again."
)


def _http_error(error: HTTPException) -> tuple[Any, int]:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a foreign host name: there are no addresses to link to
        return gettext("This site does not answer under this name."), status
    if _wants_json():
        return jsonify(state="refused", reason=gettext("This could not be read."), kept=True), status
    return _told("forum/kernel/error.html", status)


def _failed(error: Exception) -> tuple[Any, int]:
    incident = secrets.token_hex(4)
    log.error("request failed", incident=incident, endpoint=request.endpoint, exc_info=error)
    if current_app.testing and current_app.config.get("RAISE_FAILURES"):
        raise error
    if _wants_json():
        reason = gettext("Something went wrong here. Nothing was done.")
        return jsonify(state="refused", reason=reason, kept=True, incident=incident), 500
    return _told("forum/kernel/error.html", 500, incident=incident)


def _told(template: str, status: int, **facts: object) -> tuple[str | Response, int]:
    kept = {key: value for key, value in request.form.items() if key != "csrf_token" and "code" not in key
            and "password" not in key and len(value) > 20}  # fmt: skip
    try:
        if status < 500:
            find_asker()
        return render_template(template, status=status, kept=kept, **facts), status
    except Exception:  # what broke the page may break the frame of its error page too, a lost database surely does
        log.exception("error page failed", **facts)
        words = gettext("Something went wrong here. Nothing was done.")
        plain = f"{words} {facts.get('incident', '')}\n"
        return Response(plain, content_type="text/plain; charset=utf-8"), 500
