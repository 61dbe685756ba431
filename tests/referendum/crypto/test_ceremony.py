"""The making of a threshold group: each step's message is checked, and whoever sent a wrong one is named."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referendum.crypto import ceremony
from referendum.crypto.canonical import Malformed
from referendum.crypto.envelope import LONG_TEXT, open_envelope, read_envelope, seal
from referendum.crypto.group import G, P, Q, power_of_g, seeded_draw
from referendum.crypto.threshold import certs_fingerprint
from referendum.crypto.trustee import public_key_of
from tests.referendum.crypto.made_group import make_group

DRAW = seeded_draw("ceremony")
MADE = make_group(3, 2, DRAW)
GIVEN = ceremony.input_of(MADE.polynomials, 1)
OUTSIDER = ceremony.new_seed(DRAW)


def changed(text: str, **fields: Any) -> str:
    return json.dumps(json.loads(text) | fields)


def test_the_seed_is_all_that_a_member_keeps() -> None:
    again = ceremony.make_cert(MADE.seeds[0])
    assert (again.verification, again.encryption) == (MADE.certs[0].verification, MADE.certs[0].encryption)
    assert again.file_id == MADE.certs[0].file_id
    assert power_of_g(MADE.private(1)) == MADE.group.keys[0].public


def test_a_seed_is_22_characters_that_cannot_be_misread() -> None:
    assert ceremony.is_seed(MADE.seeds[0])
    assert not any(ceremony.is_seed(text) for text in ("", MADE.seeds[0][1:], MADE.seeds[0] + "1", "0" * 22))


def test_the_fingerprint_tells_other_certificates_and_another_order() -> None:
    other = ceremony.make_cert(OUTSIDER, DRAW)
    shown = {certs_fingerprint(certs) for certs in (MADE.certs, MADE.certs[::-1], [*MADE.certs[:2], other])}
    assert len(shown) == 3


JUNK = st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@settings(max_examples=30)
@given(st.text(st.characters(), max_size=80) | JUNK.map(json.dumps))
@example("\ud800")
def test_any_text_in_the_place_of_a_message_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        ceremony.check_cert(text)
    with pytest.raises(Malformed, match="trustee 2: "):
        ceremony.check_polynomial(MADE.certs, 2, 2, text)
    with pytest.raises(Malformed, match="trustee 2: "):
        ceremony.check_output(MADE.polynomials, 2, text)
    with pytest.raises(Malformed):
        ceremony.make_output(MADE.seeds[0], MADE.certs, text)
    with pytest.raises(Malformed):
        ceremony.private_part(MADE.seeds[0], text)


def test_certificates_are_checked_one_by_one_and_together() -> None:
    texts = [cert.text for cert in MADE.certs]
    with pytest.raises(Malformed, match="trustee 2: the signature under the certificate"):
        ceremony.check_certs([texts[0], changed(texts[1], signature=json.loads(texts[0])["signature"]), texts[2]])
    with pytest.raises(Malformed, match="trustee 3: the certificate has a key of trustee 1"):
        ceremony.check_certs([*texts[:2], ceremony.make_cert(MADE.seeds[0]).text])
    with pytest.raises(Malformed, match="this one has 0"):
        ceremony.check_certs([])


def test_a_member_whose_certificate_was_left_out_makes_nothing() -> None:
    with pytest.raises(Malformed, match="your own certificate is not among"):
        ceremony.make_polynomial(OUTSIDER, MADE.certs, 2)
    with pytest.raises(Malformed, match="your own certificate is not among"):
        ceremony.make_output(OUTSIDER, MADE.certs, GIVEN)


@pytest.mark.parametrize("threshold", [0, 4, -1])
def test_a_threshold_that_does_not_fit_the_group_is_refused(threshold: int) -> None:
    with pytest.raises(Malformed, match="from 1 to 3"):
        ceremony.make_polynomial(MADE.seeds[0], MADE.certs, threshold)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("secrets", lambda sent: sent["secrets"][:2], "a list of 3 was expected"),
        ("secrets", lambda sent: [*sent["secrets"][:2], 5], "a text was expected"),
        ("secrets", lambda sent: [*sent["secrets"][:2], "{}"], "“alpha” is missing"),
        ("polynomial", lambda sent: changed(sent["polynomial"], alpha=str(P - 1)), "not made of elements"),
        ("polynomial", lambda sent: changed(sent["polynomial"], data="xy"), "no content"),
        ("polynomial", lambda sent: changed(sent["polynomial"], data="00" * 8), "no content"),
        ("polynomial", lambda sent: " " * 1_000_001, "too long"),
        ("coefexps", lambda sent: MADE.polynomials[0].coefexps.signed.as_json(), "signature under the coefficients"),
    ],
)
def test_a_polynomial_with_one_thing_wrong_is_refused(field: str, value: Any, words: str) -> None:
    text = MADE.polynomials[1].text
    with pytest.raises(Malformed, match=f"^trustee 2: .*{words}"):
        ceremony.check_polynomial(MADE.certs, 2, 2, changed(text, **{field: value(json.loads(text))}))


def test_a_polynomial_for_another_threshold_is_refused() -> None:
    text = ceremony.make_polynomial(MADE.seeds[1], MADE.certs, 3, DRAW).text
    with pytest.raises(Malformed, match="trustee 2: there are 3 coefficients, but the threshold is 2"):
        ceremony.check_polynomial(MADE.certs, 2, 2, text)


def wrong_secret(kind: str) -> str:
    """What trustee 2 may wrongly send to trustee 1."""
    first, second = MADE.certs[:2]
    seeds = MADE.seeds
    other = ceremony.make_polynomial(seeds[1], MADE.certs, 2, DRAW)
    inner = {"recipient": str(second.encryption), "message": '{"secret":"1"}'}
    return {
        "of another polynomial": lambda: other.secrets[0],
        "meant for another": lambda: MADE.polynomials[1].secrets[2],
        "signed by another": lambda: MADE.polynomials[2].secrets[0],
        "no secret": lambda: ceremony._send(seeds[1], first, {"polynomial": ["1"]}, DRAW),
        "not a number": lambda: ceremony._send(seeds[1], first, {"secret": "01"}, DRAW),
        "a giant": lambda: ceremony._send(seeds[1], first, {"secret": "1" * 200}, DRAW),
        "passed on": lambda: seal(
            first.encryption, ceremony.sign(json.dumps(inner), ceremony.signing_key(seeds[1]), DRAW).text, DRAW
        ).text,
    }[kind]()  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("of another polynomial", "the secret sent to you is not the one that the coefficients give"),
        ("meant for another", "does not open with this key"),
        ("signed by another", "the signature under a sealed message"),
        ("no secret", "“secret” is missing"),
        ("not a number", "the secret sent to you is not"),
        ("a giant", "the secret sent to you is not"),
        ("passed on", "written to somebody else"),
    ],
)
def test_who_sent_a_member_a_wrong_secret_is_named(kind: str, words: str) -> None:
    given = json.loads(GIVEN)
    given["secrets"][1] = wrong_secret(kind)
    with pytest.raises(Malformed, match=f"^trustee 2: .*{words}"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, json.dumps(given))


def test_coefficients_that_were_exchanged_on_the_way_are_found() -> None:
    other = ceremony.make_polynomial(MADE.seeds[2], MADE.certs, 2, DRAW)
    given = json.loads(GIVEN)
    given["coefexps"][2] = other.coefexps.signed.as_json()
    with pytest.raises(Malformed, match="trustee 3: the secret sent to you"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, json.dumps(given))


def test_a_member_s_own_polynomial_fixes_how_many_are_needed() -> None:
    with pytest.raises(Malformed, match="your own polynomial: a sealed message does not open"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, changed(GIVEN, polynomial=MADE.polynomials[1].own))
    larger = ceremony.make_polynomial(MADE.seeds[0], MADE.certs, 3, DRAW)
    with pytest.raises(Malformed, match="trustee 1: there are 2 coefficients, but the threshold is 3"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, changed(GIVEN, polynomial=larger.own))


def test_a_member_s_own_polynomial_is_the_one_that_all_were_shown() -> None:
    earlier = ceremony.make_polynomial(MADE.seeds[0], MADE.certs, 2, DRAW)
    with pytest.raises(Malformed, match="your own polynomial is not the one that you published"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, changed(GIVEN, polynomial=earlier.own))
    odd = ceremony._send(MADE.seeds[0], MADE.certs[0], {"polynomial": ["1", "x"]}, DRAW)
    with pytest.raises(Malformed, match="your own polynomial: a coefficient is no number"):
        ceremony.make_output(MADE.seeds[0], MADE.certs, changed(GIVEN, polynomial=odd))


def test_an_output_with_another_key_is_refused() -> None:
    for key in (public_key_of(5, draw=DRAW).as_json(), MADE.outputs[0].key.as_json()):
        with pytest.raises(Malformed, match="trustee 2: the verification key is not the one"):
            ceremony.check_output(MADE.polynomials, 2, changed(MADE.outputs[1].text, public_key=key))
    unproved = MADE.outputs[1].key.as_json() | {"pok": MADE.outputs[0].key.as_json()["pok"]}
    with pytest.raises(Malformed, match="trustee 2: the proof that the trustee holds"):
        ceremony.check_output(MADE.polynomials, 2, changed(MADE.outputs[1].text, public_key=unproved))


def test_a_decryption_key_serves_its_own_member_alone() -> None:
    with pytest.raises(Malformed, match="does not open with this key"):
        ceremony.private_part(MADE.seeds[1], MADE.outputs[0].decryption_key)
    forged = ceremony._send(MADE.seeds[1], MADE.certs[0], {"decryption_key": "5"}, DRAW)
    with pytest.raises(Malformed, match="the signature under a sealed message"):
        ceremony.private_part(MADE.seeds[0], forged)


def test_a_private_part_is_reduced_whoever_made_it() -> None:
    own = [MADE.seeds[0], MADE.certs[0]]
    unreduced = ceremony._send(*own, {"decryption_key": str(MADE.private(1) + 2 * Q)}, DRAW)
    assert ceremony.private_part(MADE.seeds[0], unreduced) == MADE.private(1)
    for seed, cert, output in zip(MADE.seeds, MADE.certs, MADE.outputs, strict=True):
        kept = ceremony._receive(seed, output.decryption_key, cert.verification, "decryption_key")
        assert int(str(kept)) < Q


@pytest.mark.parametrize("length", [1, LONG_TEXT - 1, LONG_TEXT])
def test_an_envelope_of_any_length_opens_for_its_reader_alone(length: int) -> None:
    text = "ñ" + "x" * (length - 2) if length > 1 else "x"
    sealed = read_envelope(seal(power_of_g(77), text, DRAW).text)
    assert open_envelope(sealed, 77) == text
    with pytest.raises(Malformed, match="does not open"):
        open_envelope(sealed, 78)


def test_an_envelope_that_was_altered_anywhere_does_not_open() -> None:
    sealed = seal(power_of_g(77), "a secret", DRAW).text
    whole = json.loads(sealed)
    data = whole["data"]
    for place in range(0, len(data), 2):
        other = data[:place] + f"{int(data[place : place + 2], 16) ^ 1:02x}" + data[place + 2 :]
        with pytest.raises(Malformed, match="does not open"):
            open_envelope(read_envelope(changed(sealed, data=other)), 77)
    for half in ("alpha", "beta"):
        with pytest.raises(Malformed, match="does not open"):
            open_envelope(read_envelope(changed(sealed, **{half: str(int(whole[half]) * G % P)})), 77)
