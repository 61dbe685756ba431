"""A door's transaction: a page that shows what was refused only reads, so it holds up nobody who writes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from forum.kernel import doors
from forum.kernel.database import transaction
from tests.people import Cast, sign_in


def test_the_page_shown_again_after_a_refusal_is_a_read(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    officer = sign_in(app, cast.officer)
    opened: list[bool] = []

    @contextmanager
    def noted(*, write: bool) -> Iterator[Session]:
        opened.append(write)
        with transaction(write=write) as session:
            yield session

    monkeypatch.setattr(doors, "transaction", noted)
    answer = officer.post("/questions/new", data={"title": "", "template": "weiner"})
    assert answer.status_code == 422
    assert opened == [True, False]


def test_a_page_about_an_unknown_address_or_an_old_form_knows_who_reads_it(app: Flask, cast: Cast) -> None:
    member = sign_in(app, cast.member)
    for answer in (member.get("/nowhere"), member.post("/questions/new", data={"title": "Without the token"})):
        assert "<bdi>Marta Quill</bdi>, Local 88." in answer.text
    for answer in (app.test_client().get("/nowhere"), member.get("/booth/nowhere")):
        assert answer.status_code == 404
        assert "You are reading as a visitor." in answer.text
