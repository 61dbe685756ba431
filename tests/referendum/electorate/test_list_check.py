"""A wrong list of codes is refused in words, whatever is wrong with it."""

import copy
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forum.kernel.errors import Refused
from referendum.crypto.canonical import Malformed
from referendum.crypto.group import P
from referendum.electorate import code_list
from referendum.electorate.code_list import ListHeader, PartFile, list_id_of
from referendum.electorate.list_check import ListCheck, check_header
from referendum.electorate.making import make
from tests.referendum.electorate.own_machine import OwnMachine

Rows = list[list[str]]


class Uploaded:
    """The parts of a list of seven codes and twenty spares, and the roll they are for."""

    def __init__(self, folder: Path) -> None:
        machine = OwnMachine(folder, spares=20)
        make(machine.order())
        self.paths = sorted((folder / "out" / "upload").iterdir())
        self.vote = ("pubvote", machine.header.uuid_v, machine.header.uuid_c)
        self.tellers = machine.header.tellers
        self.header = PartFile(self.paths[0]).header

    def check(self, header: ListHeader | None = None) -> None:
        header = header or PartFile(self.paths[0]).header
        check_header(header, self.vote, 7, self.tellers)
        check = ListCheck(header, 7)
        for path in self.paths:
            check.part(PartFile(path))
        check.finish()

    def forge(self, change: Callable[[Rows], object], *, named: bool = True) -> None:
        """Other lines, under a head that names them as a program would that is wrong or lies; or under the old one."""
        hashes, heads, bodies = [], [], []
        rows: Rows = []
        for path in self.paths:
            head, *lines = gzip.decompress(path.read_bytes()).splitlines()
            heads.append(json.loads(head))
            rows += [json.loads(line) for line in lines]
        change(rows)
        step = -(-len(rows) // len(self.paths))
        for place in range(len(self.paths)):
            body = b"".join(_line(row) for row in rows[place * step : (place + 1) * step])
            bodies.append(body)
            hashes.append(code_list.hashlib.sha256(body).hexdigest())
        for path, head, body in zip(self.paths, heads, bodies, strict=True):
            head["list_id"] = list_id_of(hashes) if named else head["list_id"]
            path.write_bytes(gzip.compress(_line(head) + body))


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Uploaded:
    return Uploaded(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def uploaded(made: Uploaded, tmp_path: Path) -> Uploaded:
    """A list of its own for each test, of the same codes."""
    own = copy.copy(made)
    own.paths = [Path(shutil.copy(path, tmp_path)) for path in made.paths]
    return own


def test_a_list_in_several_parts_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("referendum.electorate.list_writing.CODES_IN_A_PART", 10)
    uploaded = Uploaded(tmp_path)
    assert len(uploaded.paths) == 3
    uploaded.check()
    uploaded.paths.reverse()
    with pytest.raises(Refused, match="not those that the list names"):
        uploaded.check()


def _replace(rows: Rows, kind: str, value: str) -> None:
    next(row for row in rows if row[0] == kind)[1] = value


def _sorted(rows: Rows) -> None:
    rows.sort(key=lambda row: ("VCS".index(row[0]), code_list.hash_of(row[1]) if row[0] != "S" else ""))


def _foreign(rows: Rows) -> None:
    _replace(rows, "V", str(P - int(next(row for row in rows if row[0] == "V")[1])))  # of twice the order
    _sorted(rows)


def _state(rows: Rows, kind: str, old: str, new: str) -> None:
    next(row for row in rows if row[0] == kind and row[2] == old)[2] = new


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_foreign, "Part 1 holds a credential that is not an element of the group"),
        (lambda rows: rows.insert(0, list(rows[0])), "twice, or out of its order"),
        (lambda rows: rows.reverse(), "twice, or out of its order"),
        (lambda rows: rows.pop(0), "and 7 members may vote|spare codes; its head"),
        (lambda rows: _state(rows, "V", "spare", "issued"), "holds 8 codes, and 7 members"),
        (lambda rows: _state(rows, "C", "issued", "spare"), "holds 6 codes, and 7 members"),
        (lambda rows: rows.pop(), "The sealed list in it"),
        (lambda rows: _replace(rows, "V", "12x"), "out of its order|not an element"),
        (lambda rows: rows.append(["X", "1", "issued"]), "cannot be read to its end"),
        (lambda rows: rows.append(["V", "1", "revoked"]), "cannot be read to its end"),
    ],
)  # fmt: skip
def test_wrong_lines_are_refused(uploaded: Uploaded, change: Callable[[Rows], object], said: str) -> None:
    uploaded.forge(lambda rows: None)
    uploaded.check()
    uploaded.forge(change)
    with pytest.raises(Refused, match=said):
        uploaded.check()


