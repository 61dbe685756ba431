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


def share_page(page: Page, site: Site, file: Path, **changes: Any) -> None:
    """The page as a teller sees it, with the key file chosen."""
    facts = {
        "question_number": 14, "question_title": "Accept?", "purpose": "To give out a spare code.",
        "reason": "The letter came back.", "asked_by": "Ana Núñez", "given": 1, "needed": 2, "sealed": None,
        "upload_url": "/shares", "progress_url": "/progress", "opening": "spare", "begun": False, "yours": False,
        "letters": True, "state": "waiting", "done": 0, **changes,
    }  # fmt: skip
    site.pages["/share"] = render("referendum/trustees/share.html", share=facts)
    page.goto(site.origin + "/share")
    page.get_by_label("Your key file").set_input_files(file)
    page.get_by_label("Its passphrase").fill(PASSPHRASE)


def answer_of_two_letters() -> str:
    letters = base64.b64encode(b"%PDF two letters").decode()
    return json.dumps({"mailed": 1, "printed": 2, "used": ["4711"], "letters": letters, "given": ""})


def test_a_teller_hands_in_a_share_sees_the_list_being_read_and_opens_what_came_of_it(
    page: Page, site: Site, tmp_path: Path
) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    public, given = int(key["public_key"]), []
    told: list[Any] = [
        {"state": "reading", "done": 40},
        {"state": "over", "problem": "", "answer": seal_to(public, answer_of_two_letters())},
    ]

    def receive(body: bytes) -> dict[str, Any]:
        given.append(json.loads(body))
        return {"state": "recorded", "opened": True}

    site.answers["/shares"] = receive
    site.answers["/progress"] = lambda _: told.pop(0)
    share_page(page, site, file, sealed=seal_to(public, '{"x":2,"y":"17"}'))
    page.get_by_label("US Letter").check()
    page.get_by_role("button", name="Hand in my share").click()
    expect(page.get_by_label("40% of the list is read")).to_be_visible()
    expect(page.get_by_text("Codes mailed: 1. Letters: 2. No new code for these members")).to_be_visible()
    assert given == [{"share": '{"x":2,"y":"17"}', "paper": "Letter"}]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the letters").click()
    assert Path(saved.value.path()).read_bytes() == b"%PDF two letters"


def test_what_came_of_it_is_opened_later_with_the_same_key_file(page: Page, site: Site, tmp_path: Path) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    answer = seal_to(int(key["public_key"]), answer_of_two_letters())
    share_page(page, site, file, sealed=seal_to(int(key["public_key"]), "17"), state="over", problem="", answer=answer)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("Codes mailed: 1. Letters: 2.")).to_be_visible()
    expect(page.get_by_role("link", name="Save the letters")).to_be_visible()


def test_a_share_sealed_to_another_key_is_not_handed_in(page: Page, site: Site, tmp_path: Path) -> None:
    file, _ = key_of_a_trustee(page, site, tmp_path)
    share_page(page, site, file, sealed=seal_to(power_of_g(5), "17"))
    page.get_by_role("button", name="Hand in my share").click()
    expect(page.get_by_text("Your share was not sealed to this key.")).to_be_visible()
    assert not [line for line, *_ in site.requests if line.startswith("POST /shares")]
