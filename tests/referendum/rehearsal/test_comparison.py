"""The comparison of processes: repeatable, true to its opinions, honest about who does not take part, and refused in
plain words where it cannot be made."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.kernel.database import db, transaction
from forum.questions.label import LabelFacts, label_rows, planned_facts
from forum.questions.process import StageKind
from forum.questions.templates import load_shipped, read_template, shipped_names
from forum.roll.models import Local, Member
from referendum.process.voting import Reason
from referendum.rehearsal import scenario
from referendum.rehearsal.comparison.assumed_file import BadAssumptions, read_assumptions
from referendum.rehearsal.comparison.assumptions import WHY, Assumptions, SeatsFollow, plain
from referendum.rehearsal.comparison.cli import compare
from referendum.rehearsal.comparison.comparison import Comparison, Row
from referendum.rehearsal.comparison.comparison import compare as compare_processes
from referendum.rehearsal.comparison.held import By
from referendum.rehearsal.comparison.matter import Matter, of_scenario
from referendum.rehearsal.comparison.picture import draw
from referendum.rehearsal.comparison.places import made_up
from referendum.rehearsal.comparison.seats import as_councils_think, gone_over
from referendum.rehearsal.comparison.sheet import lines
from referendum.rehearsal.comparison.speaking import lies_off
from referendum.rehearsal.comparison.union import draw_union
from tests.build_questions import make_question
from tests.build_referendum import certify, make_counted, make_open, make_undebated
from tests.conftest import NOW
from tests.people import Cast

ALIKE = replace(Assumptions(), lean=Fraction(1), lean_of_councils=Fraction(1), lean_of_retired=Fraction(1))
SMALL = ("--members", "6000", "--runs", "20")
RUN_OFF = """
name = "two-rounds"
title = "Two rounds"
[[stages]]
kind = "members_vote"
rule = "majority_run_off"
[[stages]]
kind = "run_off"
"""


def matter(*percents: int, members: int = 60_000, slates: tuple[str, ...] = ("Red", "Blue", "Red")) -> Matter:
    """A question whose opinions are known, on two slates."""
    shares = tuple(Fraction(each, 100) for each in percents)
    titles = tuple(f"Way {place}" for place in range(1, len(percents) + 1))
    return Matter("test", "Which way?", titles, slates[: len(percents)], shares, "Given.", members)


def compared(found: Matter, assumed: Assumptions = ALIKE, *, runs: int = 40, own: str = "") -> Comparison:
    process = read_template(own, union_size=0) if own else None
    return compare_processes(found, assumed, process, seed=1, runs=runs)


def row(told: Comparison, name: str) -> Row:
    return next(each for each in told.rows if each.compared.name == name)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(compare, arguments)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        outcome = invoke("iam-2024", *SMALL, "--seed", seed, "--out", str(tmp_path / folder))
        assert outcome.exit_code == 0, outcome.output
        assert outcome.output == (tmp_path / folder / "table.txt").read_text(encoding="utf-8")
    for name in ("table.txt", "result.json", "picture.svg"):
        first, again, other = ((tmp_path / folder / name).read_bytes() for folder in "abc")
        assert first == again
        assert first != other


def test_an_own_process_beside_the_known_ones_changes_none_of_their_numbers() -> None:
    with_own, without = compared(matter(55, 45), own=RUN_OFF), compared(matter(55, 45))
    assert [each.spread for each in with_own.rows[: len(without.rows)]] == [each.spread for each in without.rows]
    assert with_own.rows[-1].compared.name == "two-rounds"


def test_where_all_think_alike_every_process_agrees_and_says_what_all_members_think() -> None:
    told = compared(matter(70, 30))
    assert [each.compared.name for each in told.rows] == [
        "weiner", "dual", "ratification", "iam-2024", "iam-2015", "aft-2015",
    ]  # fmt: skip
    for each in told.rows:
        assert each.held is not None
        assert each.held.agreed == ("A+B" if each.compared.name == "dual" else "A")
        assert each.spread is not None
        assert abs(each.spread.middle - 0.7) < 0.03
        assert each.spread.low <= 0.7 <= each.spread.high


def test_a_union_whose_absent_members_think_otherwise_shows_it() -> None:
    """Most members are for B, but they are distant; who votes is for A, and a sample asks the distant too."""
    leans = {"keen": {"A": Fraction(3)}, "distant": {"A": Fraction(1, 3)}}
    told = compared(matter(48, 52), replace(ALIKE, leans=leans))
    assert told.letter == "B"
    voted, asked = row(told, "weiner"), row(told, "iam-2015")
    assert voted.held is not None
    assert voted.held.agreed == "A"
    assert voted.spread is not None
    assert asked.spread is not None
    assert voted.spread.high < asked.spread.middle < told.share
    assert any("−" in line and "weiner" in line for line in lines(told))


def test_which_way_the_absent_lean_is_told_as_a_draw_and_is_nothing_where_all_think_alike() -> None:
    for each in compared(matter(60, 40, members=6000), runs=20).rows:
        assert each.off is not None
        assert -0.05 < each.off.low <= each.off.high < 0.05, "what is left is the chance of the draw"
    told = compared(matter(60, 40), Assumptions(), runs=20)
    for each in told.rows:
        assert each.off is not None
        assert each.off.low < -0.01 < 0.01 < each.off.high
    assert "in 40 other unions" in " ".join(" ".join(lines(told)).split())


@pytest.mark.parametrize("name", ["weiner", "iam-2024", "iam-2015"])
def test_what_is_expected_of_a_union_is_what_its_runs_show(name: str) -> None:
    uneven = replace(Assumptions(), councils=10, size_spread=Fraction(20), lean_of_councils=Fraction(10))
    assumed = replace(uneven, leans={"keen": {"A": Fraction(3)}})
    told = compared(matter(48, 52, members=600_000), assumed)
    shown = row(told, name)
    assert shown.spread is not None
    expected = lies_off(shown.compared.process, told.union, assumed, told.option)
    assert expected is not None
    assert abs(expected - (shown.spread.middle - told.share)) < 0.01


@settings(max_examples=12)
@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=5), st.integers(200, 4000), st.integers(0, 2**40),
    st.sampled_from(list(SeatsFollow)), st.sampled_from([SeatsFollow.MEMBERS, SeatsFollow.OWN_MIND]),
)  # fmt: skip
def test_shares_are_parts_of_one_and_nobody_takes_part_twice(
    weights: list[int], members: int, seed: int, presidents: SeatsFollow, council: SeatsFollow
) -> None:
    shares = tuple(Fraction(each, sum(weights)) for each in weights)
    slates = tuple("ab"[place % 2] for place in range(len(weights)))
    titles = tuple(str(place) for place in range(len(weights)))
    found = Matter("test", "?", titles, slates, shares, "Given.", members)
    assumed = replace(Assumptions(), roll_call=presidents, council=council, councils=7, locals=21)
    told = compare_processes(found, assumed, read_template(RUN_OFF, union_size=0), seed=seed, runs=20)
    exact = [share * members for share in shares]
    assert told.union.members == members
    assert all(abs(told.union.counts[..., place].sum() - each) < 1 for place, each in enumerate(exact))
    for each in told.rows:
        assert each.held is not None
        assert len(each.held.ends) == sum(count for _, count in each.held.outcomes) == 20
        spoken = each.held.spoken
        assert spoken is not None
        assert np.allclose(spoken.shares[spoken.took_part > 0].sum(axis=1), 1)
        assert spoken.admitted <= members
        assert (spoken.took_part <= (spoken.asked if spoken.registered is None else spoken.registered)).all()
        for end in each.held.ends:
            assert set(end.letters) <= set(found.letters)
            assert bool(end.letters) == (end.reason is Reason.ELECTED)


@pytest.mark.parametrize("name", shipped_names())
def test_what_the_label_says_comes_from_the_template(name: str) -> None:
    process = load_shipped(name)
    told = row(compared(matter(60, 40, members=3000), runs=20), name)
    planned = label_rows(LabelFacts(**planned_facts(process)))  # type: ignore[arg-type]
    for code in ("debate", "locals", "everyone", "bound"):
        expected = next(each for each in planned if each.code == code)
        assert told.label[code].answer == expected.answer
    assert str(told.label["debate"].answer) == ("Yes" if process.debate else "No")
    assert str(told.label["bound"].answer).startswith("Yes" if process.mandate else "No")


def test_the_teachers_row_says_what_the_record_tells_and_no_more() -> None:
    told = compared(matter(60, 40, members=3000), runs=20)
    label = row(told, "aft-2015").label
    assert [str(label[code].answer) for code in ("debate", "everyone", "locals", "bound")] == [
        "Yes", "No", "Not documented", "Not documented",
    ]  # fmt: skip
    text = "\n".join(lines(told))
    assert "two national telephone town halls" in text
    assert "nothing is told to draw" in text


def test_a_process_by_slates_is_not_held_where_there_are_none() -> None:
    told = compared(matter(60, 40, members=3000, slates=("", "")), runs=20)
    assert {each.compared.name for each in told.rows if each.held is None} == {"dual", "iam-2024"}
    assert any("cannot be held" in line for line in lines(told))
    assert "cannot be held" in draw(told)


def test_an_electorate_that_lets_nobody_in_is_told_and_held_by_nobody() -> None:
    nobody = RUN_OFF + "[electorate]\nlocals = ['none such']\n"
    told = row(compared(matter(60, 40, members=3000), runs=20, own=nobody), "two-rounds")
    assert told.held is None
    assert told.compared.cannot.startswith("Nobody on the roll may vote")


def test_a_run_off_is_between_the_two_that_lead_and_the_third_goes_to_its_slate() -> None:
    """A has most at first, but C's members go over to B, of the same slate."""
    found = matter(40, 35, 25, slates=("Red", "Blue", "Blue"))
    told = compared(found, own=RUN_OFF)
    assert row(told, "weiner").held.agreed == "A"  # type: ignore[union-attr]
    assert row(told, "two-rounds").held.agreed == "B"  # type: ignore[union-attr]


