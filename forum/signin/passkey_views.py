"""Passkeys over JSON: options out, answer in. The only part of sign-in that needs JavaScript."""

import secrets
from typing import Any

from flask import current_app, jsonify, request, session, url_for
from werkzeug.wrappers import Response

from forum.kernel import clock, languages, limits
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.errors import Refused, refuse_unless
from forum.kernel.reading import sent_json
from forum.signin import factor_operations, passkeys, queries, rules
from forum.signin.device_operations import freshen_device
from forum.signin.pages import blueprint, enter

HOLDS_FOR = 300
LONGEST = 100_000


@blueprint.post("/passkey/options")
@anyone(limit="300/minute")
def passkey_options(actor: Actor) -> Response:
    """What the browser needs to show a passkey. A visitor's question is the same for everybody."""
    held = [key.credential_id for key in queries.passkeys(actor.member_id)] if actor.is_member else []
    options, challenge = passkeys.ask_to_show(_base_url(), held)
    _remember(challenge)
    return jsonify(options)


@blueprint.post("/passkey")
@anyone(limit="300/minute")
def show_passkey(actor: Actor) -> Response:
    """Sign in by passkey; or, for the member who is signed in, show it again."""
    sent = _sent()
    key = factor_operations.show_passkey(sent.get("credential"), _challenge(), _base_url(), now=clock.now())
    if actor.is_member:
        refuse_unless(key.member_id == actor.member_id, passkeys.NOT_HELD)
        freshen_device(actor, second_factor=True, now=clock.now())
    else:
        enter(actor, key.member_id, now=clock.now(), kiosk=bool(sent.get("shared")), second_factor=True)
    return jsonify(url=rules.own_path(sent.get("next")))


@blueprint.post("/passkey/new/options")
@members(limit="30/minute")
def new_passkey_options(actor: Actor) -> Response:
    """What the browser needs to make a passkey."""
    held = [key.credential_id for key in queries.passkeys(actor.member_id)]
    options, challenge = passkeys.ask_to_make(
        _base_url(), current_app.config["HUSTINGS"].union_name, actor.public_id, actor.name, held
    )
    _remember(challenge)
    return jsonify(options)


@blueprint.post("/passkey/new")
@members(limit="30/minute")
def add_passkey(actor: Actor) -> Response:
    """Keep a passkey that was just made."""
    sent, first = _sent(), not queries.has_factor(actor.member_id)
    key = passkeys.read_made(_base_url(), sent.get("credential"), _challenge())
    label = rules.device_label(request.user_agent.string)
    factor_operations.add_passkey(actor, key, label, now=clock.now(), language=languages.language())
    onward = rules.own_path(sent.get("next"))
    return jsonify(url=url_for("signin.recovery_codes", next=onward) if first else onward)


def _remember(challenge: str) -> None:
    session["challenge"] = [challenge, int(clock.now().timestamp())]


def _challenge() -> str:
    """The challenge this browser was given, once and for five minutes; otherwise one that nothing answers."""
    challenge, given_at = session.pop("challenge", ("", 0))
    if not challenge or clock.now().timestamp() - given_at > HOLDS_FOR:
        return secrets.token_urlsafe(32)
    limits.hit("1/10 minutes", "challenge", challenge)
    return str(challenge)


def _sent() -> dict[str, Any]:
    sent = sent_json(request, LONGEST)
    if not isinstance(sent, dict):
        raise Refused(passkeys.NOT_HELD)
    return sent


def _base_url() -> str:
    return str(current_app.config["HUSTINGS"].base_url)
