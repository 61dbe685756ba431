"""Letters for envelopes with windows: the address shows through, wherever the sheet slips, and nothing else does."""

import re
from itertools import pairwise

import pytest
import segno

from referendum.electorate.letter_page import SHEETS, WORDS, Letter, Letters

WORDS_OF = {name: f"The {name} says something that is long enough to stand on more than one line." for name in WORDS}
POINTS = 72 / 25.4
PLACED = re.compile(rb"BT ([\d.]+) ([\d.]+) Td(?: [^()]*)? \((.*?)\) Tj")
HEIGHTS = {"A4": 297.0, "Letter": 279.4}
CODE = "wEf-k5B-r35-PpC-dYF"
ADDRESS = ["Ana Núñez de la Cordillera", "12 Long Street", "Apartment 4", "Springfield, IL 62701", "USA"]


def placed(paper: str, address: list[str]) -> list[tuple[float, float, str]]:
    """(left, baseline from the top, text) of everything on the sheet, in millimetres."""
    letters = Letters(paper)
    letters._pdf.set_compression(False)
    letters.add(Letter(address, CODE, "https://vote.example/booth/x#code=" + CODE, WORDS_OF))
    return [
        (float(x) / POINTS, HEIGHTS[paper] - float(y) / POINTS, text.decode("latin-1"))
        for x, y, text in PLACED.findall(letters.content())
    ]


@pytest.mark.parametrize("paper", SHEETS)
def test_only_the_address_and_the_sender_stand_in_the_window(paper: str) -> None:
    left, top, right, bottom = SHEETS[paper].window
    inside = {text for x, y, text in placed(paper, ADDRESS) if left <= x <= right and top <= y <= bottom}
    assert set(ADDRESS) <= inside
    sender = {text for x, y, text in placed(paper, ADDRESS) if abs(y - SHEETS[paper].sender_top) < 8}
    assert inside - set(ADDRESS) <= sender


@pytest.mark.parametrize(("paper", "most"), [("A4", 6), ("Letter", 5)])
def test_an_address_that_is_too_long_or_too_wide_stays_inside_the_window(paper: str, most: int) -> None:
    wide = "W" * 90
    found = placed(paper, [wide, *map(str, range(10))])
    inside = [each for each in found if each[2].startswith("W") or each[2].isdigit()]
    assert len(inside) == most
    (cut,) = [text for _, _, text in inside if text.startswith("W")]
    assert 10 < len(cut) < 60
    left, top, right, bottom = SHEETS[paper].window
    assert all(left <= x <= right and top <= y <= bottom for x, y, _ in inside)


@pytest.mark.parametrize("paper", SHEETS)
def test_the_words_follow_each_other_with_room_for_the_square(paper: str) -> None:
    begins = {text.split()[1]: y for _, y, text in reversed(placed(paper, ADDRESS)) if text.startswith("The ")}
    order = ["sender", "heading", "title", "replaces", "runs", "booth", "warning", "secrecy"]
    assert sorted(begins, key=lambda name: begins[name]) == order
    assert begins["warning"] - begins["booth"] > 42 + 3
    assert begins["secrecy"] < HEIGHTS[paper] - 20


def test_no_10_envelopes_show_the_address_however_the_sheet_lies() -> None:
    """A sheet of 215.9 mm, folded to 93.1 mm, in an envelope of 241.3 by 104.8 mm; window 22.2 mm from the left, 12.7
    mm from below, 114.3 by 28.6 mm."""
    rows = [(x, y) for x, y, text in placed("Letter", ADDRESS) if text in ADDRESS]
    for slip_x in (0.0, 241.3 - 215.9):
        for slip_y in (0.0, 104.8 - 93.1):
            for x, y in rows:
                assert x + slip_x >= 22.2 - 0.1
                assert x + slip_x + 85 <= 22.2 + 114.3 + 25.4
                assert 104.8 - 12.7 - 28.6 <= y + slip_y <= 104.8 - 12.7


def test_the_square_leads_to_the_booth_with_the_code_in_the_fragment() -> None:
    link = "https://vote.example/booth/x#code=" + CODE
    letters = Letters("A4")
    letters._pdf.set_compression(False)
    letters.add(Letter(ADDRESS, CODE, link, WORDS_OF))
    wanted = [bytes(row) for row in segno.make(link, error="m", micro=False, mask=3).matrix_iter(border=2)]
    side = 42 / len(wanted) * POINTS
    boxes = [
        [float(number) / side for number in box]
        for box in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) -?[\d.]+ re f", letters.content())
    ]
    left, top = min(x for x, _, _ in boxes), max(y for _, y, _ in boxes)
    drawn = [bytearray(len(wanted)) for _ in wanted]
    for x, y, width in boxes:
        for place in range(round(width)):
            drawn[2 + round(top - y)][2 + round(x - left) + place] = 1
    assert drawn == wanted


