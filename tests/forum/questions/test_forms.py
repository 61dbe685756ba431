"""What officers send is read whole or refused at its fields; a draft shown is a draft that can be sent again."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel import text
from forum.kernel.errors import Invalid
from forum.questions import forms
from forum.questions.forms import Draft, DraftOption, Duty
from forum.questions.models import Option
from forum.questions.templates import load_shipped, shipped_names, shipped_text
from forum.questions.timetable import FIELDS, Timetable

ZONE = ZoneInfo("America/Chicago")
LEAST = {"title": "Shall we?", "template": "weiner", "version": "1"}

lines = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).map(lambda s: text.clean(s, one_line=True))
words = lines.filter(bool)
minutes = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
)
duties = st.lists(st.builds(Duty, words, st.integers(1, 3650)), max_size=3).map(tuple)
options = st.lists(st.builds(DraftOption, words, lines, lines, duties), max_size=5).map(tuple)
numbers = st.lists(st.from_regex(r"[0-9]{1,6}", fullmatch=True), max_size=4, unique=True).map(tuple)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    template = draw(st.sampled_from(shipped_names()))
    dates = {name: draw(st.none() | minutes) for name in FIELDS}
    return Draft(
        title=draw(words), template=template, process=load_shipped(template), background=draw(lines),
        timetable=Timetable(**dates), options=draw(options), people={role: draw(numbers) for role in forms.ROLES},
        version=draw(st.integers(0, 99)), takes_up=draw(st.none() | st.integers(1, 999)),
    )  # fmt: skip


@given(drafts())
def test_a_draft_shown_and_sent_again_is_the_same_draft(draft: Draft) -> None:
    assert forms.read_draft(forms.as_typed(draft, ZONE), ZONE, union_size=500) == draft


def problems(sent: dict[str, str]) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        forms.read_draft(sent, ZONE, union_size=500)
    return [each.field for each in refusal.value.problems]


def test_a_title_and_a_process_are_enough() -> None:
    draft = forms.read_draft(LEAST, ZONE, union_size=500)
    assert (draft.title, draft.options, draft.timetable) == ("Shall we?", (), Timetable())


def test_every_problem_is_told_at_its_field() -> None:
    sent = {
        "title": "", "template": "made-up", "version": "1", "debate_opens_at": "tomorrow", "background": "*" * 500,
        "option-0-text": "No name", "option-1-title": "B", "option-1-duty-0-text": "Do it",
        "option-2-title": "C", "option-2-duty-0-days": "0",
    }  # fmt: skip
    assert problems(sent) == [
        "title", "background", "template", "debate_opens_at", "option-0-title", "option-1-duty-0-days",
        "option-2-duty-0-text", "option-2-duty-0-days",
    ]  # fmt: skip


def test_empty_rows_are_left_out() -> None:
    sent = {**LEAST, "option-0-title": " ", "option-3-title": "Accept", "option-7-title": "Reject"}
    assert [each.title for each in forms.read_draft(sent, ZONE, union_size=500).options] == ["Accept", "Reject"]


def test_an_own_process_is_read_and_its_faults_are_told_with_their_keys() -> None:
    own = {**LEAST, "template": "own", "process_source": shipped_text("ratification")}
    assert forms.read_draft(own, ZONE, union_size=500).process == load_shipped("ratification")
    with pytest.raises(Invalid) as refusal:
        forms.read_draft({**own, "process_source": 'name = "x"\ntitle = "X"'}, ZONE, union_size=500)
    assert [each.field for each in refusal.value.problems] == ["process_source"]
    assert refusal.value.problems[0].facts["key"] == "stages"


@pytest.mark.parametrize("source", ["", "not = toml = at all", "x" * 20_000, "a = 1e999999999"])
def test_what_is_no_process_is_refused_at_its_field(source: str) -> None:
    assert set(problems({**LEAST, "template": "own", "process_source": source})) == {"process_source"}


def test_member_numbers_are_parted_by_lines_commas_or_blanks_and_counted_once() -> None:
    sent = {**LEAST, "tellers": "3001, 3002\n3003;3001"}
    assert forms.read_draft(sent, ZONE, union_size=500).people["teller"] == ("3001", "3002", "3003")


def test_times_are_read_in_the_union_s_zone() -> None:
    sent = {**LEAST, "debate_opens_at": "2026-11-22T18:00"}
    at = forms.read_draft(sent, ZONE, union_size=500).timetable.debate_opens_at
    assert at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_rows_leave_room_for_two_more_options_and_one_more_duty() -> None:
    rows = forms.rows_for({"option-0-title": "A", "option-1-title": "B", "option-1-duty-0-text": "Do"})
    assert (rows.options, rows.duties) == (4, (1, 2, 1, 1))
    assert forms.rows_for({f"option-{forms.MOST_ROWS - 1}-title": "Z"}).options == forms.MOST_ROWS
    assert Option(position=forms.MOST_ROWS - 1).letter == "Z"


@given(st.dictionaries(st.sampled_from([*LEAST, "background", "tellers", "option-0-title", "option-0-duty-0-days"]),
                       st.text(max_size=60)))  # fmt: skip
def test_anything_sent_is_read_or_refused(sent: dict[str, str]) -> None:
    with suppress(Invalid):
        assert isinstance(forms.read_draft(sent, ZONE, union_size=500), Draft)