def test_a_list_whose_codes_and_spares_were_exchanged_on_the_way_is_refused(uploaded: Uploaded) -> None:
    def exchange(rows: Rows) -> None:
        first = next(row for row in rows if row[0] == "V" and row[2] == "issued")
        _state(rows, "V", "spare", "issued")
        first[2] = "spare"

    uploaded.forge(exchange, named=False)
    with pytest.raises(Refused, match="not those that the list names"):
        uploaded.check()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vote": "another"}, "made for another vote"),
        ({"uuid_c": "zzzzzzzzzzzzzz"}, "made for another vote"),
        ({"size": 8}, "holds 8 codes, and 7 members may vote"),
        ({"spares": 19}, "At least 20 are needed"),
        ({"list_key": "4"}, "does not fit the tellers’ shares"),
        ({"list_key": str(P - 1)}, "does not fit the tellers’ shares"),
        ({"shares": ()}, "other tellers’ keys"),
        ({"sealed_hash": "0" * 64}, "not those that the list names"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_refused(uploaded: Uploaded, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        uploaded.check(replace(uploaded.header, **changes))


def test_a_share_of_another_key_is_refused(uploaded: Uploaded) -> None:
    first, second, third = uploaded.header.shares
    spoiled = (first, {**second, "public": third["public"]}, third)
    with pytest.raises(Refused, match="does not fit the tellers’ shares"):
        uploaded.check(replace(uploaded.header, shares=spoiled))


@pytest.mark.parametrize("cut", [1, 100, 400, 2000])
def test_a_part_that_was_cut_off_is_refused(uploaded: Uploaded, cut: int) -> None:
    whole = uploaded.paths[0].read_bytes()
    uploaded.paths[0].write_bytes(whole[:-cut])
    with pytest.raises((Refused, Malformed), match=r"cut off|cannot be read"):
        uploaded.check(uploaded.header)


NO_SENSE = "makes no sense"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({}, "not a part of a list"), ({"format": "another"}, "not a part of a list"),
        ({"version": 2}, "another version of the program"), ({"part": 0}, NO_SENSE), ({"part": 2}, NO_SENSE),
        ({"parts": True}, NO_SENSE), ({"parts": 10_001}, NO_SENSE), ({"list_id": "../../etc"}, NO_SENSE),
        ({"sealed_hash": "A" * 64}, NO_SENSE), ({"vote": 7}, NO_SENSE), ({"shares": [1]}, NO_SENSE),
        ({"shares": [{}] * 101}, NO_SENSE), ({"size": -1}, NO_SENSE), ({"size": 2**31}, NO_SENSE),
    ],
)  # fmt: skip
def test_a_head_that_makes_no_sense_is_no_part(uploaded: Uploaded, head: dict[str, object], said: str) -> None:
    first = json.loads(gzip.decompress(uploaded.paths[0].read_bytes()).splitlines()[0])
    uploaded.paths[0].write_bytes(gzip.compress(_line(first | head if head else head)))
    with pytest.raises(Malformed, match=said):
        PartFile(uploaded.paths[0])


def test_a_head_may_say_of_the_largest_list_what_it_says_of_a_small_one(uploaded: Uploaded) -> None:
    first = json.loads(gzip.decompress(uploaded.paths[0].read_bytes()).splitlines()[0])
    large = {"part": 10_000, "parts": 10_000, "size": 2**31 - 1, "spares": 0, "shares": [{}] * 100}
    uploaded.paths[0].write_bytes(gzip.compress(_line(first | large)))
    assert PartFile(uploaded.paths[0]).header.size == 2**31 - 1