@given(st.lists(st.integers(0, 500), min_size=3, max_size=6), st.data())
def test_nobody_is_lost_when_options_are_gone(opinions: list[int], data: st.DataObject) -> None:
    places = range(len(opinions))
    standing = sorted(data.draw(st.sets(st.sampled_from(places), min_size=2)))
    slates = data.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(opinions), max_size=len(opinions)))
    left = gone_over(opinions, standing, slates)
    assert sum(left) == sum(opinions)
    assert all(left[place] >= opinions[place] if place in standing else left[place] == 0 for place in places)


def test_presidents_vote_as_most_of_their_council_think_and_abstain_where_it_is_even() -> None:
    councils = np.array([[[9, 1, 0]], [[2, 6, 3]], [[5, 5, 0]], [[4, 5, 3]]])
    assert as_councils_think(councils, [0, 1], ("Red", "Blue", "Red")) == [0, 1, None, 0]


def test_after_the_members_the_presidents_decide_and_may_decide_otherwise() -> None:
    told = compared(matter(52, 48), replace(ALIKE, roll_call=SeatsFollow.OWN_MIND))
    members, presidents = row(told, "weiner").held, row(told, "iam-2024").held
    assert members is not None
    assert presidents is not None
    assert (members.agreed, members.seats) == ("A", (0,))
    assert (presidents.agreed, presidents.seats) == ("", (0, 50))
    assert "State Council Presidents, 50 seats: assumed is that each seat votes its own mind" in "\n".join(lines(told))


