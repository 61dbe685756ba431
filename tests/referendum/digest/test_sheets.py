"""What is printed can be read: nothing over the edge or over something else, and the square leads to the question."""

import re
import zlib
from dataclasses import dataclass, replace
from itertools import combinations

import pytest
import segno
from fpdf import FPDF

from referendum.digest.bulletin import Bulletin, Page, PrintedStatement, _Sheets, bulletin_pdf
from referendum.digest.bulletin_boxes import Box, Setter, balanced, split
from tests.referendum.digest.test_bulletin import bulletin

MM = 72 / 25.4
MARGIN = 12 * MM
FACES = {"Helvetica": ("helvetica", ""), "Helvetica-Bold": ("helvetica", "B"), "Times-Bold": ("times", "B"),
         "Courier": ("courier", "")}  # fmt: skip
DRAWN = re.compile(
    r"BT /(?P<face>F\d) (?P<size>[\d.]+) Tf ET|BT (?P<x>[\d.-]+) (?P<y>[\d.-]+) Td \((?P<text>.*)\) Tj ET"
    r"|(?P<line>[\d. -]+ m [\d. -]+) l S|(?P<box>[\d. -]+) re (?P<how>[fS])"
)
LINK = re.compile(rb"/URI \((.*?)\).*?/Rect \[([\d. -]+)\]", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """A piece of text, or another thing, and where it lies: points from the left and from the foot of the page."""

    left: float
    foot: float
    right: float
    top: float
    text: str = ""
    size: float = 0

    def over(self, other: "Mark") -> bool:
        return (
            self.left < other.right - 0.1 and other.left < self.right - 0.1
            and self.foot < other.top - 0.1 and other.foot < self.top - 0.1
        )  # fmt: skip

    def within(self, other: "Mark") -> bool:
        return (
            self.left >= other.left - 0.1 and self.right <= other.right + 0.1
            and self.foot >= other.foot - 0.1 and self.top <= other.top + 0.1
        )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One page: its texts, its rules across and down, its frames, and the modules of its square."""

    texts: list[Mark]
    across: list[Mark]
    down: list[Mark]
    frames: list[Mark]
    modules: list[Mark]


def sheets_of(pdf: bytes) -> list[Sheet]:
    named = dict(re.findall(rb"/(F\d) (\d+) 0 R", pdf))
    based = dict(re.findall(rb"(\d+) 0 obj\s*<<[^>]*?/BaseFont /([\w-]+)", pdf))
    faces = {name.decode(): FACES[based[number].decode()] for name, number in named.items()}
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [_sheet(zlib.decompress(each).decode("latin-1"), faces) for each in streams if each[:1] == b"x"]


def _sheet(drawn: str, faces: dict[str, tuple[str, str]]) -> Sheet:
    ruler, sheet, size = FPDF(unit="pt"), Sheet([], [], [], [], []), 0.0
    for line in drawn.splitlines():
        found = DRAWN.fullmatch(line)
        if found is None:
            continue
        if found["face"]:
            size = float(found["size"])
            ruler.set_font(*faces[found["face"]], size)
        elif found["text"] is not None:
            x, y, text = float(found["x"]), float(found["y"]), found["text"].rstrip()
            width = ruler.get_string_width(text)
            sheet.texts.append(Mark(x, y - 0.15 * size, x + width, y + 0.7 * size, text, size))
        elif found["line"]:
            x, y, x2, y2 = map(float, found["line"].replace("m ", "").split())
            (sheet.across if y == y2 else sheet.down).append(Mark(min(x, x2), min(y, y2), max(x, x2), max(y, y2)))
        else:
            x, y, width, height = map(float, found["box"].split())
            (sheet.modules if found["how"] == "f" else sheet.frames).append(Mark(x, y + height, x + width, y))
    return sheet


def paper_of(pdf: bytes) -> Mark:
    """What may be printed on: the page without its margins."""
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert found
    return Mark(MARGIN, MARGIN, float(found[1]) - MARGIN, float(found[2]) - MARGIN)


def told() -> Bulletin:
    """A sheet on which everything there can be stands: notes, answers, links, dates and a long foot."""
    sides = tuple(
        replace(side, arguments=tuple(
            replace(each, note="against B", answers=("Answered by A-77: They are put elsewhere.",),
                    link=f"https://hall.example/a/{letter}/{place}")
            for place, each in enumerate(side.arguments)
        ))
        for letter, side in zip("AB", bulletin(8).sides, strict=True)
    )  # fmt: skip
    paragraph = "We looked at it. " * 40
    statement = PrintedStatement("What we think", "Leadership, 1360 characters of 3000.", (paragraph, paragraph))
    return replace(bulletin(), sides=sides, title="Shall we ratify what was agreed? " * 4, statements=(statement,))


@pytest.mark.parametrize(("what", "page"), [(bulletin(), "A4"), (told(), "Letter")])
def test_no_text_runs_over_another_or_over_a_rule_or_off_the_paper(what: Bulletin, page: Page) -> None:
    pdf = bulletin_pdf(what, page)
    paper = paper_of(pdf)
    for sheet in sheets_of(pdf):
        assert sheet.texts
        assert [mark for mark in (*sheet.texts, *sheet.across, *sheet.frames) if not mark.within(paper)] == []
        assert [(a, b) for a, b in combinations(sheet.texts, 2) if a.over(b)] == []
        crossed = [replace(rule, foot=rule.foot - 0.3, top=rule.top + 0.3) for rule in sheet.across]
        assert [(rule, text) for rule in crossed for text in sheet.texts if rule.over(text)] == []
        (middle,) = sheet.down
        assert middle.left == middle.right == pytest.approx((paper.left + paper.right) / 2, abs=0.1)
        columns = [each for each in sheet.texts if middle.foot <= each.foot and each.top <= middle.top]
        assert [each for each in columns if each.left < middle.left < each.right] == []


def test_the_ballot_stands_in_its_frame_and_the_foot_below_its_rule() -> None:
    (sheet,) = sheets_of(bulletin_pdf(bulletin()))
    (frame,) = sheet.frames
    inside = [each.text for each in sheet.texts if each.within(frame)]
    assert inside == ["On the ballot", "A  Accept", "B  Reject"]
    assert not any(each.over(frame) for each in sheet.texts if not each.within(frame))
    rule = min(each.foot for each in sheet.across if each.right - each.left > 500)
    below = [each.text for each in sheet.texts if each.top < rule]
    assert below == ["https://hall.example/q/14", "A rule did.", "Digest " + "ab" * 32]
    assert min(each.foot for each in sheet.down) > rule


def test_the_square_is_the_address_of_the_question_beside_the_foot() -> None:
    pdf = bulletin_pdf(bulletin())
    (sheet,) = sheets_of(pdf)
    paper, square = paper_of(pdf), sheet.modules
    left, top, side = min(m.left for m in square), max(m.top for m in square), square[0].right - square[0].left
    rows = [bytes(row) for row in segno.make("https://hall.example/q/14", error="m").matrix_iter(border=0)]
    assert side * len(rows) == pytest.approx(26 * MM, abs=0.5)  # a phone reads it from a step away
    dark = {(round((top - m.top) / side), round((m.left - left) / side)) for m in square}
    assert dark == {(y, x) for y, row in enumerate(rows) for x, on in enumerate(row) if on}
    whole = Mark(left, top - 26 * MM, left + 26 * MM, top)
    assert whole.within(paper)
    assert not any(each.over(whole) for each in (*sheet.texts, *sheet.across))


def _place(rectangle: bytes) -> Mark:
    left, foot, right, top = map(float, rectangle.split())
    return Mark(left, min(foot, top), right, max(foot, top))


def test_on_a_screen_every_line_leads_to_its_own_argument() -> None:
    pdf = bulletin_pdf(told())
    sheet = sheets_of(pdf)[0]
    links = [(_place(place), link.decode()) for link, place in LINK.findall(pdf)]
    assert [link for _, link in links] == [f"https://hall.example/a/{letter}/{n}" for letter in "AB" for n in range(4)]
    for label in (each for each in sheet.texts if re.fullmatch(r"A-\d\d", each.text)):
        (own,) = [link for place, link in links if label.over(place)]
        assert own.endswith(f"/{int(label.text[2:])}")
    assert not any(a.over(b) for (a, _), (b, _) in combinations(links, 2))


def claims(what: Bulletin) -> list[float]:
    """The type of the claims, sheet by sheet; 0 where none stands."""
    return [max((each.size for each in sheet.texts if "night shift" in each.text), default=0)
            for sheet in sheets_of(bulletin_pdf(what))]  # fmt: skip


def test_the_type_is_as_large_as_the_sheet_allows_and_statements_leave_it_only_to_keep_the_rest_legible() -> None:
    assert claims(bulletin(2)) == [16.0]
    (alone,) = claims(bulletin())
    assert 10 <= alone < 16
    assert claims(replace(bulletin(), statements=told().statements)) == [alone, 0]
    (together,) = claims(replace(bulletin(2), statements=told().statements))
    assert together >= 10


def box(height: float, *, glued: bool = False) -> Box:
    return Box(height, lambda _x, _y: None, glued)


def test_what_fits_to_the_last_line_fits() -> None:
    two = split([box(4), box(6), box(10)], 10)
    assert two is not None
    assert [len(column) for column in two] == [2, 1]
    assert split([box(4), box(6), box(10.1)], 10) is None
    assert split([box(4), box(7), box(4), box(3)], 10) is None


def test_columns_that_do_not_hold_everything_are_full_and_what_is_too_high_stands_alone() -> None:
    first, second = balanced([box(1) for _ in range(30)], 10)
    assert (len(first), len(second)) == (10, 10)
    first, second = balanced([box(20), box(20), box(1)], 10)
    assert (len(first), len(second)) == (1, 1)


def test_no_line_of_a_paragraph_stands_alone_in_a_column() -> None:
    pdf = FPDF()
    pdf.add_page()
    setter = Setter(pdf, 10, 80)
    lines = setter.paragraph("We looked at it for a long time. " * 8)
    assert len(lines) > 4
    assert [each.glued for each in lines] == [True, *[False] * (len(lines) - 3), True, False]
    assert [each.glued for each in setter.paragraph("One.")] == [False]


def test_no_heading_and_no_title_is_parted_from_what_it_stands_over() -> None:
    sheets = _Sheets(told(), "A4")
    heading, title, who, first, *_ = sheets._statements(Setter(sheets.pdf, 10, 80))
    assert [each.glued for each in (heading, title, who, first)] == [True] * 4
    side = [each.glued for each in sheets._arguments(Setter(sheets.pdf, 10, 80))]
    assert side == [False, *([True, *[False] * 4] * 2), True, False], "the ballot, two sides of four, how to vote"
