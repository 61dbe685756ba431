"""The key page and the decrypt page, with real files, a real record and Python's own checks behind them."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.canonical import Malformed
from referendum.crypto.election import read_election
from referendum.crypto.hashing import hex_hash
from referendum.crypto.joint import read_trustees
from referendum.crypto.proofs import read_proof
from referendum.crypto.second_proof import check_factors
from referendum.crypto.tally import TallyProduct, check_partial, open_tally
from referendum.crypto.trustee import read_trustee_key
from tests.referendum.browser.elections import make_election
from tests.referendum.browser.rendering import render
from tests.referendum.browser.site import Site

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "four words nobody guesses"
SMALL = [{"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "?"}]


def key_page(page: Page, site: Site) -> list[dict[str, Any]]:
    """Opens the key page of a site that accepts only keys whose proof holds; gives what was handed in."""
    handed_in: list[dict[str, Any]] = []

    def receive(body: bytes) -> dict[str, str]:
        sent = json.loads(body)
        try:
            read_trustee_key(sent["public_key"])
        except Malformed as problem:
            return {"state": "refused", "reason": str(problem)}
        handed_in.append(sent["public_key"])
        return {"state": "recorded"}

    site.answers["/keys"] = receive
    facts = {
        "purpose": "trustee", "question_number": 14, "question_title": "Shall the union accept?",
        "upload_url": "/keys", "file_name": "key-question-14.json", "due_text": "", "handed_in": "",
    }  # fmt: skip
    site.pages["/key"] = render("referendum/trustees/key.html", key=facts, fate=None)
    page.goto(site.origin + "/key")
    return handed_in


def make_key(page: Page, folder: Path, passphrase: str = PASSPHRASE) -> Path:
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_label("The passphrase again").fill(passphrase)
    with page.expect_download() as started:
        page.get_by_role("button", name="Make my key and save the file").click()
    assert started.value.suggested_filename == "key-question-14.json"
    saved = folder / "key.json"
    started.value.save_as(saved)
    return saved


def read_back(page: Page, file: Path, passphrase: str = PASSPHRASE) -> None:
    page.get_by_label("Your key file").set_input_files(file)
    page.get_by_label("Its passphrase").fill(passphrase)
    page.get_by_role("button", name="Read it back").click()


def test_a_key_is_made_kept_read_back_and_only_then_handed_in(page: Page, site: Site, tmp_path: Path) -> None:
    handed_in = key_page(page, site)
    expect(page.get_by_role("button", name="Hand in my public key")).to_be_hidden()
    file = make_key(page, tmp_path)
    expect(page.get_by_role("button", name="Hand in my public key")).to_be_hidden()
    assert not [line for line, _, _ in site.requests if line.startswith("POST")]
    read_back(page, file)
    fingerprint = page.locator("[data-fingerprint]")
    expect(fingerprint).to_be_visible()
    page.get_by_role("button", name="Hand in my public key").click()
    expect(page.get_by_role("heading", name="Your public key is handed in")).to_be_visible()
    assert fingerprint.inner_text().replace(" ", "") == hex_hash(handed_in[0]["public_key"].encode())[:16]
    headers = next(headers for line, headers, _ in site.requests if line.startswith("POST /keys"))
    assert headers["X-CSRFToken"] == "token-of-the-page"
    sent = "".join(str(body) for _, _, body in site.requests)
    assert PASSPHRASE not in sent
    assert json.loads(file.read_text())["data"] not in sent


def test_what_is_wrong_with_a_file_or_passphrase_is_said_at_the_field(page: Page, site: Site, tmp_path: Path) -> None:
    handed_in = key_page(page, site)
    page.get_by_label("Passphrase", exact=True).fill("too short")
    page.get_by_role("button", name="Make my key and save the file").click()
    expect(page.get_by_text("At least twelve characters.")).to_be_visible()
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The passphrase again").fill(PASSPHRASE + "x")
    page.get_by_role("button", name="Make my key and save the file").click()
    expect(page.get_by_text("The two passphrases differ.")).to_be_visible()

    first = make_key(page, tmp_path)
    first = first.rename(tmp_path / "first.json")
    second = make_key(page, tmp_path)
    read_back(page, first)
    expect(page.get_by_text("not the one you have just made")).to_be_visible()
    read_back(page, second, "some other passphrase")
    expect(page.get_by_text("This passphrase does not open the file.")).to_be_visible()
    other = tmp_path / "roll.csv"
    other.write_text("number;name")
    read_back(page, other)
    expect(page.get_by_text("This is not a key file, or it is damaged.")).to_be_visible()
    expect(page.get_by_role("button", name="Hand in my public key")).to_be_hidden()
    read_back(page, second)
    expect(page.get_by_role("button", name="Hand in my public key")).to_be_visible()
    assert handed_in == []


def test_a_trustee_who_closed_the_page_goes_on_from_the_file(page: Page, site: Site, tmp_path: Path) -> None:
    handed_in = key_page(page, site)
    file = make_key(page, tmp_path)
    page.reload()
    page.get_by_role("button", name="I have the file already").click()
    read_back(page, file)
    page.get_by_role("button", name="Hand in my public key").click()
    expect(page.get_by_role("heading", name="Your public key is handed in")).to_be_visible()
    assert handed_in[0]["public_key"] == json.loads(file.read_text())["public_key"]


class Count:
    """The count of a small vote whose trustee made the key on the key page. ``wrong`` changes the record."""

    def __init__(self, key: dict[str, Any], wrong: dict[str, Any], minimum: int = 0) -> None:
        description = json.dumps({"minimum_ballots": minimum})
        made = make_election(SMALL, public_keys=[key], description=description)
        self.election = read_election(made.election.encode())
        self.trustees = read_trustees(made.trustees.encode())
        self.public = self.trustees[0].public
        ballots = [make_ballot(self.election, code, [[0, 1]]) for code in made.codes]
        product = TallyProduct(self.election)
        for ballot in ballots:
            product.add(read_ballot(self.election, ballot).ciphertexts)
        self.tally = product.close()
        self.result: list[list[int]] = []
        self.record = {
            "election": made.election, "trustees": made.trustees, "credentials": made.credentials,
            "ballots": [ballot.decode() for ballot in ballots],
            "encrypted_tally": self.tally.encrypted_bytes.decode(),
        } | wrong  # fmt: skip

    def receive(self, body: bytes) -> dict[str, str]:
        sent = json.loads(body)
        raw = sent["partial_decryption"].encode()
        partial = check_partial(self.election, self.tally.ciphertexts, raw, self.public)
        check_factors(
            self.election, self.tally.ciphertexts, partial, self.public, read_proof(sent["second_proof"])
        )
        self.result = open_tally(self.tally, {sent["owner"]: partial}, self.trustees)
        return {"state": "recorded"}

    def open_page(self, page: Page, site: Site, file: Path) -> None:
        site.answers["/record"] = lambda _body: self.record
        site.answers["/parts"] = self.receive
        archive = {
            "archive": "V", "ballots": 3, "record_url": "/record", "upload_url": "/parts",
            "minimum": 1, "done": False, "withheld": "",
        }  # fmt: skip
        withheld = archive | {"archive": "C", "withheld": "It will not be opened: too few ballots."}
        facts = {"question_number": 14, "question_title": "Accept?", "archives": [archive, withheld]}
        site.pages["/decrypt"] = render("referendum/count/decrypt.html", count=facts)
        page.goto(site.origin + "/decrypt")
        page.get_by_label("Your key file").set_input_files(file)
        page.get_by_label("Its passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Check and open my part").click()


def key_of_a_trustee(page: Page, site: Site, folder: Path) -> tuple[Path, dict[str, Any]]:
    handed_in = key_page(page, site)
    file = make_key(page, folder)
    read_back(page, file)
    page.get_by_role("button", name="Hand in my public key").click()
    expect(page.get_by_role("heading", name="Your public key is handed in")).to_be_visible()
    return file, handed_in[0]


def test_a_trustee_recomputes_the_product_and_opens_their_part(page: Page, site: Site, tmp_path: Path) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    count = Count(key, {}, minimum=3)
    count.open_page(page, site, file)
    expect(page.get_by_text("It stands on the product of 3 ballots")).to_be_visible()
    expect(page.get_by_text("All done.")).to_be_visible()
    expect(page.get_by_text("It will not be opened: too few ballots.")).to_be_visible()
    assert count.result == [[0, 3]]
    secret = page.evaluate(
        """async ([text, passphrase]) => {
        const {readKeyFile} = await import('/static/referendum/crypto/keyfile.js');
        return String((await readKeyFile(text, passphrase)).secret);
    }""",
        [file.read_text(), PASSPHRASE],
    )
    assert all(secret.encode() not in body for _, _, body in site.requests)


def test_a_part_that_outlasted_the_sign_in_stays_on_the_page_and_is_handed_in_after_another(
    page: Page, site: Site, tmp_path: Path
) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    count = Count(key, {}, minimum=3)
    take = count.receive
    count.receive = lambda _body: {"state": "refused", "reason": "Show it is you.", "first": "confirm"}  # type: ignore[method-assign]
    count.open_page(page, site, file)
    expect(page.get_by_text("Show it is you.")).to_be_visible()
    expect(page.get_by_role("link", name="Show that it is me")).to_be_visible()
    expect(page.get_by_label("Its passphrase")).to_be_hidden()
    site.answers["/parts"] = take
    page.get_by_role("button", name="Hand in my part").click()
    expect(page.get_by_text("All done.")).to_be_visible()
    assert count.result == [[0, 3]]
    assert sum(line.startswith("GET /record") for line, _, _ in site.requests) == 1


@pytest.mark.parametrize(
    ("wrong", "minimum", "said"),
    [
        ({"encrypted_tally": "[[]]"}, 0, "The announced product is not the product of the ballots"),
        ({"ballots": []}, 1, "The record holds fewer ballots than the rule allows to open."),
        ({}, 4, "The record holds fewer ballots than the rule allows to open."),
        ({"credentials": "[]"}, 0, "The record holds a ballot that no listed voter made."),
        ({"ballots": "none"}, 0, "The record holds a ballot in a wrong form."),
        ({"trustees": "[]"}, 0, "The trustees’ keys in the record do not make the vote’s key."),
        ({"election": "no JSON"}, 0, "The record could not be read."),
    ],
)
def test_a_record_with_one_thing_wrong_is_not_opened_and_the_trustee_is_told(
    page: Page, site: Site, tmp_path: Path, wrong: dict[str, Any], minimum: int, said: str
) -> None:
    file, key = key_of_a_trustee(page, site, tmp_path)
    count = Count(key, wrong, minimum)
    count.open_page(page, site, file)
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Nothing of your key has left this browser")).to_be_visible()
    assert count.result == []


def test_the_key_of_another_vote_is_told_apart(page: Page, site: Site, tmp_path: Path) -> None:
    _, key = key_of_a_trustee(page, site, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    file, _ = key_of_a_trustee(page, site, other)
    Count(key, {}).open_page(page, site, file)
    expect(page.get_by_text("This key file is not one of this vote’s trustees.")).to_be_visible()
