"""The ballot's official texts in other languages: given by the tellers, whole, until the ballot is fixed."""

import json

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from referendum.conduct.language_operations import give_languages
from referendum.digest.queries import frozen_lines
from referendum.process.models import Vote
from tests.build_referendum import Referendum, call, make_closed, make_codes, prepare
from tests.people import Cast, actor, holding, sign_in

OPTIONS = {"A": {"title": "Aceptar", "text": ""}, "B": {"title": "Rechazar", "text": ""}}
SPANISH = {"es": {"question": "¿Aceptamos el acuerdo?", "options": OPTIONS}}
SENT = {"question-es": "¿Aceptamos el acuerdo?", "A-es": "Aceptar", "B-es": "Rechazar"}


@pytest.fixture
def address(app: Flask, cast: Cast) -> str:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        return f"/q/{make_closed(cast, now=clock.now()).question.number}/vote/languages"


def kept(app: Flask) -> object:
    with app.app_context():
        return db.session.scalars(db.select(Vote)).one().params.get("languages", {})


def test_a_teller_gives_the_ballot_in_spanish_and_takes_it_back(app: Flask, cast: Cast, address: str) -> None:
    teller = sign_in(app, cast.tellers[0])
    assert address in teller.get(address.removesuffix("/languages")).text
    assert teller.post(address, data=SENT).status_code == 302
    assert kept(app) == SPANISH
    assert "Rechazar" in teller.get(address).text
    teller.post(address, data={})
    assert kept(app) == {}
    with app.app_context():
        entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "give_languages")).all()
        assert len(entries) == 2


def test_half_a_language_is_refused_at_each_field_that_is_empty(app: Flask, cast: Cast, address: str) -> None:
    answer = sign_in(app, cast.tellers[0]).post(address, data={**SENT, "B-es": " ", "A-fr": "Accepter"})
    assert answer.status_code == 422
    for name in ("B-es", "question-fr", "B-fr"):
        assert f'href="#f-{name}"' in answer.text
    assert 'href="#f-A-es"' not in answer.text
    assert "Accepter" in answer.text
    assert kept(app) == {}


def test_either_every_argument_is_translated_or_none(app: Flask, cast: Cast, address: str) -> None:
    teller = sign_in(app, cast.tellers[0])
    with app.app_context():
        numbers = [each.argument.label for each in frozen_lines(db.session.scalars(db.select(Vote.question_id)).one())]
    assert len(numbers) > 1
    claims = {f"{number}-es": f"Traducción de {number}" for number in numbers}
    answer = teller.post(address, data={**SENT, **claims, f"{numbers[1]}-es": ""})
    assert answer.status_code == 422
    assert f'href="#f-{numbers[1]}-es"' in answer.text
    assert f'href="#f-{numbers[0]}-es"' not in answer.text
    assert teller.post(address, data={**SENT, **claims}).status_code == 302
    assert kept(app) == {"es": {**SPANISH["es"], "arguments": {n: f"Traducción de {n}" for n in numbers}}}
    assert f"Traducción de {numbers[0]}" in teller.get(address).text


def test_nobody_but_a_teller_of_the_question_gives_them(app: Flask, cast: Cast, address: str) -> None:
    for other in (cast.member, cast.officer, cast.observer):
        assert sign_in(app, other).post(address, data=SENT).status_code in (403, 404)
    assert kept(app) == {}


def test_a_teller_of_another_question_does_not_give_them(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        made = make_closed(cast, now=clock.now())
        stranger = holding(actor(cast.tellers[0]), "teller", made.question.id + 1)
        with pytest.raises(Refused):
            give_languages(stranger, made.vote, SPANISH, made.at)


def fixed(cast: Cast, words: dict[str, object]) -> Referendum:
    made = prepare(make_closed(cast, now=clock.now()))
    give_languages(made.teller(), made.vote, words, made.at)
    call(made)
    return make_codes(made)


def test_the_texts_are_in_the_ballot_s_record_and_fixed_with_it(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        made = fixed(cast, SPANISH)
        for record in (made.vote.election_v, made.vote.election_c):
            assert json.loads(json.loads(record)["description"])["languages"] == SPANISH
        with pytest.raises(Refused):
            give_languages(made.teller(), made.vote, {}, made.at)


def test_a_ballot_in_one_language_says_nothing_of_others(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        assert "languages" not in json.loads(json.loads(fixed(cast, {}).vote.election_v)["description"])