def test_a_vote_of_too_few_is_undecided_and_tells_no_share() -> None:
    held = row(compared(matter(60, 40, members=100), runs=60), "weiner").held
    assert held is not None
    assert held.spoken is not None
    few = held.spoken.took_part < 20
    assert 0 < few.sum() < 60
    assert [end.reason is Reason.BELOW_MINIMUM for end in held.ends] == few.tolist()
    assert len(held.spoken.share_of(0)) == 60 - few.sum()


def test_where_runs_disagree_all_outcomes_stand_in_the_order_of_letters() -> None:
    told = compared(matter(49, 51), runs=60)
    held = row(told, "iam-2015").held
    assert held is not None
    assert held.agreed == ""
    assert [label for label, _ in held.outcomes] == ["A", "B"]
    assert held.outcomes[0][1] < held.outcomes[1][1]
    sheet = " ".join(" ".join(lines(told)).split())
    for label, count in held.outcomes:
        assert f"{label} in {count}" in sheet


def test_the_table_fits_a_hundred_columns_and_every_sheet_is_headed_simulation_with_its_seed() -> None:
    told = compare_processes(of_scenario(scenario.load("iam-2024"), 6000), Assumptions(), None, seed=31, runs=20)
    sheet = lines(told)
    assert max(len(line) for line in sheet) <= 100
    assert sheet[0].startswith("Simulation, seed 31")
    drawn = ET.fromstring(draw(told))
    space = "{http://www.w3.org/2000/svg}"
    assert drawn.findtext(f"{space}title", "").startswith("Simulation, seed 31")
    heads = [each.text or "" for each in drawn.iter(f"{space}text") if each.get("class") == "head"]
    assert heads == [told.heading, told.matter.title], "the word stands in the same type as the question"
    shown = " ".join(each.text or "" for each in drawn.iter(f"{space}text"))
    assert all(each.compared.name in shown for each in told.rows)


