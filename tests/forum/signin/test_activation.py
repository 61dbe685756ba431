"""Setting up an account by mailed code or by the code of a letter; the letters themselves."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import audit, clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.kernel.errors import Refused
from forum.kernel.mail import Outgoing
from forum.roll.models import Local, Member
from forum.roll.queries import by_number
from forum.signin import cli, letter_operations, letter_sheets, operations, rules
from forum.signin.letter_operations import Letter
from forum.signin.models import Account, OneTimeCode
from forum.signin.pages import pepper
from tests.build_roll import make_teller
from tests.conftest import NOW
from tests.people import Cast, actor, make_member, sign_in

PEPPER = b"p" * 32
PASSWORD = "a lamp in the quiet yard"


@pytest.fixture
def unmailed(open_forms: Flask, cast: Cast) -> Cast:
    """The cast, where 1001 and 1002 have no e-mail; 1001 has no account yet either."""
    with open_forms.app_context(), transaction(write=True):
        for member_id in (cast.member, cast.seconder):
            db.session.get_one(Member, member_id).email = ""
        db.session.delete(db.session.get_one(Account, cast.member))
    return cast


def letter_for(app: Flask, number: str) -> str:
    with app.app_context(), transaction(write=True):
        (letter,) = letter_operations.draw_letter_again(None, by_number(number), now=clock.now(), pepper=pepper())
        return letter.code


def begin(client: FlaskClient, number: str, how: str) -> None:
    assert client.post("/activate", data={"number": number, "how": how}).location == "/activate/code"


def test_a_member_sets_up_an_account_by_mailed_code(
    open_forms: Flask, cast: Cast, last_code: Callable[[], str]
) -> None:
    with open_forms.app_context(), transaction(write=True):
        db.session.delete(db.session.get_one(Account, cast.member))
    client = open_forms.test_client()
    begin(client, "1001", "mail")
    assert client.post("/activate/code", data={"code": last_code(), "password": ""}).location == "/"
    assert client.get("/devices").status_code == 200


def test_a_member_without_mail_sets_up_an_account_by_letter(open_forms: Flask, unmailed: Cast) -> None:
    code = letter_for(open_forms, "1001")
    client = open_forms.test_client()
    begin(client, "1001", "letter")
    assert client.post("/activate/code", data={"code": code.lower(), "password": PASSWORD}).location == "/"
    other = open_forms.test_client()
    assert other.post("/sign-in/password", data={"who": "1001", "password": PASSWORD}).location == "/"


def test_a_letter_needs_a_password_because_no_mail_will_come(open_forms: Flask, unmailed: Cast) -> None:
    code = letter_for(open_forms, "1001")
    client = open_forms.test_client()
    begin(client, "1001", "letter")
    assert client.post("/activate/code", data={"code": code, "password": ""}).status_code == 422
    assert client.post("/activate/code", data={"code": code, "password": PASSWORD}).status_code == 302


def test_a_letter_works_once(open_forms: Flask, unmailed: Cast) -> None:
    code = letter_for(open_forms, "1001")
    answers = []
    for _ in range(2):
        client = open_forms.test_client()
        begin(client, "1001", "letter")
        answers.append(client.post("/activate/code", data={"code": code, "password": PASSWORD}).status_code)
    assert answers == [302, 422]


def test_a_letter_works_with_its_own_number_only(open_forms: Flask, unmailed: Cast) -> None:
    code = letter_for(open_forms, "1001")
    client = open_forms.test_client()
    begin(client, "1002", "letter")
    assert client.post("/activate/code", data={"code": code, "password": PASSWORD}).status_code == 422


def test_a_refused_code_is_not_said_to_be_kept(open_forms: Flask, unmailed: Cast) -> None:
    client = open_forms.test_client()
    begin(client, "1001", "letter")
    page = client.post("/activate/code", data={"code": "no-such-code", "password": PASSWORD}).get_data(as_text=True)
    assert "never written back into a page" in page
    assert "stands below as you wrote it" not in page
    assert PASSWORD not in page


def test_guessing_at_a_letter_does_not_spend_it(open_forms: Flask, unmailed: Cast) -> None:
    code = letter_for(open_forms, "1001")
    stranger, member = open_forms.test_client(), open_forms.test_client()
    begin(stranger, "1001", "letter")
    for _ in range(8):
        stranger.post("/activate/code", data={"code": "AAAA", "password": PASSWORD})
    begin(member, "1001", "letter")
    assert member.post("/activate/code", data={"code": code, "password": PASSWORD}).status_code == 302


def test_a_letter_that_sets_a_password_ends_older_devices(open_forms: Flask, unmailed: Cast) -> None:
    old = sign_in(open_forms, unmailed.seconder)
    code = letter_for(open_forms, "1002")
    client = open_forms.test_client()
    begin(client, "1002", "letter")
    client.post("/activate/code", data={"code": code, "password": PASSWORD})
    assert old.get("/devices").status_code == 302
    assert client.get("/devices").status_code == 200


def test_a_letter_ends_after_two_months(ground: Flask, cast: Cast) -> None:
    (letter,) = letter_operations.draw_letter_again(None, by_number("1001"), now=NOW, pepper=PEPPER)
    late = NOW + rules.LETTER_HOLDS_FOR
    assert operations.show_letter("number:1001", letter.code, now=late, pepper=PEPPER) == 0
    assert (
        operations.show_letter("number:1001", letter.code, now=late - timedelta(days=1), pepper=PEPPER) == cast.member
    )


def test_a_letter_of_somebody_who_left_opens_nothing(ground: Flask, cast: Cast) -> None:
    (letter,) = letter_operations.draw_letter_again(None, by_number("1001"), now=NOW, pepper=PEPPER)
    db.session.get_one(Member, cast.member).left_at = NOW
    assert operations.show_letter("number:1001", letter.code, now=NOW, pepper=PEPPER) == 0


def test_letters_are_drawn_for_those_without_mail_or_account_once(ground: Flask, cast: Cast) -> None:
    here = db.session.get_one(Local, cast.local)
    for number in range(3):
        db.session.get_one(Member, make_member(f"N{number}", f"Neighbour {number}", here)).email = ""
    db.session.flush()
    assert letter_operations.waiting_count(NOW) == 3
    drawn = letter_operations.draw_letters(actor(cast.tellers[0]), now=NOW, pepper=PEPPER)
    assert [letter.number for letter in drawn] == ["N0", "N1", "N2"]
    with pytest.raises(Refused):
        letter_operations.draw_letters(actor(cast.tellers[0]), now=NOW, pepper=PEPPER)
    (entry,) = db.session.scalars(db.select(audit.AuditEntry))
    assert (entry.act, entry.facts) == ("print_letters", {"count": 3})


def test_a_new_letter_ends_the_old(ground: Flask, cast: Cast) -> None:
    old, new = (
        letter_operations.draw_letter_again(None, by_number("1001"), now=NOW, pepper=PEPPER)[0] for _ in range(2)
    )
    assert operations.show_letter("number:1001", old.code, now=NOW, pepper=PEPPER) == 0
    assert operations.show_letter("number:1001", new.code, now=NOW, pepper=PEPPER) == cast.member


def test_there_is_no_letter_for_a_number_nobody_has(ground: Flask, cast: Cast) -> None:
    with pytest.raises(Refused):
        letter_operations.draw_letter_again(None, by_number("nobody"), now=NOW, pepper=PEPPER)


@pytest.mark.parametrize("name", ["Ann Bell", "李小龍", "W" * 200, "<b>& \\ ()", "e\u0301" * 50])
def test_any_name_makes_a_letter(ground: Flask, name: str) -> None:
    letters = [Letter("1", name, "88", "ABCD EFGH JKLM NPQR")] * 2
    made = letter_sheets.make_sheets(
        letters, union_name="Union", base_url="https://u.example", help_line="Hall 3", days=60
    )
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) == 2


def test_a_teller_gets_the_sheets_once_and_they_are_not_kept(
    open_forms: Flask, unmailed: Cast, mails: Callable[[], list[Outgoing]]
) -> None:
    teller = make_teller(open_forms, unmailed)
    assert "2 members wait" in teller.get("/roll/letters").text
    sheets = teller.post("/roll/letters")
    assert sheets.mimetype == "application/pdf"
    assert sheets.headers["Cache-Control"] == "no-store"
    assert teller.post("/roll/letters").status_code == 403
    assert teller.post("/roll/letters/again", data={"number": "1001"}).mimetype == "application/pdf"
    assert mails() == []


@pytest.mark.parametrize("who", ["member", "host", "officer", "observer"])
def test_nobody_but_tellers_makes_letters(open_forms: Flask, unmailed: Cast, who: str) -> None:
    client = sign_in(open_forms, getattr(unmailed, who))
    for url in ("/roll/letters", "/roll/letters/again"):
        assert client.post(url).status_code == 403
    with open_forms.app_context(), transaction(write=False):
        assert db.session.scalar(db.select(db.func.count(OneTimeCode.id))) == 0


def test_the_command_writes_a_file_only_its_owner_reads(app: Flask, unmailed: Cast, tmp_path: Path) -> None:
    out = tmp_path / "letters.pdf"
    told = app.test_cli_runner().invoke(cli.print_letters, [str(out)])
    assert told.exit_code == 0, told.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"%PDF")
    assert app.test_cli_runner().invoke(cli.print_letters, [str(out)]).exit_code == 1
    assert app.test_cli_runner().invoke(cli.print_letters, [str(tmp_path / "b.pdf"), "--number", "none"]).exit_code == 1


def test_the_command_resets_second_factors_by_number(app: Flask, cast: Cast) -> None:
    run = app.test_cli_runner()
    assert run.invoke(cli.reset_factors, ["2001"]).exit_code == 0
    assert run.invoke(cli.reset_factors, ["nobody"]).exit_code == 1


def test_a_visitor_is_nobody(ground: Flask) -> None:
    assert operations.show_code(99, "1", now=NOW, pepper=PEPPER) == 0
    assert not VISITOR.is_member
