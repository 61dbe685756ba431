"""The account page: where a member is signed in, with which keys, in which language."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forum.kernel import clock, languages
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, members
from forum.roll.queries import member as find_member
from forum.signin import factor_operations, forms, operations, passwords, queries
from forum.signin.device_operations import close_device, close_other_devices
from forum.signin.pages import blueprint


@blueprint.get("/devices")
@members
def devices(actor: Actor) -> str:
    """Where one is signed in, and how."""
    account = queries.account(actor.member_id)
    return render_template(
        "forum/signin/devices.html",
        devices=queries.live_devices([actor.member_id], clock.now()),
        passkeys=queries.passkeys(actor.member_id),
        has_password=bool(account and account.password_hash),
        has_totp=bool(account and account.totp_confirmed_at),
        member=find_member(actor.member_id),
    )


@blueprint.post("/devices/<int:device_id>/sign-out")
@members(again="signin.devices", limit="60/minute")
def sign_out_device(actor: Actor, device_id: int) -> Response:
    """Sign one device out, its open sessions at once."""
    close_device(actor, device_id, now=clock.now())
    flash(_("That device is signed out."))
    return redirect(url_for("signin.devices"))


@blueprint.post("/devices/sign-out-others")
@members(again="signin.devices", limit="20/minute")
def sign_out_others(actor: Actor) -> Response:
    """Sign out everywhere but here."""
    close_other_devices(actor, now=clock.now())
    flash(_("All other devices are signed out."))
    return redirect(url_for("signin.devices"))


@blueprint.post("/devices/password")
@members(again="signin.devices", limit="10/minute", fresh=True, writes=False)
def change_password(actor: Actor) -> Response:
    """Set a password, or another one."""
    member = find_member(actor.member_id)
    own_words = [member.number, *member.name.split(), member.email.partition("@")[0]]
    hashed = passwords.make_hash(forms.read_new_password(request.form, own_words, required=True))
    with transaction(write=True):
        operations.change_password(actor, hashed, now=clock.now(), language=languages.language())
    flash(_("The password is saved. All other devices are signed out."))
    return redirect(url_for("signin.devices"))


@blueprint.post("/devices/passkeys/<int:passkey_id>/remove")
@members(again="signin.devices", limit="10/minute", fresh=True)
def remove_passkey(actor: Actor, passkey_id: int) -> Response:
    """Take a passkey away."""
    factor_operations.remove_passkey(actor, passkey_id, now=clock.now(), language=languages.language())
    flash(_("That passkey no longer works."))
    return redirect(url_for("signin.devices"))
