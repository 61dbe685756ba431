"""Key files, and the command that opens a trustee's part from one without the website."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from referendum.crypto.ballot import make_ballot, read_ballot
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.crypto.credentials import secret_of
from referendum.crypto.election import read_election
from referendum.crypto.group import P, draw_secret
from referendum.crypto.hashing import b64_hash
from referendum.crypto.joint import read_trustees
from referendum.crypto.keyfile import WrongPassphrase, read_key_file, write_key_file
from referendum.crypto.layout import signed_fields
from referendum.crypto.proofs import prove_knowledge
from referendum.crypto.tally import TallyProduct, check_partial, open_tally
from referendum.trustees.__main__ import DONE, REFUSED, UNREADABLE, main
from tests.referendum.browser.elections import MadeElection, make_election

PASSPHRASE = "four words nobody guesses"
SMALL = [{"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "?"}]


class Record:
    """The record of a small vote with two trustees, and its product."""

    def __init__(self, minimum: int = 1) -> None:
        self.made: MadeElection = make_election(
            SMALL, trustees=2, description=json.dumps({"minimum_ballots": minimum})
        )
        self.election = read_election(self.made.election.encode())
        raws = [make_ballot(self.election, code, [[1, 0]]) for code in self.made.codes]
        again = make_ballot(self.election, self.made.codes[0], [[0, 1]])
        product = TallyProduct(self.election)
        for raw in [again, *raws[1:]]:
            product.add(read_ballot(self.election, raw).ciphertexts)
        self.tally = product.close()
        self.value: dict[str, Any] = {
            "election": self.made.election, "trustees": self.made.trustees, "credentials": self.made.credentials,
            "ballots": [raw.decode() for raw in [*raws, again]],
            "encrypted_tally": self.tally.encrypted_bytes.decode(),
        }  # fmt: skip


@pytest.fixture(scope="module")
def record() -> Record:
    return Record()


@pytest.fixture(scope="module")
def key_text(record: Record) -> str:
    return write_key_file(int(record.made.private_keys[1]), PASSPHRASE)


@pytest.fixture
def run(record: Record, key_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def called(value: object = None, *, passphrase: str = PASSPHRASE, key: str = key_text, extra: tuple = ()) -> int:
        (tmp_path / "record.json").write_text(json.dumps(record.value if value is None else value))
        (tmp_path / "key.json").write_text(key)
        monkeypatch.setattr("sys.stdin", io.StringIO(passphrase + "\n"))
        out = str(tmp_path / "part.json")
        return main(["decrypt", str(tmp_path / "record.json"), str(tmp_path / "key.json"), "--out", out, *extra])

    return called


def test_a_key_file_is_read_back_with_its_passphrase_alone(record: Record, key_text: str) -> None:
    assert read_key_file(key_text, PASSPHRASE) == int(record.made.private_keys[1])
    with pytest.raises(WrongPassphrase):
        read_key_file(key_text, PASSPHRASE + "x")
    changed = json.loads(key_text) | {"public_key": "5"}
    with pytest.raises(WrongPassphrase):
        read_key_file(json.dumps(changed, separators=(",", ":")), PASSPHRASE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{" * 100_000, '{"format":"hustings-trustee-key"}', '{"format":1}'])
def test_what_is_no_key_file_is_called_so(text: str) -> None:
    with pytest.raises(Malformed):
        read_key_file(text, PASSPHRASE)


@pytest.mark.parametrize("rounds", [1, 10**9, "600000", True, None])
def test_a_key_file_that_would_be_weak_or_endless_to_open_is_refused(key_text: str, rounds: object) -> None:
    file = json.loads(key_text)
    file["kdf"]["iterations"] = rounds
    with pytest.raises(Malformed):
        read_key_file(json.dumps(file), PASSPHRASE)


def test_the_command_s_part_is_accepted_by_the_count(run, record: Record, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(extra=("--proofs",)) == DONE
    told = capsys.readouterr().err
    assert told.count(f"{len(record.value['ballots'])} ballots multiplied\n") == 1
    assert f"The part of trustee 2, on {len(record.made.codes)} ballots, is in {tmp_path / 'part.json'}." in told
    part = json.loads((tmp_path / "part.json").read_text())
    assert part["owner"] == 2
    public = read_trustees(record.made.trustees.encode())[1].public
    raw = part["partial_decryption"].encode()
    mine = check_partial(record.election, record.tally.ciphertexts, raw, public)
    (tmp_path / "first.json").write_text(write_key_file(int(record.made.private_keys[0]), PASSPHRASE))
    assert run(key=(tmp_path / "first.json").read_text()) == DONE
    other = json.loads((tmp_path / "part.json").read_text())
    first = check_partial(
        record.election, record.tally.ciphertexts, other["partial_decryption"].encode(),
        read_trustees(record.made.trustees.encode())[0].public,
    )  # fmt: skip
    assert open_tally(record.tally, {1: first, 2: mine}, read_trustees(record.made.trustees.encode())) == [[2, 1]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"encrypted_tally": "[[]]"}, "not the product"),
        ({"ballots": []}, "fewer than the rule"),
        ({"credentials": "[]"}, "not on the list"),
        ({"ballots": ["{}"]}, "cannot be counted"),
        ({"trustees": "[]"}, "no trustee"),
        ({"election": "no JSON"}, "not JSON"),
        ({"extra": 1}, "does not belong"),
    ],
)
def test_a_record_with_one_thing_wrong_is_not_opened(run, record: Record, wrong, said: str, capsys, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert run(record.value | wrong) == REFUSED
    assert said in capsys.readouterr().err
    assert not (tmp_path / "part.json").exists()


def resigned(record: Record, change: Callable[[Any], None]) -> dict[str, Any]:
    """The record with the first voter’s last ballot changed and signed, and the product that it gives."""
    body = json.loads(record.value["ballots"][-1])
    change(body["answers"][0])
    del body["signature"]
    digest = b64_hash(canonical_bytes(body))
    proof = prove_knowledge(f"sig|{digest}|", secret_of(record.made.codes[0], record.election.uuid), draw_secret)
    raws = [*record.value["ballots"][1:-1], canonical_bytes(signed_fields(body, digest, proof)).decode()]
    product = TallyProduct(record.election)
    for raw in raws:
        product.add(read_ballot(record.election, raw.encode()).ciphertexts)
    return record.value | {"ballots": raws, "encrypted_tally": product.close().encrypted_bytes.decode()}


def no_element(answer: Any) -> None:
    answer["choices"][0]["alpha"] = str(int(P) - int(answer["choices"][0]["alpha"]))


def test_a_record_that_would_find_out_a_bit_of_the_key_is_not_opened(run, record: Record, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(resigned(record, lambda answer: None)) == DONE
    assert run(resigned(record, no_element)) == REFUSED
    assert "the product of the ballots is not made of elements" in capsys.readouterr().err


def test_a_record_that_would_find_one_vote_out_is_not_opened(run, record: Record, capsys) -> None:  # type: ignore[no-untyped-def]
    heavy = json.loads(record.value["credentials"])
    heavy[0] += ",1000"
    assert run(record.value | {"credentials": json.dumps(heavy)}) == REFUSED
    assert "another weight than 1" in capsys.readouterr().err
    unsigned = json.loads(record.value["ballots"][0])
    unsigned["signature"]["proof"]["response"] = "5"
    made_up = [json.dumps(unsigned, separators=(",", ":")), *record.value["ballots"][1:]]
    assert run(record.value | {"ballots": made_up}) == REFUSED
    assert "its signature was not made with its credential" in capsys.readouterr().err


def test_the_minimum_in_the_election_s_own_text_binds_the_command(run, capsys) -> None:  # type: ignore[no-untyped-def]
    strict = Record(minimum=4)
    key = write_key_file(int(strict.made.private_keys[0]), PASSPHRASE)
    assert run(strict.value, key=key) == REFUSED
    assert "fewer than the rule" in capsys.readouterr().err


def test_a_wrong_passphrase_a_foreign_key_and_a_missing_file_are_told_apart(run, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(passphrase="wrong") == REFUSED
    assert "passphrase" in capsys.readouterr().err
    assert run(key=write_key_file(12345, PASSPHRASE)) == REFUSED
    assert "not one of this vote" in capsys.readouterr().err
    assert main(["decrypt", "/nowhere/record.json", "/nowhere/key.json"]) == UNREADABLE
