"""A teller hands in a share of the sealed list's key, sealed by Python to the key made in the browser."""

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Page, expect

from referendum.crypto.group import draw_exponent, draw_secret, power, power_of_g
from tests.referendum.browser.rendering import render
from tests.referendum.browser.site import Site
from tests.referendum.browser.test_key_page import PASSPHRASE, key_of_a_trustee

pytestmark = pytest.mark.needs("chromium")


def seal_to(public_key: int, text: str) -> dict[str, str]:
    r = draw_exponent(draw_secret)
    key = hashlib.sha256(f"sealed|{power(public_key, r)}".encode()).digest()
    iv = secrets.token_bytes(12)
    data = AESGCM(key).encrypt(iv, text.encode(), None)
    return {
        "alpha": str(power_of_g(r)),
        "iv": base64.b64encode(iv).decode(),
        "data": base64.b64encode(data).decode(),
    }


def hand_in(page: Page, site: Site, file: Path, sealed: dict[str, str]) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = []

    def receive(body: bytes) -> dict[str, str]:
        given.append(json.loads(body))
        return {"state": "recorded"}

    site.answers["/shares"] = receive
    facts = {
        "question_number": 14, "question_title": "Accept?", "purpose": "To give out a spare code.",
        "reason": "The letter came back.", "asked_by": "Ana Núñez", "given": 1, "needed": 2,
        "sealed": sealed, "upload_url": "/shares",
    }  # fmt: skip
    site.pages["/share"] = render("referendum/trustees/share.html", share=facts)
    page.goto(site.origin + "/share")
    page.get_by_label("Your key file").set_input_files(file)
    page.get_by_label("Its passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Hand in my share").click()
    return given


def test_a_teller_opens_their_share_with_their_file_and_hands_it_in(page: Page, site: Site, tmp_path: Path) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    given = hand_in(page, site, file, seal_to(int(key["public_key"]), '{"x":2,"y":"17"}'))
    expect(page.get_by_text("Your share is handed in.")).to_be_visible()
    assert given == [{"share": '{"x":2,"y":"17"}'}]


def test_a_share_sealed_to_another_key_is_not_handed_in(page: Page, site: Site, tmp_path: Path) -> None:
    file, _ = key_of_a_trustee(page, site, tmp_path)
    given = hand_in(page, site, file, seal_to(power_of_g(5), "17"))
    expect(page.get_by_text("Your share was not sealed to this key.")).to_be_visible()
    assert given == []
