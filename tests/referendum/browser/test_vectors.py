"""The browser's cryptography against the vectors that Python made: the same numbers, the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from referendum.crypto.group import Q, seeded_draw
from tests.referendum.browser.conftest import call

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
pytestmark = pytest.mark.needs("chromium")

DRAW = """
    const draw = () => {
      if (!a.numbers.length) throw new Error('no more numbers');
      return BigInt(a.numbers.shift());
    };
"""


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


def numbers(seed: str, count: int) -> list[str]:
    """The first draws of a seeded source, as the browser is to use them."""
    draw = seeded_draw(seed)
    return [str(draw(Q)) for _ in range(count)]


def test_the_group_is_the_same_and_powers_agree(page: Page) -> None:
    expected = vectors("group")
    constants, powers, plain, members = call(
        page,
        "group.js",
        """
        const powers = a.powers_of_g.map(({exponent}) => BigInt(exponent));
        return [[m.NAME, m.P, m.Q, m.G].map(String), powers.map((e) => String(m.powerOfG(e))),
                powers.map((e) => String(m.power(m.G, e))), a.not_members.map((n) => m.isElement(BigInt(n)))];
    """,
        expected,
    )
    assert constants == [expected["group"], expected["p"], expected["q"], expected["g"]]
    wanted = [each["power"] for each in expected["powers_of_g"]]
    assert powers == wanted
    assert plain == wanted
    assert members == [False] * len(expected["not_members"])


def test_hashes_and_challenges_agree(page: Page) -> None:
    expected = vectors("hashing")
    hashes, challenges = call(
        page,
        "hash.js",
        """
        const hash = async ({text}) => [await m.hexHash(text), await m.base64Hash(text)];
        const hashes = await Promise.all(a.hashes.map(hash));
        const challenge = ({prefix, elements}) => m.hashToExponent(prefix, elements);
        const challenges = await Promise.all(a.challenges.map(challenge));
        return [hashes, challenges.map(String)];
    """,
        expected,
    )
    assert hashes == [[each["hex"], each["b64"]] for each in expected["hashes"]]
    assert challenges == [each["challenge"] for each in expected["challenges"]]


def test_voting_codes_are_read_and_derived_alike(page: Page) -> None:
    expected = vectors("credentials")
    derived, typed, refused = call(
        page,
        "credentials.js",
        """
        const derived = await Promise.all(a.cases.map(async ({code, uuid}) => {
          const secret = await m.secretCredential(code, uuid);
          return [String(secret), String(m.publicCredential(secret))];
        }));
        const typed = a.typed.map(({typed}) => m.normaliseCode(typed));
        return [derived, typed, a.not_codes.map((text) => m.normaliseCode(text))];
    """,
        expected,
    )
    assert derived == [[each["secret"], each["public"]] for each in expected["cases"]]
    assert typed == [each["code"] for each in expected["typed"]]
    assert refused == [None] * len(expected["not_codes"])


@pytest.mark.parametrize("which", ["vote", "citations"])
def test_with_the_same_draws_both_sides_write_the_same_ballot_bytes(page: Page, which: str) -> None:
    expected = vectors("elections")[which]
    questions = json.loads(expected["election"])["questions"]
    for case in expected["ballots"]:
        choices = [
            [1] + [0] * len(question["answers"]) if chosen is None else [0] * bool(question.get("blank")) + chosen
            for question, chosen in zip(questions, case["choices"], strict=True)
        ]
        made = call(
            page,
            "ballot.js",
            DRAW
            + """
            const election = await m.readElection(a.election);
            const made = await m.signBallot(await m.sealBallot(election, a.code, a.choices, {draw}), draw);
            return {...made, fingerprint: election.fingerprint};
        """,
            {
                "election": expected["election"],
                "code": case["code"],
                "choices": choices,
                "numbers": numbers(case["draw"], 400),
            },
        )
        assert made["text"] == case["ballot"]
        assert made["tracker"] == case["tracker"]
        assert made["credential"] == case["credential"]
        assert made["fingerprint"] == expected["fingerprint"]


CHECK = """
    const election = await m.readElection(a.election);
    const check = await import('/static/referendum/crypto/check.js');
    const fault = (e) => e.fault ?? String(e);
    const verdict = (text) => check.checkBallot(election, text).then(() => 'good', fault);
    return Promise.all(a.ballots.map(verdict));
"""


@pytest.mark.parametrize("which", ["vote", "citations"])
def test_the_browser_accepts_and_refuses_the_ballots_that_python_does(page: Page, which: str) -> None:
    expected = vectors("elections")[which]
    refused = expected.get("refused", [])
    ballots = [case["ballot"] for case in expected["ballots"]] + [case["ballot"] for case in refused]
    verdicts = call(page, "ballot.js", CHECK, {"election": expected["election"], "ballots": ballots})
    assert verdicts == ["good"] * len(expected["ballots"]) + [case["fault"] for case in refused]


def test_interval_proofs_hold_where_python_says_so(page: Page) -> None:
    cases = vectors("interval")["cases"]
    verdicts = call(
        page,
        "check.js",
        """
        const read = ([key, value]) => [key, BigInt(value)];
        const number = (object) => Object.fromEntries(Object.entries(object).map(read));
        return Promise.all(a.map((c) => m.holdsInterval(
          c.statement, number(c.ciphertext), c.values, c.proof.map(number), BigInt(c.public_key))));
    """,
        cases,
    )
    assert verdicts == [case["holds"] for case in cases]
    assert False in verdicts


def test_a_trustees_public_part_and_partial_decryption_are_the_same_bytes(page: Page) -> None:
    trustee, count = vectors("trustee"), vectors("count")
    public = call(
        page,
        "trustee.js",
        DRAW + "return m.publicPart(BigInt(a.key), draw);",
        {"key": trustee["private_key"], "numbers": numbers(trustee["draw"], 1)},
    )
    assert public == {name: trustee["public"][name] for name in ("pok", "public_key")}
    broken = call(
        page,
        "trustee.js",
        "return m.checkPublicPart(a).then(() => 'good', (e) => e.message);",
        trustee["broken"],
    )
    assert "false proof" in broken

    election = vectors("elections")["vote"]["election"]
    partial = call(
        page,
        "tally.js",
        DRAW
        + """
        const {readElection} = await import('/static/referendum/crypto/ballot.js');
        return m.partialDecryption(await readElection(a.election), a.tally, BigInt(a.key), {draw});
    """,
        {
            "election": election,
            "tally": count["encrypted_tally"],
            "key": count["private_key"],
            "numbers": numbers(count["draw"], 60),
        },
    )
    assert partial == count["partial_decryption"]

    second = call(
        page,
        "tally.js",
        DRAW
        + """
        const {readElection} = await import('/static/referendum/crypto/ballot.js');
        return m.secondProof(await readElection(a.election), a.tally, a.partial, BigInt(a.key), draw);
    """,
        {
            "election": election,
            "tally": count["encrypted_tally"],
            "partial": count["partial_decryption"],
            "key": count["private_key"],
            "numbers": numbers(count["second_draw"], 1),
        },
    )
    assert second == count["second_proof"]
