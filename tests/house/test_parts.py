"""The shared parts of a page, rendered: labels belong to controls, marks to words, widths to figures."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parents[2] / "templates"
AT = datetime(2026, 11, 3, 6, 52, tzinfo=UTC)
LONG_NAME = "Allied Machine, Electrical, Transport, Warehouse and Cold Storage Workers of the Upper Val"


class Page(HTMLParser):
    """Tags with their attributes in order, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def moment(at: datetime, style: str = "short") -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), style)


def render(part: str, call: str, **facts: object) -> Page:
    page = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    page.filters |= {
        "numberformat": lambda number: f"{number:,}",
        "name": lambda name: Markup("<bdi>{}</bdi>").format(name),
    }
    page.globals |= {
        "csrf_token": lambda: "token",
        "when": moment,
        "say": lambda thing: thing.text,
        "remedy": lambda thing: thing.remedy,
    }
    return Page(page.from_string(f"{{% import 'parts/{part}.html' as part %}}{{{{ part.{call} }}}}").render(**facts))


CONTROLS = [
    "field('claim', 'The claim', 'x', 'As on the floor.', problems, maxlength=200)",
    "textarea('claim', 'The claim', 'x', 'As on the floor.', problems, tools=True, preview_url='/preview')",
    "select('claim', 'The claim', [('a', 'A'), ('b', 'B')], 'b', 'As on the floor.', problems)",
    "file('claim', 'The claim', 'As on the floor.', problems, '.csv')",
    "tick('claim', 'The claim', True, 'As on the floor.', problems)",
    "radios('claim', 'The claim', [('a', 'A'), ('b', 'B')], 'b', 'As on the floor.', problems)",
    "ticks('claim', 'The claim', [('a', 'A'), ('b', 'B')], ['b'], 'As on the floor.', problems)",
]


@pytest.mark.parametrize("call", CONTROLS)
def test_a_control_has_a_label_and_names_its_hint_and_its_problem(call: str) -> None:
    page = render("forms", call, problems={"claim": "The claim is too long."})
    ids = {attrs.get("id") for _, attrs in page.tags}
    described = [attrs for _, attrs in page.tags if attrs.get("aria-describedby")]
    assert described
    assert set(str(described[0]["aria-describedby"]).split()) <= ids
    assert described[0]["aria-invalid"] == "true"
    assert "f-claim" in ids
    assert any(label.get("for") == "f-claim" for label in page.all("label")) or page.all("legend")
    assert "The claim is too long." in page.text


@pytest.mark.parametrize("call", CONTROLS)
def test_a_control_without_a_problem_is_not_called_invalid(call: str) -> None:
    page = render("forms", call, problems=None)
    assert not any("aria-invalid" in attrs for _, attrs in page.tags)


def test_what_was_typed_comes_back_as_text_and_never_as_markup() -> None:
    page = render("forms", "textarea('post', 'Your post', typed)", typed="</textarea><script>alert(1)</script>")
    assert page.all("script") == []


def test_the_summary_of_problems_links_to_each_field() -> None:
    page = render("forms", "errors({'claim': 'Too long.', '': 'It closed.'}, 'Your argument was not moved')")
    assert [link["href"] for link in page.all("a")] == ["#f-claim"]
    assert "Nothing is lost" in page.text
    assert "It closed." in page.text


def test_no_problems_make_no_summary() -> None:
    assert render("forms", "errors({}, 'Your argument was not moved')").tags == []


def test_a_barred_button_stays_reachable_and_says_why() -> None:
    page = render("forms", "submit('Close the debate', why='Local 156 has no hall.')")
    (button,) = page.all("button")
    assert button["aria-disabled"] == "true"
    assert "disabled" not in button
    assert button["aria-describedby"] in {attrs.get("id") for attrs in page.all("span")}


STAGES = [
    {"name": "Charged", "date": "26 Oct", "state": "done"},
    {"name": "Debating", "date": "2 to 22 Nov", "state": "now", "share": 143, "detail": "day 9 of 21"},
    {"name": "Voting", "date": "", "state": "next"},
]


