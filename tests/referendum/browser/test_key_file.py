"""The trustee's key file: what is written can be read with the passphrase, and only so."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.referendum.browser.conftest import call
from tests.referendum.browser.site import ROOT

pytestmark = pytest.mark.needs("chromium")

PASSPHRASE = "correct Horse, batería"
READ = """
    const opened = m.readKeyFile(a.text, a.passphrase);
    return opened.then(({secret}) => String(secret), (e) => e.problem ?? String(e));
"""


def written(page: Page) -> tuple[str, dict[str, Any]]:
    secret, text = call(
        page,
        "keyfile.js",
        """
        const {makeSecretKey} = await import('/static/referendum/crypto/trustee.js');
        const secret = makeSecretKey();
        return [String(secret), await m.writeKeyFile(secret, a)];
    """,
        PASSPHRASE,
    )
    return secret, json.loads(text)


def read(page: Page, file: Any, passphrase: str = PASSPHRASE) -> str:
    text = file if isinstance(file, str) else json.dumps(file, separators=(",", ":"))
    return str(call(page, "keyfile.js", READ, {"text": text, "passphrase": passphrase}))


def test_the_file_opens_with_its_passphrase_and_says_nothing_of_the_key(page: Page) -> None:
    secret, file = written(page)
    assert read(page, file) == secret
    assert read(page, file, "correct Horse, bateri\u0301a") == secret  # the same letters, spelt another way
    assert secret not in json.dumps(file)
    assert file["kdf"]["iterations"] >= 600_000
    assert (file["format"], file["version"]) == ("hustings-trustee-key", 1)


def test_a_wrong_passphrase_a_changed_field_and_a_foreign_file_are_told_apart(page: Page) -> None:
    _, file = written(page)
    other, _ = written(page)
    assert read(page, file, "correct horse, batería") == "passphrase"
    assert read(page, file | {"public_key": other}) == "passphrase"
    assert read(page, file | {"version": 2}) == "passphrase"  # a trustee of a group: the file's head is sealed with it
    assert read(page, file | {"version": 3}) == "version"
    assert read(page, file | {"format": "something else"}) == "form"
    assert read(page, file | {"kdf": file["kdf"] | {"iterations": 1}}) == "form"
    assert read(page, file | {"data": "***"}) == "form"
    assert read(page, "not JSON") == "form"
    assert read(page, "null") == "form"


def test_a_file_written_by_the_first_version_opens_in_every_later_one(page: Page) -> None:
    kept = json.loads((ROOT / "tests" / "vectors" / "keyfile.json").read_text())
    assert read(page, kept["file"], kept["passphrase"]) == kept["private_key"]


def test_a_short_passphrase_is_refused(page: Page) -> None:
    said = call(page, "keyfile.js", "return m.writeKeyFile(7n, 'eleven char').catch((e) => e.message);")
    assert said == "The passphrase is too short."