def test_the_simulation_of_2024_publishes_as_the_union_did() -> None:
    told = compare_processes(of_scenario(scenario.load("iam-2024"), None), ALIKE, None, seed=1, runs=20)
    sheet = " ".join(" ".join(lines(told)).split())
    published = "Joe Biden 61%, Donald Trump 17%, Robert F. Kennedy Jr. 7%, Ron DeSantis 7%. Listed is every candidate"
    assert (
        published in sheet
        or published.replace("Robert F. Kennedy Jr. 7%, Ron DeSantis 7%", "Ron DeSantis 7%, Robert F. Kennedy Jr. 7%")
        in sheet
    )
    survey = row(told, "iam-2015").held
    assert survey is not None
    assert survey.spoken is not None
    assert (survey.spoken.by, survey.spoken.asked) == (By.SURVEY, 1700)
    assert "1,700 are asked (0.28 %)" in sheet


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no scenario “nowhere”"),
        (["iam-2024", "--seed", "-1"], "not in the range"),
        (["iam-2024", "--seed", "many"], "not a valid integer"),
        (["iam-2024", "--runs", "1"], "not in the range"),
        (["iam-2024", "--members", "3"], "not in the range"),
        (["iam-2024", "--assume", "none.toml"], "does not exist"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_plain_words(arguments: list[str], said: str) -> None:
    outcome = invoke(*arguments)
    assert outcome.exit_code != 0
    assert said in outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--process", "name = ", "has faults"),
        ("--process", RUN_OFF.replace('run_off"\n[[', 'ranked"\n[['), "own.toml:6"),
        ("--assume", "colour = 1", "colour: This key is not known here."),
        ("--assume", "lean = 0.5", "lean: Give a factor from 1 to 20"),
        ("--assume", "[keen]\nmembers = 0.5", "add up to 1"),
        ("--assume", "[opinions]\nA = 0.5", "add up to 1"),
        ("--assume", "[leans.keen]\nZ = 2", "leans.keen.Z"),
        ("--assume", "council = 'own_council'", "Officers sit for no council"),
        ("--assume", "retired = 1e9", "not TOML"),
    ],
)
def test_a_bad_file_is_refused_with_its_faults(tmp_path: Path, option: str, text: str, said: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    outcome = invoke("iam-2015", *SMALL, option, str(file))
    assert outcome.exit_code == 1
    assert said in outcome.output


def test_a_file_that_is_no_text_and_a_folder_that_cannot_be_made_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xff\xfe")
    assert "own.toml is not UTF-8 text" in invoke("iam-2015", *SMALL, "--assume", str(file)).output
    assert "cannot be written" in invoke("iam-2015", *SMALL, "--out", str(file / "x")).output


def test_every_name_that_is_printed_may_stand_in_a_file() -> None:
    ours = Assumptions()
    written = {name: plain(getattr(ours, name)) for name in WHY}
    text = "".join(f"{name} = {value if value[0].isdigit() else repr(value)}\n" for name, value in written.items())
    assert replace(read_assumptions(text, "AB"), retired=ours.retired) == ours
    given_ = read_assumptions("[opinions]\nA = '1/3'\nB = '2/3'\n[leans.distant]\nB = 2", "AB")
    assert given_.opinions == {"A": Fraction(1, 3), "B": Fraction(2, 3)}
    assert given_.leans == {"distant": {"B": Fraction(2)}}
    with pytest.raises(BadAssumptions, match="whole number"):
        read_assumptions("councils = 'many'", "AB")


def test_what_a_file_fixes_changes_no_other_draw() -> None:
    found = matter(60, 40, members=3000)
    places = made_up(3000, Assumptions(), 5)
    plainly = draw_union(found, places, Assumptions(), 5)
    fixed = draw_union(found, places, replace(Assumptions(), leans={"keen": {"A": Fraction(2)}}), 5)
    assert (fixed.counts.sum(axis=2) == plainly.counts.sum(axis=2)).all()
    assert (fixed.counts != plainly.counts).any()


def test_a_question_is_compared_on_its_own_roll_and_nothing_is_written(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with app.app_context(), transaction(write=True):
        local = db.session.scalars(db.select(Local).order_by(Local.id)).first()
        assert local is not None
        db.session.add_all(
            Member(public_id=f"more-{place}", number=f"more-{place}", name="More", local_id=local.id,
                   standing="retired" if place % 3 else "good", since=NOW.date())
            for place in range(120)
        )  # fmt: skip
        question = make_question(cast, state="published", now=NOW, options=("Stay | Old", "Go | New"))
        number, everybody = question.number, db.session.scalar(db.select(db.func.count()).select_from(Member))
    before = _contents(app)
    runner = app.test_cli_runner()
    outcome = runner.invoke(compare, [str(number), "--runs", "20", "--json"])
    assert outcome.exit_code == 0, outcome.output
    told = json.loads(outcome.output)
    assert told["simulation"] is True
    assert told["members"] == everybody
    assert [each["title"] for each in told["options"]] == ["Stay", "Go"]
    assert [each["process"] for each in told["processes"] if each["whose"]] == ["ratification"]
    assert told["processes"][0]["whose"] == "this question’s"
    assert "drawn from the seed" in told["opinions_from"]
    larger = runner.invoke(compare, [str(number), "--members", "9000", "--runs", "20", "--json"])
    assert json.loads(larger.output)["members"] == 9000
    assert "there is no question 999" in runner.invoke(compare, ["999"]).output
    assert _contents(app) == before


@pytest.mark.parametrize("certified", [True, False])
def test_a_vote_gives_the_opinions_once_it_is_certified(app: Flask, cast: Cast, *, certified: bool) -> None:
    with app.app_context(), transaction(write=True):
        made = make_counted(make_open(make_undebated(cast, now=NOW)), {"A": 3, "B": 1})
        if certified:
            certify(made)
        number = str(made.question.number)
    outcome = app.test_cli_runner().invoke(compare, [number, "--members", "4000", "--runs", "20", "--json"])
    told = json.loads(outcome.output)
    assert ("certified vote" in told["opinions_from"]) is certified
    assert ([each["members"] for each in told["options"]] == [3000, 1000]) is certified


def _contents(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    with app.app_context(), transaction(write=False):
        return {
            table.name: sorted((tuple(each) for each in db.session.execute(db.select(table))), key=repr)
            for table in db.metadata.sorted_tables
        }


def test_stages_that_a_row_leaves_out_are_none_that_decide() -> None:
    """The teachers' row is drawn as a survey and a decision: it has no vote that its record does not tell."""
    process = row(compared(matter(60, 40, members=3000), runs=20), "aft-2015").compared.process
    assert [stage.kind for stage in process.stages] == [StageKind.SURVEY, StageKind.COUNCIL_DECISION]