def test_the_ribbon_marks_one_stage_as_current_and_never_overfills_it() -> None:
    page = render("ribbon", "ribbon(stages, 'question 14', 'the debate closes.', '/timetable')", stages=STAGES)
    assert [each.get("aria-current") for each in page.all("li")] == [None, "step", None]
    assert page.all("rect")[0]["width"] == "100"
    assert "Stage 2 of 3" in page.text


def test_a_ribbon_of_a_question_that_is_over_has_no_current_stage() -> None:
    page = render("ribbon", "ribbon(stages, 'question 14')", stages=[STAGES[0]])
    assert all("aria-current" not in each for each in page.all("li"))


def test_the_docket_never_asks_more_than_three_things() -> None:
    acts = [{"what": f"Act {number}", "long": "2 minutes", "url": "#"} for number in range(5)]
    assert len(render("docket", "docket(acts)", acts=acts).all("li")) == 3


def test_a_docket_without_acts_says_that_nothing_is_asked() -> None:
    assert "Nothing is asked of you today." in render("docket", "docket([])").text


@pytest.mark.parametrize(("letter", "shape"), [("A", "opt-a"), ("F", "opt-f"), ("G", "opt-none"), ("", "opt-none")])
def test_an_option_has_a_pattern_up_to_f_and_then_its_letter_alone(letter: str, shape: str) -> None:
    page = render("option", "opt(option)", option={"letter": letter, "title": LONG_NAME})
    assert shape in str(page.all("span")[0]["class"]).split()
    assert LONG_NAME in page.text


def test_an_argument_says_its_side_in_words_beside_the_colour() -> None:
    argument = SimpleNamespace(number=4, letter="A", side="against", url="/a/4")
    page = render("argtag", "argtag(argument)", argument=argument)
    assert page.all("a")[0]["href"] == "/a/4"
    assert page.text.split() == ["A-04,", "against", "A"]


def test_the_bar_of_readings_adds_up_to_the_whole() -> None:
    page = render("reading", "reading({'agree': 1, 'passed': 1, 'disagree': 1})")
    assert sum(float(str(bar["width"]).rstrip("%")) for bar in page.all("rect")) == pytest.approx(100, abs=0.11)


def test_an_argument_nobody_read_shows_no_bar() -> None:
    page = render("reading", "reading({'agree': 0, 'passed': 0, 'disagree': 0})")
    assert page.all("rect") == []
    assert "Nobody has read it yet." in page.text


def a_post(**changes: object) -> SimpleNamespace:
    facts = {"number": 14, "url": "/halls/3/posts/14", "author": "Marta Quill", "at": AT, "office": ""}
    return SimpleNamespace(**{**facts, "html": Markup("<p>Said.</p>"), **changes})


def test_a_leadership_post_is_marked_in_words() -> None:
    assert "Leadership" in render("post", "post(one)", one=a_post(office="officer")).text


def test_a_hidden_post_keeps_its_number_and_shows_the_ground_but_not_the_text() -> None:
    hidden = {"by": "Idris Bell", "at": AT, "ground": "personal data"}
    page = render("post", "post(one)", one=a_post(hidden=hidden))
    assert page.all("div")[0]["id"] == "p14"
    assert "personal data" in page.text
    assert "Said." not in page.text


@pytest.mark.parametrize(
    "call",
    ["textarea('why', 'Reason', '', 'Public.', problems, at='-7')", "radios('why', 'Reason', [(1, 'No')], at='-7')"],
)
def test_a_form_that_stands_twice_has_ids_of_its_own(call: str) -> None:
    page = render("forms", call, problems={"why": "Too long."})
    ids = [each["id"] for each in page.all("textarea", "fieldset", "p") if each.get("id")]
    assert ids
    assert all(str(each).startswith("f-why-7") for each in ids)
    assert all(each["for"] in ids for each in page.all("label") if each.get("for"))
    told = [str(each["aria-describedby"]).split() for each in page.all("textarea") if each.get("aria-describedby")]
    assert all(each in ids for line in told for each in line)


