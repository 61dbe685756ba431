"""A Polis export as a debate: in an empty installation, beside the demo's union, and nowhere else."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from forum.arguments.models import Argument, Reading
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.roll.models import Member
from referendum.rehearsal.instance import Instance
from referendum.rehearsal.polis_cli import polis
from tests.people import Cast, make_cast

STATEMENTS = ("The fund lasts nine weeks", "Two-tier pay stays", "Nobody agrees with this", "Overtime needs notice")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve participants and four statements; nobody agreed with the third."""
    comments = ["timestamp,comment-id,author-id,moderated,comment-body"]
    comments += [f"{number},{number},{number},1,{text}" for number, text in enumerate(STATEMENTS)]
    votes = ["timestamp,comment-id,voter-id,vote"]
    votes += [f"{voter},{number},{voter},{(1, -1, 0)[voter % 3] if number != 2 else -1}" for voter in range(12)
              for number in range(4)]  # fmt: skip
    (tmp_path / "comments.csv").write_text("\n".join(comments), encoding="utf-8")
    (tmp_path / "votes.csv").write_text("\n".join(votes), encoding="utf-8")
    return tmp_path


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(polis, ["import", *arguments])


def test_an_empty_installation_gets_a_debate_in_which_nobody_has_a_name(app: Flask, folder: Path) -> None:
    outcome = run(app, str(folder), "--question", "What about pay?", "--locals", "3")
    assert outcome.exit_code == 0, outcome.output
    assert "12 participants, 4 statements, of them 3 arguments, 36 readings." in outcome.output
    with app.app_context(), transaction(write=False):
        question = db.session.scalars(db.select(Question)).one()
        assert (question.title, question.state) == ("What about pay?", "debating")
        arguments = db.session.scalars(db.select(Argument).order_by(Argument.number)).all()
        assert [each.claim for each in arguments] == [STATEMENTS[number] for number in (0, 1, 3)]
        assert {(each.agree_count, each.disagree_count, each.pass_count) for each in arguments} == {(4, 4, 4)}
        assert db.session.scalar(db.select(db.func.count(Reading.local_id.distinct()))) == 3
        assert all(each.name.startswith("Participant ") for each in _readers())
        assert not db.session.scalars(db.select(Member.email).where(Member.email != "")).all()


def _readers() -> list[Member]:
    query = db.select(Member).where(Member.id.in_(db.select(Reading.member_id)))
    return list(db.session.scalars(query))


def test_an_installation_with_members_is_left_alone(app: Flask, folder: Path) -> None:
    with app.app_context(), transaction(write=True):
        cast: Cast = make_cast()
    assert cast
    outcome = run(app, str(folder), "--question", "What about pay?")
    assert outcome.exit_code == 1
    assert "this installation has members" in outcome.output
    with app.app_context(), transaction(write=False):
        assert db.session.scalar(db.select(Question.id)) is None


def test_the_demo_takes_one_conversation_beside_its_own_questions(
    demo: tuple[Flask, Instance], folder: Path
) -> None:
    app, _ = demo
    outcome = run(app, str(folder), "--question", "What about pay?")
    assert outcome.exit_code == 0, outcome.output
    assert "36 readings" in outcome.output
    again = run(app, str(folder), "--question", "And again?")
    assert again.exit_code == 1
    assert "flask demo --fresh" in again.output


def test_it_asks_for_a_title_and_tells_of_a_bad_file(app: Flask, folder: Path) -> None:
    untitled = run(app, str(folder))
    assert untitled.exit_code == 1
    assert "--question" in untitled.output
    (folder / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n1,0,3,7\n", encoding="utf-8")
    bad = run(app, str(folder), "--question", "What about pay?")
    assert (bad.exit_code, bad.output) == (1, "Error: votes.csv, line 2: a vote is 1, 0 or -1, not 7\n")