def sheet_of(paper: str, *letters: Letter) -> bytes:
    made = Letters(paper)
    made._pdf.set_compression(False)
    for each in letters:
        made.add(each)
    assert made.count == len(letters)
    return made.content()


def letter(code: str = CODE, address: list[str] = ADDRESS, replaces: str = WORDS_OF["replaces"]) -> Letter:
    return Letter(address, code, "https://vote.example/booth/x#code=" + code, WORDS_OF | {"replaces": replaces})


@pytest.mark.parametrize(("paper", "folds"), [("A4", [105, 148.5, 210]), ("Letter", [93.1, 186.3])])
def test_marks_at_the_left_edge_say_where_the_sheet_is_folded(paper: str, folds: list[float]) -> None:
    drawn = re.findall(rb"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", sheet_of(paper, letter()))
    marks = [[float(number) / POINTS for number in mark] for mark in drawn]
    assert [HEIGHTS[paper] - y for _, y, _, _ in marks] == pytest.approx(folds, abs=0.1)
    assert all((x, y) == (0, end_y) and 3 < end < 6 for x, y, end, end_y in marks)


@pytest.mark.parametrize("paper", SHEETS)
def test_no_line_of_a_letter_stands_on_another_nor_on_the_square(paper: str) -> None:
    content = sheet_of(paper, letter())
    sizes = [float(size) for size in re.findall(rb"/F\d ([\d.]+) Tf", content)]
    assert max(sizes) == 22, "the code is what stands out"
    lines = sorted(
        (HEIGHTS[paper] - float(y) / POINTS, float(x) / POINTS) for x, y, _ in PLACED.findall(content)
    )  # fmt: skip
    gaps = [below[0] - above[0] for above, below in pairwise(lines)]
    assert min(gaps) > 2.2
    boxes = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (-?[\d.]+) re f", content)
    tops = [HEIGHTS[paper] - float(y) / POINTS for _, y, _, _ in boxes]
    top, foot = min(tops), max(tops) - min(float(height) for *_, height in boxes) / POINTS
    assert 36 < foot - top < 42
    assert [y for y, _ in lines if top - 1 < y < foot + 4] == [], "and quiet around it, so that it can be read"


def test_a_letter_that_replaces_none_has_no_gap_where_that_would_be_said() -> None:
    def heights(replaces: str) -> list[float]:
        content = sheet_of("A4", letter(replaces=replaces))
        return [float(y) for _, y, text in PLACED.findall(content) if text.startswith((b"The title", b"wEf"))]

    title, code = heights("")
    _, lower = heights(WORDS_OF["replaces"])
    assert title - code < 25 * POINTS
    assert lower < code


def test_every_sheet_has_its_own_code_and_address_and_blank_lines_leave_no_gap() -> None:
    other = "abC-d5E-f35-GhJ-kLM"
    content = sheet_of("A4", letter(), letter(other, ["Bo Lind", " ", "1 Short Street"]), letter())
    codes = [text.decode() for _, _, text in PLACED.findall(content) if text in (CODE.encode(), other.encode())]
    assert codes == [CODE, other, CODE]
    places = {text.decode("latin-1"): float(y) for _, y, text in PLACED.findall(content)}
    assert places["Bo Lind"] - places["1 Short Street"] == pytest.approx(4.4 * POINTS, abs=0.1)


@pytest.mark.parametrize(("paper", "letters"), [("A4", 48), ("Letter", 58)])
def test_a_line_somewhat_too_wide_is_set_smaller_and_not_cut(paper: str, letters: int) -> None:
    wide = "Ann " * (letters // 4)
    content = sheet_of(paper, letter(address=[wide, "1 Short Street"]))
    assert wide.strip().encode() in b"".join(text + b"|" for _, _, text in PLACED.findall(content))
    size = SHEETS[paper].points
    around = [float(each) for each in re.findall(rb"/F\d ([\d.]+) Tf", content)]
    assert any(5 <= each < size for each in around)
    assert size in around, "the next line is as large as ever"
