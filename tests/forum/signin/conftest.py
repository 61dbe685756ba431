"""Sign-in's tests: pages without the form token (its own tests turn it on), and the mails that were written."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing


@pytest.fixture
def open_forms(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[Outgoing]]:
    """Every mail written so far, oldest first."""

    def read() -> list[Outgoing]:
        with app.app_context(), transaction(write=False):
            found = list(db.session.scalars(db.select(Outgoing).order_by(Outgoing.id)))
            db.session.expunge_all()
            return found

    return read


@pytest.fixture
def last_code(mails: Callable[[], list[Outgoing]]) -> Callable[[], str]:
    """The code in the newest mail."""

    def read() -> str:
        found = re.search(r"\d{4} \d{4}", mails()[-1].text)
        assert found
        return found.group()

    return read
