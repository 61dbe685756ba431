"""A teller hands in a share in the browser; key files travel between the browser and the command."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from referendum.crypto.canonical import canonical_bytes
from referendum.crypto.group import power_of_g
from referendum.crypto.trustee import new_private_key
from referendum.electorate.sealing import seal
from referendum.trustees.keyfile import read_key_file, write_key_file
from tests.referendum.browser.conftest import call
from tests.referendum.browser.rendering import render
from tests.referendum.browser.site import Site

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "four words nobody guesses, batería"


class Opening:
    """The page of an opening, and what its script hands in."""

    def __init__(self, page: Page, site: Site, private: int, answer: dict[str, Any]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answer = answer
        site.answers["/share"] = self.receive
        sealed = seal(power_of_g(private), canonical_bytes({"place": 1, "share": "12345"}))
        share = {"upload_url": "/share", "sealed": sealed, "given": False, "missing": 2, "state": "asked"}
        opening = {"purpose": "spare", "reason": "The mail was lost.", "state": "asked"}
        page_name = "referendum/electorate/opening.html"
        site.pages["/opening"] = render(page_name, share=share, opening=opening, back_url="/openings")
        page.goto(site.origin + "/opening")

    def receive(self, body: bytes) -> dict[str, Any]:
        self.sent.append(json.loads(body))
        return self.answer

    def hand_in(self, page: Page, file: Path) -> None:
        page.get_by_label("Your key file").set_input_files(file)
        page.get_by_label("Its passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Hand in my share").click()


def key_file(folder: Path, private: int) -> Path:
    file = folder / f"{private % 1000}.json"
    file.write_text(write_key_file(private, PASSPHRASE))
    return file


def test_the_key_file_opens_the_share_and_only_the_share_is_sent(page: Page, site: Site, tmp_path: Path) -> None:
    private = new_private_key()
    opening = Opening(page, site, private, {"state": "recorded", "opened": False})
    opening.hand_in(page, key_file(tmp_path, private))
    expect(page.get_by_text("One more teller is needed.")).to_be_visible()
    assert opening.sent == [{"share": "12345"}]
    assert all(str(private).encode() not in body for _, _, body in site.requests)


def test_the_second_share_tells_what_came_of_it_and_gives_the_letters_once(
    page: Page, site: Site, tmp_path: Path
) -> None:
    private = new_private_key()
    answer = {"state": "recorded", "opened": True, "mailed": 2, "printed": 1, "used": ["1001"], "letters": "JVBERg=="}
    opening = Opening(page, site, private, answer)
    opening.hand_in(page, key_file(tmp_path, private))
    expect(page.get_by_text("Codes mailed: 2. Letters: 1.")).to_be_visible()
    expect(page.get_by_text("a ballot was cast with theirs: 1001")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Save the letters").click()
    started.value.save_as(tmp_path / "letters.pdf")
    assert (tmp_path / "letters.pdf").read_bytes() == b"%PDF"


def test_the_key_of_another_list_is_told_apart_and_nothing_is_sent(page: Page, site: Site, tmp_path: Path) -> None:
    opening = Opening(page, site, new_private_key(), {"state": "recorded", "opened": False})
    opening.hand_in(page, key_file(tmp_path, new_private_key()))
    expect(page.get_by_text("This key file does not open your share.")).to_be_visible()
    assert opening.sent == []


def test_a_key_file_written_in_the_browser_is_read_by_the_command(page: Page) -> None:
    private = new_private_key()
    text = call(page, "keyfile.js", "return m.writeKeyFile(BigInt(a[0]), a[1]);", [str(private), PASSPHRASE])
    assert read_key_file(text, PASSPHRASE) == private


def test_a_key_file_written_by_the_program_is_read_in_the_browser(page: Page) -> None:
    private = new_private_key()
    text = write_key_file(private, PASSPHRASE)
    body = "const {secret} = await m.readKeyFile(a[0], a[1]); return String(secret);"
    assert call(page, "keyfile.js", body, [text, PASSPHRASE]) == str(private)
