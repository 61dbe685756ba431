"""The pages of the roll: who sees what, and an import by hand from upload to undoing."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel.database import db, transaction
from forum.questions.models import Appointment, Question
from forum.roll import cli, importing
from forum.roll.models import Member, RollImport
from tests.build_halls import weiner
from tests.build_roll import make_teller
from tests.conftest import NOW
from tests.forum.roll.files import GOOD, roll, row
from tests.people import Cast, make_member, sign_in


@pytest.fixture
def open_forms(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def upload(client: FlaskClient, raw: bytes, name: str = "roll.csv") -> Any:
    return client.post("/roll/import", data={"file": (io.BytesIO(raw), name)})


def test_a_member_sees_the_own_entry_only(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.member)
    page = client.get("/me").text
    assert "m1001@example.org" in page
    assert "Len Fairweather" not in page
    assert client.get("/roll").status_code == 403
    assert client.get(f"/locals/{cast.local}/roll").status_code == 403


def test_a_host_sees_the_own_local_without_addresses(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.host)
    page = client.get(f"/locals/{cast.local}/roll").text
    assert "Marta Quill" in page
    assert "example.org" not in page
    assert "Priya Nand" not in page
    assert client.get(f"/locals/{cast.other_local}/roll").status_code == 404
    assert client.get("/roll").status_code == 403


def test_a_visitor_sees_nothing_of_the_roll(open_forms: Flask, cast: Cast) -> None:
    for url in ("/me", "/roll", "/roll/import", "/roll/imports/1", f"/locals/{cast.local}/roll"):
        assert open_forms.test_client().get(url).location.startswith("/sign-in")


def test_an_officer_is_no_teller(open_forms: Flask, cast: Cast) -> None:
    client = sign_in(open_forms, cast.officer)
    assert [client.get(url).status_code for url in ("/roll", "/roll/import", "/roll/imports/1")] == [403] * 3
    assert upload(client, GOOD.encode()).status_code == 403


def test_a_teller_searches_by_name_and_number_and_turns_pages(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    with open_forms.app_context(), transaction(write=True):
        here = db.session.get_one(Member, cast.member).local
        for number in range(60):
            make_member(f"77{number:02d}", f"Neighbour {number:02d} 100%", here)
    assert "Marta Quill" in client.get("/roll?q=quILL").text
    assert "Priya Nand" in client.get("/roll?q=1004").text
    found = client.get("/roll?q=100%25")
    assert found.text.count("Neighbour") == 50
    assert "Neighbour 59" in client.get("/roll?q=100%25&page=2").text
    assert "Nobody found" in client.get("/roll?q=_____").text
    for odd in ("page=0", "page=-1", "page=x", "page=99999999999", "q=" + "x" * 5000, "q=%00"):
        assert client.get(f"/roll?{odd}").status_code == 200


def test_a_teller_imports_a_roll_from_upload_to_undoing(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, roll(row("1001", name="Marta Quill-Ortiz"), row("9", name="<b>Bold</b>"))).location
    looked = client.get(page).text
    assert "What this file would do" in looked
    assert "<ins>Marta Quill-Ortiz</ins>" in looked
    assert "&lt;b&gt;Bold&lt;/b&gt;" in looked
    assert "Len Fairweather" in looked
    client.post(f"{page}/apply", data={})
    assert "The roll is imported" in client.get(page).text
    assert "Marta Quill-Ortiz" in client.get("/roll?q=1001").text
    assert "Len Fairweather" in client.get("/roll?q=1002").text
    client.post(f"{page}/undo")
    assert "This import was undone" in client.get(page).text
    assert "Marta Quill-Ortiz" not in client.get("/roll?q=1001").text
    assert "Nobody found" in client.get("/roll?q=Bold").text


BY_COMMAND = "operator can apply the file"


def everyone(app: Flask, **changes: dict[str, str]) -> bytes:
    """The whole roll as a file; `changes` are by number, written as n1001={...}."""
    with app.app_context(), transaction(write=False):
        rows = [
            row(each.number, **{
                "name": each.name, "email": each.email, "local": each.local.number, "standing": each.standing,
                "office": each.office,
                **changes.get(f"n{each.number}", {}),
            })
            for each in db.session.scalars(db.select(Member).order_by(Member.id))
        ]  # fmt: skip
    return roll(*rows)


def offices(app: Flask, number: str) -> tuple[str, bool]:
    with app.app_context(), transaction(write=False):
        found = db.session.scalars(db.select(Member).where(Member.number == number)).one()
        return found.office, found.left_at is not None


@pytest.mark.parametrize(
    ("number", "office"), [("3002", "officer"), ("1001", "officer"), ("2001", ""), ("2001", "host")]
)
def test_a_teller_changes_on_the_page_nobody_into_an_officer_or_out_of_it(
    open_forms: Flask, cast: Cast, number: str, office: str
) -> None:
    client = make_teller(open_forms, cast)
    before = offices(open_forms, number)
    page = upload(client, everyone(open_forms, **{f"n{number}": {"office": office}})).location
    told = client.get(page).text
    assert BY_COMMAND in told
    assert "Write it to the roll" not in told
    assert "<h2 id=\"changed-h\"" in told
    answer = client.post(f"{page}/apply")
    assert answer.status_code == 403
    assert BY_COMMAND in answer.text
    assert offices(open_forms, number) == before


def test_a_teller_adds_no_officer_on_the_page(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, roll(row("9", office="officer"))).location
    assert BY_COMMAND in client.post(f"{page}/apply").text
    assert client.post(f"{page}/apply").status_code == 403


@pytest.mark.parametrize("missing", ["3001", "2001"])
def test_a_teller_marks_on_the_page_no_officer_as_having_left_and_nobody_named_in_a_question(
    open_forms: Flask, cast: Cast, missing: str
) -> None:
    client = make_teller(open_forms, cast)
    lines = everyone(open_forms, n1001={"name": "Marta Quill-Ortiz"}).split(b"\n")
    page = upload(client, b"\n".join(each for each in lines if not each.startswith(missing.encode()))).location
    told = client.get(page).text
    assert BY_COMMAND in told
    assert "mark_left" not in told
    assert client.post(f"{page}/apply", data={"mark_left": "1"}).status_code == 403
    client.post(f"{page}/apply")
    assert "The roll is imported" in client.get(page).text
    assert not offices(open_forms, missing)[1]


@pytest.mark.parametrize("state", ["withdrawn", "charged"])
def test_who_was_named_in_a_question_that_is_over_leaves_like_any_member(
    open_forms: Flask, cast: Cast, state: str
) -> None:
    client = make_teller(open_forms, cast)
    with open_forms.app_context(), transaction(write=True):
        named = db.session.scalars(db.select(Appointment)).one()
        over = Question(
            public_id="w", number=2, title="Over?", template="weiner", process=named.question.process, state=state,
            created_at=named.named_at, charged_at=named.named_at, created_by_id=cast.officer,
        )  # fmt: skip
        db.session.add(over)
        db.session.flush()
        db.session.add(
            Appointment(question_id=over.id, member_id=cast.trustees[0], role="trustee", named_at=named.named_at)
        )
    lines = everyone(open_forms).split(b"\n")
    page = upload(client, b"\n".join(each for each in lines if not each.startswith(b"4001"))).location
    client.post(f"{page}/apply", data={"mark_left": "1"})
    assert offices(open_forms, "4001")[1] is (state == "withdrawn")


@pytest.mark.parametrize(
    ("number", "change", "why"),
    [
        ("3001", {"email": "mine@example.org"}, "A new e-mail address"),
        ("2001", {"email": "mine@example.org"}, "A new e-mail address"),
        ("2001", {"standing": "suspended"}, "A new standing"),
        ("3001", {"standing": "lapsed"}, "A new standing"),
    ],
)
def test_a_teller_changes_on_the_page_no_address_or_standing_of_those_who_rule(
    open_forms: Flask, cast: Cast, number: str, change: dict[str, str], why: str
) -> None:
    client = make_teller(open_forms, cast)
    free = {"n1003": change, "n1001": change}  # a host, a member
    page = upload(client, everyone(open_forms, **free, **{f"n{number}": change})).location
    for answer in (client.get(page), client.post(f"{page}/apply")):
        line = re.search(rf'<tr><td class="n">(\d+)</td><td>{number}</td><td>.*?</td><td>{why}', answer.text)
        assert line is not None
        assert int(line[1]) > 1
        assert BY_COMMAND in answer.text
        assert answer.text.count(why) == 1
    page = upload(client, everyone(open_forms, **free)).location
    client.post(f"{page}/apply")
    assert "The roll is imported" in client.get(page).text


def name_trustee(member_id: int) -> None:
    with transaction(write=True):
        question = db.session.scalars(db.select(Question)).one()
        named = Appointment(question_id=question.id, member_id=member_id, role="trustee", named_at=question.created_at)
        db.session.add(named)


def test_whoever_is_named_after_an_import_was_begun_is_kept_out_of_it(
    open_forms: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_teller(open_forms, cast)
    monkeypatch.setitem(open_forms.extensions["hustings_jobs"], "run", lambda *_: None)
    page = upload(client, everyone(open_forms, n4001={"email": "mine@example.org"})).location
    with open_forms.app_context():
        importing.look_over(1, open_forms.config["HUSTINGS"])
    assert client.post(f"{page}/apply").status_code == 302
    with open_forms.app_context():
        name_trustee(cast.trustees[0])
        importing.write(1, open_forms.config["HUSTINGS"])
        assert db.session.scalars(db.select(Member.email).where(Member.number == "4001")).one() == "m4001@example.org"
    told = client.get(page).text
    assert "What this file would do" in told
    assert "<td>4001</td>" in told
    assert BY_COMMAND in told


def test_whoever_is_named_after_an_import_stays_as_it_left_them(
    open_forms: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, everyone(open_forms, n4001={"standing": "lapsed"})).location
    client.post(f"{page}/apply")
    monkeypatch.setitem(open_forms.extensions["hustings_jobs"], "run", lambda *_: None)
    assert client.post(f"{page}/undo").status_code == 302
    with open_forms.app_context():
        name_trustee(cast.trustees[0])
        importing.write(1, open_forms.config["HUSTINGS"])
        assert db.session.scalars(db.select(Member.standing).where(Member.number == "4001")).one() == "lapsed"
    assert "The roll is imported" in client.get(page).text


def test_tellers_of_a_question_that_is_over_have_left_the_roll_behind(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    pages = ("/roll", "/roll/import", "/roll/letters")
    assert [client.get(each).status_code for each in pages] == [200] * 3
    with open_forms.app_context(), transaction(write=True):
        db.session.scalars(db.select(Question)).one().state = "withdrawn"
    assert [client.get(each).status_code for each in pages] == [403] * 3
    assert upload(client, GOOD.encode()).status_code == 403
    with open_forms.app_context(), transaction(write=True):
        other = Question(
            public_id="w", number=2, title="Next?", template="weiner", process=weiner(), state="charged",
            created_at=NOW, charged_at=NOW, created_by_id=cast.officer,
        )  # fmt: skip
        db.session.add(other)
        db.session.flush()
        db.session.add(Appointment(question_id=other.id, member_id=cast.tellers[0], role="teller", named_at=NOW))
    assert client.get("/roll").status_code == 200


def test_a_teller_undoes_on_the_page_nothing_that_the_command_alone_may_do(
    open_forms: Flask, cast: Cast, tmp_path: Path
) -> None:
    client = make_teller(open_forms, cast)
    file = tmp_path / "roll.csv"
    file.write_bytes(everyone(open_forms, n1001={"office": "officer"}) + row("9", office="officer").encode())
    done = open_forms.test_cli_runner().invoke(cli.roll, ["import", str(file), "--yes"])
    assert done.exit_code == 0, done.output
    assert offices(open_forms, "1001") == offices(open_forms, "9") == ("officer", False)
    told = client.get("/roll/imports/1").text
    assert "The operator can undo" in told
    assert "Undo this import" not in told
    assert client.post("/roll/imports/1/undo").status_code == 403
    assert offices(open_forms, "1001") == ("officer", False)
    assert open_forms.test_cli_runner().invoke(cli.roll, ["undo"]).exit_code == 0
    assert offices(open_forms, "1001") == ("", False)


def test_applying_and_undoing_are_left_to_a_job(
    open_forms: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = make_teller(open_forms, cast)
    upload(teller, roll(row(number="9001")))
    run = open_forms.extensions["hustings_jobs"]["run"]
    left: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setitem(open_forms.extensions["hustings_jobs"], "run", lambda *job: left.append(job))
    for act, written in (("apply", 1), ("undo", 0)):
        teller.post(f"/roll/imports/1/{act}")
        assert "The roll is being written" in teller.get("/roll/imports/1").text
        with open_forms.app_context():
            run(*left.pop())
            assert len(list(db.session.scalars(db.select(Member).where(Member.number == "9001")))) == written


def test_the_mistakes_of_a_file_stand_with_line_and_column(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, roll(row("1", since="5/1/2019"), row("2"), row("2"))).location
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(page).text))
    assert "2 things to correct" in told
    assert "2 since 5/1/2019 may be day or month first" in told
    assert "4 member number Number 2 stands on line 3 already." in told
    assert client.post(f"{page}/apply").status_code == 403


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"%PDF-1.7"])
def test_a_file_that_is_no_roll_is_refused_on_the_page(open_forms: Flask, cast: Cast, raw: bytes) -> None:
    answer = upload(make_teller(open_forms, cast), raw)
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text


def test_no_file_at_all_is_told_at_the_field(open_forms: Flask, cast: Cast) -> None:
    answer = make_teller(open_forms, cast).post("/roll/import", data={})
    assert answer.status_code == 422
    assert 'id="f-file-e"' in answer.text


@pytest.mark.parametrize("url", ["/roll/import", "/roll/imports/1/apply", "/roll/imports/1/undo"])
def test_acts_on_the_roll_need_a_fresh_sign_in(open_forms: Flask, cast: Cast, url: str) -> None:
    assert make_teller(open_forms, cast, fresh=False).post(url).location.startswith("/confirm")


def test_a_file_name_is_shown_as_text(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, GOOD.encode(), "<img src=x onerror=alert(1)>.csv").location
    assert "<img" not in client.get(page).text
    assert "<img" not in client.get("/roll/import").text


def test_work_under_way_shows_a_bar_and_comes_back_by_itself(open_forms: Flask, cast: Cast) -> None:
    client = make_teller(open_forms, cast)
    page = upload(client, GOOD.encode()).location
    with open_forms.app_context(), transaction(write=True):
        taken = db.session.scalars(db.select(RollImport)).one()
        taken.state, taken.done, taken.total = "reading", 1200, 5000
    shown = client.get(page).text
    assert 'max="5000" value="1200"' in shown
    assert 'http-equiv="refresh"' in shown


def test_the_command_looks_over_applies_and_undoes(app: Flask, cast: Cast, tmp_path: Path) -> None:
    file, bad = tmp_path / "roll.csv", tmp_path / "bad.csv"
    file.write_bytes(roll(row("1001"), row("9")))
    bad.write_bytes(roll(row("1", standing="odd")))
    run = app.test_cli_runner()
    looked = run.invoke(cli.import_roll, [str(file)])
    assert (looked.exit_code, "1 new, 1 changed" in looked.output, "Nothing was changed" in looked.output) == (
        0,
        True,
        True,
    )
    refused = run.invoke(cli.import_roll, [str(bad), "--yes"])
    assert refused.exit_code == 1
    assert "line 2, standing" in refused.output
    applied = run.invoke(cli.import_roll, [str(file), "--yes"])
    assert (applied.exit_code, "The roll is imported" in applied.output) == (0, True)
    assert run.invoke(cli.undo_roll).exit_code == 0
    nothing_left = run.invoke(cli.undo_roll)
    assert nothing_left.exit_code == 1
    assert "There is no import to undo." in nothing_left.output
