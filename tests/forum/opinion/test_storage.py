"""A question's readings added up by the job, and kept: sums alone, and only as often as something moved."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.arguments import merge_operations
from forum.arguments.models import Argument, Reading
from forum.kernel import slots
from forum.kernel.database import db
from forum.opinion import operations, queries
from forum.opinion.current_queries import current_map
from forum.opinion.groups import groups_at_close
from forum.opinion.jobs import add_up_readings
from forum.opinion.loading_queries import load
from forum.opinion.mapping import draw_map
from forum.opinion.models import StoredMap
from forum.questions.models import Question
from tests.conftest import NOW
from tests.forum.opinion.build import ReadDebate, make_read_debate
from tests.people import Cast


@pytest.fixture
def debate(cast: Cast, ground: Flask) -> ReadDebate:
    return make_read_debate(cast, 24, 16)


def added_up(question: Question) -> StoredMap:
    operations.add_up(question, NOW)
    found = queries.stored_map(question.id)
    assert found is not None
    return found


def test_groups_and_sums_are_stored(debate: ReadDebate) -> None:
    found = added_up(debate.question)
    assert [group["size"] for group in found.document["groups"]] == [24, 16]
    assert (found.reader_count, found.reading_count) == (40, 320)
    first, second, third = (found.document["arguments"][str(each.id)] for each in debate.arguments[:3])
    assert sum(first["counts"]) == 40
    assert [sum(row) for row in first["groups"]] == [24, 16]
    assert first["bridging"] > 0.8 > 0.2 > second["bridging"]
    assert third["groups"][0][0] > 16
    assert third["groups"][1][1] > 10
    assert found.document["agreed"] == [debate.arguments[0].id]
    assert found.document["disagreed"][0] == debate.arguments[1].id


def test_the_map_counts_the_groups_that_the_digest_counts(debate: ReadDebate) -> None:
    loaded = load(debate.question.id, with_gone=False)
    rows: dict[int, dict[int, int]] = {}
    for reader, argument, value in zip(
        loaded.readings.reader.tolist(), loaded.readings.argument.tolist(), loaded.readings.value.tolist(), strict=True
    ):
        rows.setdefault(reader, {})[argument] = value
    at_close = groups_at_close([(f"{reader:04}", row) for reader, row in rows.items()])
    debate.question.state = "closed"
    sizes = [group["size"] for group in added_up(debate.question).document["groups"]]
    assert sizes == [list(at_close.values()).count(group) for group in (0, 1)]


def test_readings_of_a_merged_argument_count_where_it_went_a_member_s_latest(
    cast: Cast, debate: ReadDebate
) -> None:
    source, target = debate.arguments[4], debate.arguments[6]
    reader, other = debate.camps[0][:2]
    later = NOW + timedelta(hours=1)
    reading = db.session.query(Reading).filter_by(argument_id=source.id, member_id=reader).one()
    reading.value, reading.at = 0, later
    db.session.query(Reading).filter_by(argument_id=target.id, member_id=other).delete()
    db.session.flush()
    merge_operations.join(source, target, later)
    db.session.flush()
    loaded = load(debate.question.id, with_gone=True)
    assert source.id not in loaded.argument_ids
    column = loaded.argument_ids.index(target.id)
    there = loaded.readings.argument == column
    members = sorted(each for camp in debate.camps for each in camp)
    found = {members[at]: value for at, value in zip(
        loaded.readings.reader[there].tolist(), loaded.readings.value[there].tolist(), strict=True
    )}  # fmt: skip
    given = db.session.query(Reading).filter(Reading.argument_id.in_([source.id, target.id]))
    assert there.sum() == 40
    assert found == {each.member_id: each.value for each in given.order_by(Reading.at, Reading.id)}
    assert (found[reader], found[other]) == (0, 1)


def test_what_was_hidden_is_a_column_that_nobody_has_read_and_no_column_after_the_close(debate: ReadDebate) -> None:
    hidden = debate.arguments[5]
    hidden.hidden_at = NOW
    db.session.flush()
    live, closed = load(debate.question.id, with_gone=True), load(debate.question.id, with_gone=False)
    assert live.argument_ids[-1] == hidden.id
    assert live.readings.off == {7}
    assert hidden.id not in closed.argument_ids
    assert str(hidden.id) not in added_up(debate.question).document["arguments"]


def test_a_member_s_own_place_is_worked_out_from_own_readings_as_the_map_places_them(debate: ReadDebate) -> None:
    debate.arguments[5].hidden_at = NOW
    db.session.flush()
    found = added_up(debate.question)
    loaded = load(debate.question.id, with_gone=True)
    positions = draw_map(loaded.readings).positions
    members = sorted({reader for camp in debate.camps for reader in camp})
    for row in (0, 17, 39):
        own = queries.own_readings(members[row], debate.question.id)
        assert queries.own_place(found, own) == pytest.approx(tuple(positions[row]), abs=1e-4)


def test_nothing_stored_says_where_a_member_stands(debate: ReadDebate) -> None:
    found = added_up(debate.question)
    marks = [mark for group in found.document["groups"] for mark in group["marks"]]
    assert all(readers >= 5 for *_, readers in marks)
    assert sum(readers for *_, readers in marks) == 40
    columns = {column.name for column in StoredMap.__table__.columns}
    assert not {name for name in columns if "member" in name}
    assert {key.column.table.name for key in StoredMap.__table__.foreign_keys} == {"questions"}


def test_the_map_is_not_mirrored_from_one_run_to_the_next(debate: ReadDebate) -> None:
    found = added_up(debate.question)
    before = {key: [mean, -first, second, far] for key, (mean, first, second, far) in found.weights.items()}
    middles = [group["middle"] for group in found.document["groups"]]
    found.weights = before
    db.session.flush()
    again = added_up(debate.question)
    assert again.weights == before
    assert [list(group["middle"]) for group in again.document["groups"]] == [[-x, y] for x, y in middles]


def test_extremities_are_offered_to_whoever_draws_what_is_read_next(debate: ReadDebate) -> None:
    assert slots.gather("argument.extremities", debate.question.id) == [{}]
    added_up(debate.question)
    (found,) = slots.gather("argument.extremities", debate.question.id)
    assert set(found) == {each.id for each in debate.arguments}
    assert found[debate.arguments[3].id] > found[debate.arguments[0].id] > 0


def test_once_readings_have_lost_their_members_the_last_map_stays(debate: ReadDebate) -> None:
    debate.question.state = "closed"
    before = dict(added_up(debate.question).document)
    db.session.execute(db.update(Reading).values(member_id=None))
    debate.arguments[3].hidden_at = NOW
    db.session.flush()
    assert added_up(debate.question).document == before
    assert queries.own_readings(debate.camps[0][0], debate.question.id) == {}
    assert queries.to_add_up(NOW) == []


def test_a_question_is_added_up_when_its_sums_have_moved_and_not_before(debate: ReadDebate) -> None:
    assert queries.to_add_up(NOW) == [debate.question.id]
    added_up(debate.question)
    assert queries.to_add_up(NOW) == []
    read_again(debate, 5)
    assert queries.to_add_up(NOW) == [debate.question.id]
    debate.question.closed_at = NOW - timedelta(days=8)
    debate.question.state = "closed"
    db.session.flush()
    assert queries.to_add_up(NOW) == []


def read_again(debate: ReadDebate, count: int) -> None:
    """So many members change their reading of the first argument after the map was drawn."""
    for member in debate.camps[0][:count]:
        read = db.session.query(Reading).filter_by(argument_id=debate.arguments[0].id, member_id=member).one()
        read.at = NOW + timedelta(seconds=1)
    debate.arguments[0].agree_count += count
    db.session.flush()


def test_no_two_maps_of_a_debate_differ_by_fewer_than_five_readers(debate: ReadDebate) -> None:
    added_up(debate.question)
    read_again(debate, 4)
    assert queries.to_add_up(NOW) == []
    debate.question.state, debate.question.closed_at = "closed", NOW
    db.session.flush()
    assert queries.to_add_up(NOW) == [debate.question.id]


def test_no_map_is_drawn_of_fewer_than_five_readers(cast: Cast, ground: Flask) -> None:
    few = make_read_debate(cast, 3, 1)
    assert sum(len(camp) for camp in few.camps) == 4
    assert queries.to_add_up(NOW) == []


def test_a_large_union_s_readings_are_not_added_up_all_the_time(debate: ReadDebate) -> None:
    added_up(debate.question).took_ms = 20_000
    read_again(debate, 5)
    assert queries.to_add_up(NOW + timedelta(minutes=2)) == []
    assert queries.to_add_up(NOW + timedelta(minutes=3)) == [debate.question.id]


def test_what_pages_read_of_a_map_is_fetched_once_until_it_is_computed_anew(debate: ReadDebate) -> None:
    assert current_map(debate.question.id) is None
    added_up(debate.question)
    first = current_map(debate.question.id)
    assert first is not None
    assert first.lists["common"]
    assert current_map(debate.question.id) is first
    debate.arguments[0].withdrawn_at = NOW
    operations.add_up(debate.question, NOW + timedelta(hours=1))
    second = current_map(debate.question.id)
    assert second is not None
    assert set(first.sums) - set(second.sums) == {debate.arguments[0].id}


def test_the_job_adds_up_what_moved(app: Flask, cast: Cast) -> None:
    from forum.kernel.database import transaction

    with app.test_request_context(), transaction(write=True):
        question_id = make_read_debate(cast, 12, 9).question.id
    with app.app_context():
        add_up_readings()
    with app.app_context(), transaction(write=False):
        found = queries.stored_map(question_id)
        assert found is not None
        assert [group["size"] for group in found.document["groups"]] == [12, 9]
        assert queries.to_add_up(NOW) == []


def test_a_question_that_nobody_has_read_is_added_up_once_and_says_nothing(cast: Cast, ground: Flask) -> None:
    debate = make_read_debate(cast, 1, arguments=0)
    found = added_up(debate.question)
    assert found.document["groups"] == []
    assert found.document["arguments"] == {}
    assert db.session.query(Argument).count() == 0
    assert queries.to_add_up(NOW) == []
