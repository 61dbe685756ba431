"""Reading roll files: as spreadsheets write them, and as they should not be."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.roll.cells import Entry, read_entry
from forum.roll.looking import Look
from forum.roll.roll_file import RollFile, decode, heading
from tests.forum.roll.files import GOOD, HEADINGS, roll, row

TODAY = date(2026, 11, 10)


def look(raw: bytes) -> tuple[list[Entry], Look]:
    text, problem = decode(raw)
    assert problem is None
    looking = Look(RollFile(text), TODAY)
    return [entry for chunk in looking.chunks() for entry in chunk], looking


def only_entry(raw: bytes) -> Entry:
    entries, looking = look(raw)
    assert looking.problems == []
    assert len(entries) == 1
    return entries[0]


def told(raw: bytes) -> list[tuple[int, str]]:
    return [(problem.line, problem.field) for problem in look(raw)[1].problems]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-le"),
        GOOD.encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        ("sep=;\n" + GOOD.replace(",", ";")).encode(),
        ("\n\n" + GOOD + "\n\n,,,,,,,,\n").encode(),
        GOOD.replace("\n", ",,\n").encode(),
        GOOD.replace("number,name,email", "Member Number,NAME,E-mail").encode(),
        GOOD.replace("1001,", '="1001",').replace("Marta Quill", "Marta\u00a0 Quill ").encode(),
    ],
)
def test_the_same_roll_is_read_from_every_shape_of_file(raw: bytes) -> None:
    entries, looking = look(raw)
    assert looking.problems == []
    assert [(each.number, each.name, each.since.year, each.office) for each in entries] == [
        ("1001", "Marta Quill", 2019, ""), ("1002", "Len Fairweather", 1984, "host"),
        ("1003", "دينا الخطيب", 2021, "officer"),
    ]  # fmt: skip


def test_a_file_in_windows_own_code_page_keeps_its_accents() -> None:
    assert only_entry(roll(row(name="José Núñez")).decode().encode("cp1252")).name == "José Núñez"


def test_leading_zeros_survive() -> None:
    assert only_entry(roll(row('"=""00123"""'))).number == "00123"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Member number", "number"), ("NÚMERO DE SOCIO", "number"), ("Prénom", ""), ("Correo electrónico", "email"),
     ("Sección", "local"), ("Conseil", "council"), ("País", "country"),
     ("Depuis", "since"), ("E-Mail Address", "email")],
)  # fmt: skip
def test_headings_are_known_in_three_languages(typed: str, meant: str) -> None:
    assert heading(typed) == meant


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named() -> None:
    columns, cells = HEADINGS.split(","), row("7").split(",")
    raw = ",".join([*reversed(columns), "shoe size"]) + "\n" + ",".join([*reversed(cells), "44"]) + "\n"
    entries, looking = look(raw.encode())
    assert entries[0].number == "7"
    assert looking.file.ignored == ["shoe size"]


