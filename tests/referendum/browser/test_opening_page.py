"""A teller hands in a share in the browser; key files travel between the browser and the command."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from referendum.crypto.group import power_of_g
from referendum.crypto.keyfile import read_key_file, write_key_file
from referendum.crypto.trustee import new_private_key
from referendum.electorate.sealing import seal
from tests.referendum.browser.conftest import call
from tests.referendum.browser.rendering import render
from tests.referendum.browser.site import Site

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "four words nobody guesses, batería"


def test_the_last_share_tells_what_came_of_it_and_gives_the_letters_once(
    page: Page, site: Site, tmp_path: Path
) -> None:
    private = new_private_key()
    site.answers["/share"] = lambda _body: {"state": "recorded", "opened": True}
    said = {"mailed": 2, "printed": 1, "used": ["1001"], "letters": "JVBERg==", "given": ""}
    sealed = seal(power_of_g(private), json.dumps(said).encode())
    site.answers["/progress"] = lambda _body: {"state": "over", "done": 100, "problem": "", "answer": sealed}
    share = {
        "question_number": 14, "question_title": "Accept?", "purpose": "To give spare codes.", "reason": "Lost.",
        "asked_by": "Ana Núñez", "given": 1, "needed": 2, "sealed": seal(power_of_g(private), b"12345"),
        "upload_url": "/share", "progress_url": "/progress", "opening": "spare", "begun": False, "yours": False,
        "letters": True, "state": "waiting", "done": 0, "answer": None, "problem": "",
    }  # fmt: skip
    site.pages["/opening"] = render("referendum/trustees/share.html", share=share)
    (tmp_path / "key.json").write_text(write_key_file(private, PASSPHRASE))
    page.goto(site.origin + "/opening")
    page.get_by_label("Your key file").set_input_files(tmp_path / "key.json")
    page.get_by_label("Its passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Hand in my share").click()
    expect(page.get_by_text("Codes mailed: 2. Letters: 1.")).to_be_visible()
    expect(page.get_by_text("a ballot was cast with theirs: 1001")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Save the letters").click()
    started.value.save_as(tmp_path / "letters.pdf")
    assert (tmp_path / "letters.pdf").read_bytes() == b"%PDF"
    assert json.loads(next(body for line, _, body in site.requests if line.startswith("POST"))) == {
        "share": "12345", "paper": "A4",
    }  # fmt: skip
    assert all(str(private).encode() not in body for _, _, body in site.requests)


def test_a_key_file_written_in_the_browser_is_read_by_the_command(page: Page) -> None:
    private = new_private_key()
    text = call(page, "keyfile.js", "return m.writeKeyFile(BigInt(a[0]), a[1]);", [str(private), PASSPHRASE])
    assert read_key_file(text, PASSPHRASE) == private


def test_a_key_file_written_by_the_program_is_read_in_the_browser(page: Page) -> None:
    private = new_private_key()
    text = write_key_file(private, PASSPHRASE)
    body = "const {secret} = await m.readKeyFile(a[0], a[1]); return String(secret);"
    assert call(page, "keyfile.js", body, [text, PASSPHRASE]) == str(private)
