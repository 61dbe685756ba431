"""A member takes along everything that is kept of them, and nothing of anybody else."""

import json
from datetime import datetime

from flask import Flask

from forum.kernel.database import Base, db, transaction
from forum.roll.models import Member
from referendum.keeping.own_data import OF_AN_OFFICE, OWN, SECRET_TABLES
from tests.build_town import make_town
from tests.people import Cast, sign_in


def test_every_reference_to_members_is_accounted_for(app: Flask) -> None:
    """The app is asked for because it brings every table in."""
    referring = {
        table.name: {c.name for c in table.c for key in c.foreign_keys if key.column.table.name == "members"}
        for table in Base.metadata.tables.values()
    }
    referring = {name: columns for name, columns in referring.items() if columns}
    assert referring.keys() == OWN.keys() | OF_AN_OFFICE | SECRET_TABLES
    for name, columns in OWN.items():
        assert set(columns) <= referring[name]


def test_the_file_holds_ones_own_words_and_no_secret_and_nobody_else(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        make_town(cast, now=now)
    answer = sign_in(app, cast.member).get("/me/data.json")
    assert answer.status_code == 200
    told, text = answer.get_json(), answer.get_data(as_text=True)
    with app.app_context(), transaction(write=False) as session:
        me, *others = session.scalars(db.select(Member).order_by(Member.id != cast.member, Member.id))
        assert (told["roll"]["number"], told["roll"]["email"]) == (me.number, me.email)
        for other in others:
            assert other.email not in text or not other.email
            assert json.dumps(other.name) not in text
        posts = session.execute(db.text("SELECT count(*) FROM posts WHERE author_id = :me"), {"me": cast.member})
        assert len(told["kept"]["posts"]) == posts.scalar_one() > 0
    assert {"arguments", "devices", "turns"} <= told["kept"].keys()
    for name in ("_hash", "totp_secret", "member_id", "author_id", "by_id"):
        assert f'{name}"' not in text.replace('content_hash"', "").replace('document_hash"', "")


def test_ones_own_page_leads_to_it_and_a_stranger_gets_nothing(app: Flask, cast: Cast) -> None:
    assert 'href="/me/data.json"' in sign_in(app, cast.member).get("/me").get_data(as_text=True)
    assert app.test_client().get("/me/data.json").status_code in (302, 403)
