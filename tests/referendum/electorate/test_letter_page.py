"""Letters for envelopes with windows: the address shows through, wherever the sheet slips, and nothing else does."""

import re

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
