from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.questions.floor import LocalFacts, floor_proof
from forum.questions.label import NOT_YET, CheckedBy, LabelFacts, debate_facts, label_rows, planned_facts
from forum.questions.process import CodesBy, DebateStage
from forum.questions.templates import load_shipped
from tests.forum.questions.facts import HONOURED, START


def answers(facts: LabelFacts) -> dict[str, str]:
    return {row.code: str(row.answer) for row in label_rows(facts)}


def planned(name: str, *, without: tuple[str, ...] = ()) -> LabelFacts:
    known = {key: value for key, value in planned_facts(load_shipped(name)).items() if key not in without}
    return LabelFacts(**known)  # type: ignore[arg-type]


def test_what_nobody_has_told_is_not_documented_in_every_row() -> None:
    rows = label_rows(LabelFacts())
    assert {str(row.answer) for row in rows} == {"Not documented"}
    assert not any(row.known for row in rows)


def test_the_process_of_2024_says_not_documented_where_its_record_is_silent() -> None:
    label = answers(planned("iam-2024", without=("debate", "bound")))
    assert label["debate"] == label["bound"] == label["secret"] == "Not documented"
    assert label["everyone"] == "No, only parts of the union"


def test_a_survey_says_that_there_is_no_vote_and_that_it_binds_nobody() -> None:
    rows = {row.code: row for row in label_rows(planned("iam-2015"))}
    assert str(rows["debate"].answer) == "No"
    assert str(rows["bound"].answer) == "No, it binds nobody"
    assert str(rows["everyone"].beneath[0]) == "A sample of 1700 members is asked."
    assert str(rows["secret"].answer) == "There is no members’ vote"


def test_the_locals_that_had_no_debate_of_their_own_are_named() -> None:
    proof = floor_proof(
        DebateStage(),
        (*HONOURED, LocalFacts(9, "Local 9"), LocalFacts(10, "Local 10", exemption="Nobody left.")),
        START,
        START + timedelta(days=20),
    )
    facts = replace(planned("weiner"), **debate_facts(proof))  # type: ignore[arg-type]
    rows = {row.code: row for row in label_rows(facts)}
    assert str(rows["locals"].answer) == "In 4 of 6"
    assert [str(phrase) for phrase in rows["locals"].beneath] == [
        "Without their own debate: Local 9.",
        "Exempt by a public ruling: Local 10.",
    ]
    assert str(rows["debate"].beneath[0]) == "20 days."


def test_the_label_says_which_of_three_ways_and_codes_made_by_the_host_carry_a_caution() -> None:
    rows = {each: label_rows(replace(planned("weiner"), codes_by=each))[4] for each in CodesBy}
    assert len({str(row.answer) for row in rows.values()}) == 3
    cautioned = {each for each, row in rows.items() if "vote in a member’s place" in str(row.beneath[0])}
    assert cautioned == {CodesBy.HOST, CodesBy.LETTERS}
    assert "never sees a code" in str(rows[CodesBy.TELLERS].beneath[0])


def test_the_label_says_how_many_of_the_trustees_open_the_count() -> None:
    facts = replace(planned("weiner"), trustees_count=3)
    assert answers(facts)["counts"] == "3 trustees together, none of them an officer"
    enough = answers(replace(facts, trustees_enough=2))["counts"]
    assert enough == "Any 2 of 3 trustees together, none of them an officer"


def test_what_is_ahead_is_not_known_yet_rather_than_not_documented() -> None:
    rows = label_rows(LabelFacts(), NOT_YET)
    assert {str(row.answer) for row in rows} == {"Not known yet"}
    assert not any(row.known for row in rows)


def test_the_share_of_the_roll_that_decided_is_cut_and_not_rounded_up() -> None:
    row = label_rows(replace(planned("weiner"), ballots=1999, roll_count=2000))[8]
    assert str(row.answer) == "99.9 %"
    assert str(row.beneath[0]) == "1999 ballots, 2000 members on the roll."


def test_where_a_sample_was_asked_no_share_of_the_roll_decided() -> None:
    row = label_rows(replace(planned("iam-2015"), roll_count=600_000))[8]
    assert str(row.answer) == "None: the members do not decide"
    assert str(row.beneath[0]) == "1700 of 600000 members were asked."


def test_the_leadership_is_bound_since_its_pledge() -> None:
    signed = datetime(2026, 1, 20, tzinfo=UTC)
    assert answers(planned("weiner"))["bound"] == "Yes, once its pledge is signed"
    row = label_rows(replace(planned("weiner"), bound_since=signed))[7]
    assert row.answer.facts == {"date": signed}


maybe = st.none() | st.booleans()


@given(
    st.builds(
        LabelFacts,
        debate=maybe,
        members_vote=maybe,
        everyone=maybe,
        secret=maybe,
        bound=maybe,
        codes_by=st.none() | st.sampled_from(CodesBy),
        checked_by=st.none() | st.sampled_from(CheckedBy),
    )
)
def test_every_label_has_the_same_rows_and_each_has_an_answer(facts: LabelFacts) -> None:
    rows = label_rows(facts)
    assert [row.code for row in rows] == [
        "debate",
        "locals",
        "everyone",
        "secret",
        "codes",
        "counts",
        "checks",
        "bound",
        "share",
    ]
    assert all(str(row.answer) for row in rows)


def test_what_a_process_promises_are_facts_of_the_label() -> None:
    names = {field.name for field in fields(LabelFacts)}
    for template in ("weiner", "ratification", "iam-2024", "iam-2015"):
        assert set(planned_facts(load_shipped(template))) <= names


def test_a_town_hall_that_was_not_held_stands_on_the_label() -> None:
    facts = LabelFacts(debate=True, debate_days=14, town_halls=2)
    for held, told in ((None, "Town halls for all locals together: 2."),
                       (0, "Town halls for all locals together: 0, of 2 asked for.")):  # fmt: skip
        row = label_rows(replace(facts, town_halls_held=held))[0]
        assert str(row.beneath[1]) == told
