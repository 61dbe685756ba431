"""The browser's half of a ceremony against Python's: the same cipher, and members of both kinds in one group."""

import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from playwright.sync_api import Page

from referendum.crypto import ceremony
from referendum.crypto.group import power_of_g
from referendum.crypto.threshold import certs_fingerprint
from tests.referendum.browser.conftest import call

pytestmark = pytest.mark.needs("chromium")

CIPHER = """
    const bytes = (length, value) => new Uint8Array(length).fill(value);
    const made = [];
    for (const [nonce, length] of a) {
      const sealed = await m.encryptCcm(bytes(32, 7), bytes(nonce, 3), bytes(length, 65));
      const opened = await m.decryptCcm(bytes(32, 7), bytes(nonce, 3), sealed);
      const altered = Uint8Array.from(sealed, (byte, at) => at === sealed.length - 1 ? byte ^ 1 : byte);
      const refused = await m.decryptCcm(bytes(32, 7), bytes(nonce, 3), altered).then(() => false, () => true);
      made.push([[...sealed], opened.length === length && opened.every((byte) => byte === 65), refused]);
    }
    return made;
"""


def test_the_browser_s_cipher_is_python_s_and_refuses_what_was_altered(page: Page) -> None:
    asked = [(13, 0), (13, 1), (13, 16), (13, 1000), (12, 66_000)]
    made = call(page, "ccm.js", CIPHER, asked)
    for (nonce, length), (sealed, opened, refused) in zip(asked, made, strict=True):
        expected = AESCCM(bytes([7]) * 32, tag_length=8).encrypt(bytes([3]) * nonce, b"A" * length, None)
        assert bytes(sealed) == expected
        assert (opened, refused) == (True, True)


def test_members_in_browsers_and_on_the_command_line_make_one_key_and_a_false_share_is_named(page: Page) -> None:
    seeds = [ceremony.new_seed() for _ in range(3)]
    texts = [call(page, "ceremony.js", "return m.makeCertificate(a)", seeds[0])]
    texts += [ceremony.make_cert(seed).text for seed in seeds[1:]]
    certs = ceremony.check_certs(texts)
    assert call(page, "ceremony.js", "return m.fingerprintOf(a)", texts) == certs_fingerprint(certs)
    group = {"certificates": texts, "threshold": 2}
    shares = [call(page, "ceremony.js", "return m.makeShares(a.seed, a)", {"seed": seeds[0], **group})]
    shares += [ceremony.make_polynomial(seed, certs, 2).text for seed in seeds[1:]]
    read = [ceremony.check_polynomial(certs, 2, number, text) for number, text in enumerate(shares, start=1)]
    given = {"seed": seeds[0], **group, "input": ceremony.input_of(read, 1)}
    outputs = [
        ceremony.check_output(read, 1, call(page, "ceremony.js", "return m.makeKey(a.seed, a)", given)),
        *(ceremony.make_output(seeds[at], certs, ceremony.input_of(read, at + 1)) for at in (1, 2)),
    ]
    made = ceremony.finished_group(certs, read, outputs, 2)
    private = call(
        page, "ceremony.js", "return String(await m.openKey(a[0], a[1]))", [seeds[0], outputs[0].decryption_key]
    )
    assert power_of_g(int(private)) == outputs[0].key.public
    sub_key = call(page, "threshold.js", "return String(await m.checkGroup(a))", json.loads(made.text))
    assert sub_key == str(made.sub_key)

    told = "return m.makeKey(a.seed, a).then(() => null, ({problem, from}) => [problem, from])"
    wrong = json.loads(given["input"])
    wrong["secrets"][2] = wrong["secrets"][1]
    assert call(page, "ceremony.js", told, given | {"input": json.dumps(wrong)}) == ["share", 3]
    wrong = json.loads(given["input"])
    wrong["coefexps"][1] = wrong["coefexps"][2]
    assert call(page, "ceremony.js", told, given | {"input": json.dumps(wrong)}) == ["shares", 2]
    assert call(page, "ceremony.js", told, given | {"seed": ceremony.new_seed()}) == ["not-yours", 0]
    assert call(page, "ceremony.js", told, given | {"certificates": [*texts[:2], texts[1]]}) == ["certificate", 0]
