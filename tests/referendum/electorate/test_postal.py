"""Postal addresses out of the office's file, and where a letter goes without one."""

import re
import zlib
from pathlib import Path

import pytest

from referendum.crypto.canonical import Malformed
from referendum.electorate.making import make
from referendum.electorate.postal import PostalFile
from tests.referendum.electorate.own_machine import OwnMachine

OFFICE = (
    "number,name,line1,line2,line6\r\n"
    '7005,Ana,"12 Long Street, 3rd floor", ,Springfield\r\n'
    " 7002 ,Ana Núñez,Calle Núñez 3,,\r\n"
    "70,short\r\n"
    "\r\n"
    "7,Ana,1 Short Street,,"
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "postal.csv"
    path.write_text(OFFICE, encoding="utf-8-sig", newline="")
    return path


def test_a_member_s_lines_are_found_by_number_wherever_the_row_stands(office: Path) -> None:
    postal = PostalFile(office)
    found = {number: postal.lines(number) for number in ("7005", "7002", "7", "70", "700", "")}
    assert found == {
        "7005": ["12 Long Street, 3rd floor", "Springfield"], "7002": ["Calle Núñez 3"], "7": ["1 Short Street"],
        "70": [], "700": [], "": [],
    }  # fmt: skip


def test_of_many_members_each_is_found(office: Path) -> None:
    rows = {str(number): f"{number} Elm Street" for number in range(1, 60)}
    office.write_text("number,line1\n" + "".join(f"{number},{line}\n" for number, line in rows.items()))
    postal = PostalFile(office)
    assert {number: postal.lines(number) for number in rows} == {number: [line] for number, line in rows.items()}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "columns number and line1"),
        (b"number,line2\n7,x\n", "columns number and line1"),
        (b"name,line1\n7,x\n", "columns number and line1"),
        ("number,line1\n7,Núñez\n".encode("latin-1"), "not UTF-8"),
        (b'number,line1\n7,"1 Short\nStreet"\n', "over several lines"),
    ],
)
def test_a_file_that_cannot_be_read_row_by_row_is_refused_in_words(office: Path, content: bytes, said: str) -> None:
    office.write_bytes(content)
    with pytest.raises(Malformed, match=said):
        PostalFile(office)


def test_a_letter_bears_the_office_s_address_and_else_local_and_number(office: Path, tmp_path: Path) -> None:
    machine = OwnMachine(tmp_path, members=9)
    make(machine.order(postal=office, chunk=9))
    (path,) = (machine.folder / "out" / "letters").iterdir()
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL)
    sheets = [re.findall(rb"\((.*?)\) Tj", zlib.decompress(each)) for each in packed if each.startswith(b"x\x9c")]
    told = [b"Calle N\xfa\xf1ez 3", b"12 Long Street, 3rd floor", b"Local 88", b"7002", b"7005", b"7008"]
    assert [[each for each in told if each in sheet] for sheet in sheets if sheet] == [told[:1], told[1:2], told[2::3]]
