"""The processes side by side, and an officer's look at one of their own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import Cast, sign_in

OWN = 'name = "own"\ntitle = "Our own way"\n\n[[stages]]\nkind = "members_vote"\ndays = %s\n'


@pytest.fixture
def officer(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app, cast.officer)


def test_anyone_compares_the_processes_by_their_labels(app: Flask) -> None:
    page = app.test_client().get("/processes").get_data(as_text=True)
    assert page.count("Process label") == 4
    assert page.count("No, it binds nobody") == page.count("Yes, once its pledge is signed") == 2
    assert "None: the members do not decide" in page


def test_an_officer_sees_what_an_own_process_comes_to(officer: FlaskClient) -> None:
    page = officer.post("/processes/own", data={"process_source": OWN % 9}).get_data(as_text=True)
    assert "single ballots are never opened" in page
    assert "The union organises none." in page
    assert "Voting closes" in page
    assert "Not documented" not in page


def test_every_fault_is_shown_with_its_line_and_the_text_is_kept(officer: FlaskClient) -> None:
    page = officer.post("/processes/own", data={"process_source": OWN % 0 + "colour = 1\n"}).get_data(as_text=True)
    assert "2 faults" in page
    assert "<b>Line 6</b> <code>stages.1.days</code>" in page
    assert "<b>Line 7</b> <code>stages.1.colour</code>" in page
    assert "Our own way" in page


def test_a_process_of_the_house_is_a_beginning(officer: FlaskClient) -> None:
    assert "Debate in every local" in officer.get("/processes/own").get_data(as_text=True)
    assert officer.get("/processes/own?template=../x").status_code == 404