@pytest.mark.parametrize("count", [0, 1, 200])
def test_the_charge_board_holds_any_number_of_locals(count: int) -> None:
    local = {
        "name": LONG_NAME,
        "state": "part",
        "note": "1 of 2",
        "opened": "2 Nov",
        "held": 1,
        "posts": 3,
        "url": "#",
    }
    page = render("board", "board(locals, 2)", locals=[{**local, "number": at} for at in range(count)])
    assert len(page.all("li")) == count
    assert bool(page.all("h2")) == (count == 0)


def test_the_worklist_paints_only_its_first_act_red_and_folds_what_is_done() -> None:
    act = {"label": "Do it", "url": "/do", "post": True}
    items = [{"what": f"Thing {at}", "why": "", "done": at == 2, "acts": [act]} for at in range(3)]
    page = render("worklist", "worklist(items)", items=items)
    assert [str(each["class"]) for each in page.all("button")] == ["btn btn-main", "btn"]
    assert len(page.all("details")) == 1
    assert len([each for each in page.all("input") if each["name"] == "csrf_token"]) == 2


def test_every_obstacle_stands_with_its_remedy() -> None:
    items = [SimpleNamespace(code=code, text=f"No {code}.", remedy=f"Name {code}.") for code in ("tellers", "trustees")]
    page = render(
        "obstacles",
        "obstacles(items, 'Before', links={'tellers': {'url': '/t', 'label': 'Go'}})",
        items=items,
    )
    assert "2 things are missing." in page.text
    assert all(words in page.text for words in ("No tellers.", "Name tellers.", "No trustees.", "Name trustees."))
    assert [each["href"] for each in page.all("a")] == ["/t"]


@pytest.mark.parametrize(("count", "step"), [(0, 0), (1, 0), (2, 2), (6, 5), (1944, 22), (2804, 23), (1_000_000, 40)])
def test_the_line_of_an_argument_widens_half_a_step_for_half_a_doubling(count: int, step: int) -> None:
    assert render("stream", f"width({count})").text == str(step)


def test_the_picture_groups_by_the_option_argued_and_shows_both_figures_beside_marks_of_one_measure() -> None:
    mark = SimpleNamespace(
        tag={"number": 17, "letter": "B", "side": "for"}, claim="Two tiers stay.", moved=1306, weighed=498,
        moved_path="M84 5h8", weighed_path="M70 5h8", locals=["88"], small=True, national=False,
    )  # fmt: skip
    groups = [
        SimpleNamespace(option={"letter": "B", "title": "Reject"}, side="for", rows=[mark, mark]),
        SimpleNamespace(option={"letter": "A", "title": "Accept"}, side="for", rows=[]),
    ]
    told = SimpleNamespace(frame=SimpleNamespace(unit=50, width=300, height=50, left=83), groups=groups)
    page = render("marks", "picture(told, True)", told=told)
    assert [str(each["class"]) for each in page.all("section")] == ["mgroup opt-b", "mgroup opt-a"]
    assert [each["viewbox"] for each in page.all("svg") if each.get("class") == "marks"] == ["0 0 300 50"] * 2
    for words in ("1,306", "498", "Local 88; a small local", "Each mark is 50 ballots"):
        assert words in page.text
    assert "No argument for this option is in the digest." in page.text


def test_an_entry_that_is_not_public_shows_its_hash_and_nothing_else() -> None:
    entry = {
        "number": 7,
        "at": AT,
        "act": "",
        "who": "Grace Amadi",
        "text": "secret",
        "hash": "5f3a91c077de1b42ff",
        "url": "/log/7",
    }
    page = render("record", "log(entries)", entries=[entry])
    assert "5f3a91c077de1b42" in page.text
    assert "Grace Amadi" not in page.text
    assert "secret" not in page.text


def test_a_pager_with_nowhere_to_go_is_not_there() -> None:
    assert render("record", "pager(none, none)").tags == []
    assert [each["href"] for each in render("record", "pager('/new', none)").all("a")] == ["/new"]


@pytest.mark.parametrize(("letter", "value"), [("A", "url(#pat-a)"), ("G", "var(--news)"), ("", "var(--news)")])
def test_a_drawing_takes_the_pattern_of_the_option(letter: str, value: str) -> None:
    assert render("patterns", f"fill('{letter}')").text == value