BAD = {
    "an empty file": (b" \n", [(0, "")]),
    "headings alone": (roll(), [(0, "")]),
    "no headings": (row().encode(), [(1, "")]),
    "a missing column": (roll(row()).replace(b"since", b"nothing"), [(1, "since")]),
    "a heading twice": (roll(row()).replace(b"office", b"name"), [(1, "name"), (1, "office")]),
    "an empty number": (roll(row("")), [(2, "number")]),
    "a number in two lines": (roll(row("1"), row("2"), row("1")), [(4, "number")]),
    "a number Excel rounded": (roll(row("1.00123E+11")), [(2, "number")]),
    "a number with signs": (roll(row("1;DROP")), [(2, "number")]),
    "an empty name": (roll(row(name="")), [(2, "name")]),
    "a name of 201 letters": (roll(row(name="a" * 201)), [(2, "name")]),
    "a name without letters": (roll(row(name="12345")), [(2, "name")]),
    "a zero-width space in a name": (roll(row(name="Ann\u200b Bell")), [(2, "name")]),
    "a direction mark in a name": (roll(row(name="Ann\u202eBell")), [(2, "name")]),
    "a broken sign in a name": (roll(row(name="Ann \ufffd")), [(2, "name")]),
    "an e-mail without a domain": (roll(row(email="ann@bell")), [(2, "email")]),
    "two e-mails": (roll(row(email="a@b.org;c@d.org")), [(2, "email")]),
    "an e-mail with a header in it": (roll(row(email='"a@b.org\nBcc: x@y.org"')), [(2, "email")]),
    "no local": (roll(row(local="")), [(2, "local")]),
    "no council": (roll(row(council="")), [(2, "council")]),
    "a local in two councils": (roll(row("1"), row("2", council="Other")), [(3, "council")]),
    "no such country": (roll(row(country="Atlantis")), [(2, "country")]),
    "no such standing": (roll(row(standing="excellent")), [(2, "standing")]),
    "an empty standing": (roll(row(standing="")), [(2, "standing")]),
    "no such office": (roll(row(office="king")), [(2, "office")]),
    "a date that may be two": (roll(row(since="5/1/2019")), [(2, "since")]),
    "not a date": (roll(row(since="long ago")), [(2, "since")]),
    "a day that never was": (roll(row(since="2019-02-30")), [(2, "since")]),
    "a day to come": (roll(row(since="2031-01-01")), [(2, "since")]),
    "a cell too many": (roll(row() + ",more"), [(2, "")]),
    "an open quotation mark": (roll('1,"Ann,,,,', *[row(str(n)) for n in range(2, 40)]), [(2, "")]),
    "everything at once": (roll(row("", name="", local="", standing="x", since="x")),
                           [(2, "number"), (2, "name"), (2, "local"), (2, "standing"), (2, "since")]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_every_bad_line_is_named_with_its_number_and_column(case: str) -> None:
    raw, expected = BAD[case]
    assert told(raw) == expected


def test_a_duplicate_names_both_lines() -> None:
    (problem,) = look(roll(row("7"), row("8"), row("7")))[1].problems
    assert (problem.line, problem.facts["line"]) == (4, 2)


@pytest.mark.parametrize("raw", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7", b"a\x00b,c\n" * 3])
def test_what_is_no_text_is_refused_at_once(raw: bytes) -> None:
    assert decode(raw)[1] is not None


@pytest.mark.parametrize(
    ("cell", "read"),
    [("2019-05-01", date(2019, 5, 1)), ("2019/5/1", date(2019, 5, 1)), ("25/12/2019", date(2019, 12, 25)),
     ("12/25/2019", date(2019, 12, 25)), ("5/5/2019", date(2019, 5, 5)), ("01.05.2019", date(2019, 5, 1)),
     ("2019-05-01 00:00:00", date(2019, 5, 1)), ("43586", date(2019, 5, 1))],
)  # fmt: skip
def test_a_date_that_can_be_read_one_way_only_is_read(cell: str, read: date) -> None:
    assert only_entry(roll(row(since=cell))).since == read


def test_a_column_that_shows_its_order_once_is_read_so_throughout() -> None:
    entries, looking = look(roll(row("1", since="5/1/2019"), row("2", since="5/31/2019")))
    assert looking.problems == []
    assert entries[0].since == date(2019, 5, 1)


def test_a_column_that_contradicts_itself_is_not_guessed_at() -> None:
    assert told(roll(row("1", since="5/1/2019"), row("2", since="5/31/2019"), row("3", since="31/5/2019"))) == [
        (2, "since")
    ]


@pytest.mark.parametrize(
    "name",
    ["O'Brien-Łukasiewicz", "李小龍", "دينا الخطيب", "Nguyễn Thị Ánh", "'); DROP TABLE members;--",
     "<script>alert(1)</script>",
     "=HYPERLINK(1)", "Ada " + "b" * 86, "Zoë 🚂 Rail"],
)  # fmt: skip
def test_people_s_names_are_kept_as_they_are(name: str) -> None:
    assert only_entry(roll(row(name=name))).name == name


def test_two_ways_of_writing_one_letter_become_one() -> None:
    assert only_entry(roll(row(name="Jose\u0301"))).name == "Jos\u00e9"


def test_problems_beyond_five_hundred_are_counted_but_not_kept() -> None:
    looking = look(roll(*[row(str(n), name="") for n in range(700)]))[1]
    assert (looking.problem_count, len(looking.problems)) == (700, 500)


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    text, problem = decode(raw)
    if problem is None:
        looking = Look(RollFile(text), TODAY)
        assert list(looking.chunks()) or looking.problems


@settings(max_examples=150)
@given(st.lists(st.lists(st.text(max_size=20), max_size=11), max_size=8), st.sampled_from(",;\t"))
def test_no_cells_under_good_headings_make_the_reader_fail(rows: list[list[str]], sign: str) -> None:
    text = "\n".join([HEADINGS.replace(",", sign), *(sign.join(cells) for cells in rows)])
    looking = Look(RollFile(text), TODAY)
    entries = [entry for chunk in looking.chunks() for entry in chunk]
    assert len({entry.number for entry in entries}) == len(entries) or looking.problems


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(HEADINGS.split(",")), st.text(max_size=300)))
def test_a_row_is_an_entry_or_says_what_is_wrong(cells: dict[str, str]) -> None:
    read = read_entry(2, cells, order="", today=TODAY)
    assert isinstance(read, Entry) or read
