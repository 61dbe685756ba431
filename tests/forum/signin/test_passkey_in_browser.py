"""A host sets up a passkey in Chromium, signs out, and comes back with it alone; the pages keep the strict policy."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import wsgi
from forum.kernel.database import Base, db, transaction
from forum.signin import passwords
from forum.signin.models import Account
from tests.conftest import make_settings
from tests.people import make_cast
from tests.server import free_address, running

PASSWORD = "a lamp in the quiet yard"


@pytest.mark.needs("chromium")
def test_a_host_sets_up_a_passkey_and_signs_in_with_it(chromium: Browser, tmp_path: Path) -> None:
    address = free_address().replace("127.0.0.1", "localhost")
    settings = make_settings(
        tmp_path / "instance",
        base_url=address,  # a domain, because no passkey lives at an IP address
        socket_mode="gevent",
        database_url=f"sqlite:///{tmp_path / 'own.sqlite3'}",
    )
    app = wsgi.create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            cast = make_cast()
            db.session.get_one(Account, cast.host).password_hash = passwords.make_hash(PASSWORD)
        db.engine.dispose()
    faults: list[str] = []
    with running(settings) as base_url:
        page = chromium.new_context(base_url=base_url).new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        tools = page.context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        verified = {"isUserVerified": True, "automaticPresenceSimulation": True}
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **verified}})

        page.goto(f"/locals/{cast.local}/roll")
        page.get_by_label("Member number or e-mail").fill("1003")
        page.get_by_text("I have a password").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in with it").click()
        expect(page.get_by_role("heading", name="Add a second step to your sign-in")).to_be_visible()
        page.get_by_role("button", name="Set up a passkey").click()
        page.get_by_role("button", name="Make ten codes").click()
        expect(page.locator(".recovery li")).to_have_count(10)
        page.get_by_role("link", name="I have them on paper").click()
        expect(page.get_by_text("Marta Quill")).to_be_visible()

        page.get_by_role("button", name="Sign out").click()
        page.goto("/sign-in?next=/devices")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        page.goto(f"/locals/{cast.local}/roll")
        expect(page.get_by_text("Marta Quill")).to_be_visible()
        page.context.close()
    assert faults == []
