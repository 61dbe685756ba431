"""The pages of result and record, their CSVs, and the audit export, as visitors, members and observers get them."""

import csv
import hashlib
import io
import json
import re
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event

from forum.kernel import audit
from forum.kernel.cli import audit_group
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.questions.derived_queries import label_of
from forum.questions.draft_operations import Act
from forum.questions.models import Question
from forum.roll.models import Local, Member
from referendum.casting.models import BoxBatch, BoxState, SetAside
from referendum.count.models import PartialDecryption
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.results import operations, page_queries, record_queries, views
from referendum.results.models import CitedArgument, PublishedResult
from tests.build_referendum import certify, make_closed, make_counted, make_open, prepare
from tests.people import Cast, make_member, sign_in
from tests.trail import trail


@pytest.fixture
def number(app: Flask, cast: Cast, now: datetime) -> int:
    """A certified question: B elected with 8 to 3 and a blank, citations opened."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        certify(make_counted(made, {"A": 3, "B": 8}, blanks=1, cited=(4, 1, 5, 2, 0, 3)))
        return made.question.number


def test_a_count_that_can_be_challenged_names_its_winner_and_says_that_it_is_not_certified(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
        number = made.question.number
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert "<h1>B Reject</h1>" in page
    assert "Not certified yet" in page


def test_the_result_says_who_won_with_unrounded_figures_beside_the_rounded(app: Flask, number: int) -> None:
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    for words in ("B Reject", "73%", "72.727272%", "Certified", "Which arguments moved the vote", "Right: it moved"):
        assert words in page
    assert "Marta Quill" not in page


def test_the_result_says_who_of_the_trustees_gave_a_second_proof(app: Flask, number: int) -> None:
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert page.count("No second proof by trustee 1, 2. So nothing shows that votes were not moved") == 2
    assert "Votes: no second proof; none by trustee 1, 2: nothing shows that what they opened is right." in page
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.update(PartialDecryption).values(second_proof="{}"))
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert page.count("Every trustee who opened a part gave a second proof") == 2


def test_the_result_page_is_the_same_size_of_truth_for_the_undecided(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now, minimum=12))
        number = certify(make_counted(made, {"A": 3, "B": 2}, withheld="too_few")).question.number
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert "<h1>Undecided</h1>" in page
    assert "below 12 nothing is opened" in page
    assert "Citations are opened only from" in page


def test_the_result_shows_its_certificate_its_roll_and_what_was_set_aside(app: Flask, number: int) -> None:
    with app.app_context(), transaction(write=True) as session:
        vote = session.scalars(db.select(Vote)).one()
        roll = frozen_electorate(vote.id)
        size, roll_hash = roll.size, roll.roll_hash
        certificate_hash = hashlib.sha256(vote.certificate.encode()).hexdigest()
        for place, archive in enumerate("VCC"):
            aside = SetAside(id=f"aside{place}", vote_id=vote.id, archive=archive, tracker=f"t{place}", reason="proof")
            session.add(aside)
    page = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    for words in (certificate_hash, roll_hash, "Signed by", "Elected: B Reject", f"{size} members, frozen"):
        assert words in page
    assert "Votes set aside because a proof did not hold: 1." in page
    assert "Citations set aside because a proof did not hold: 2." in page
    record = app.test_client().get("/record").get_data(as_text=True)
    for words in (roll_hash, "One more was set aside.", "2 more were set aside."):
        assert words in record


def test_small_halls_are_named_to_members_only(app: Flask, cast: Cast, number: int) -> None:
    assert "From Local 88" not in app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert "From Local 88" in sign_in(app, cast.member).get(f"/q/{number}/result").get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "first"),
    [("result", ["B", "Reject", "8", "73%", "72.727272%"]), ("citations", None), ("turnout", None)],
)
def test_every_picture_has_its_figures_as_csv(app: Flask, number: int, name: str, first: list[str] | None) -> None:
    answer = app.test_client().get(f"/q/{number}/{name}.csv")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    if first:
        assert rows[1] == first
    if name == "citations":
        assert sum(int(row[4]) for row in rows[1:]) == 9
        assert sum(int(row[5]) for row in rows[1:]) == 6


def test_totals_of_the_digest_are_mapped_back_to_their_arguments(app: Flask, number: int) -> None:
    with app.test_request_context():
        vote = db.session.scalars(db.select(Vote)).one()
        result = db.session.get_one(PublishedResult, vote.id)
        cited = db.session.scalars(db.select(CitedArgument).order_by(CitedArgument.id)).all()
        assert [(each.moved, each.weighed) for each in cited] == [(4, 1), (5, 2), (0, 3)]
        assert result.before_debate == [1, 0, 0]
        assert [row["letter"] for row in result.table["rows"]] == ["B", "A"]
        question = db.session.get_one(Question, vote.question_id)
        shown = page_queries.citations_shown(question, vote, for_members=False)
        assert shown is not None
        line = shown.picture.frame.left
        drawn = [(row.weighed_path, row.moved_path) for group in shown.picture.groups for row in group.rows]
        left, right = ([float(x) for row in drawn for x in re.findall(r"M([-\d.]+) ", row[at])] for at in (0, 1))
        assert (len(left), len(right)) == (6, 9), "a mark for each ballot"
        assert max(left) < line < min(right)
        ((order, calm),) = [(each["order"], each["calm"]) for each in views.what_to_do_now(VISITOR, question)]
        assert (order, calm) == (55, True), "to be read at leisure, after what is to be done"
        published = {"ballots": 12}
        noted = [("publish_result", "clock", published), ("publish_citations", "clock", published)]
        assert trail("publish_result", "publish_citations") == noted
        assert operations.publish_citations(vote, vote.opens_at), "they are there"
        assert trail("publish_result", "publish_citations") == noted, "and are published once"


def test_nothing_is_shown_before_the_count(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = make_open(make_closed(cast, now=now)).question.number
    client = app.test_client()
    page = client.get(f"/q/{number}/result").get_data(as_text=True)
    assert "Nothing is counted before voting has closed" in page
    assert client.get(f"/q/{number}/result.csv").status_code == 404


def test_the_life_of_an_argument_goes_on_to_the_vote_and_the_mandate(app: Flask, number: int) -> None:
    with app.app_context():
        argument = db.session.scalars(db.select(CitedArgument.argument_id).order_by(CitedArgument.moved.desc())).first()
    page = app.test_client().get(f"/a/{argument}").get_data(as_text=True)
    for words in ("Selected for the ballot", "<h3>Cited</h3>", "Quoted in the mandate"):
        assert words in page


def test_the_question_s_page_leads_to_digest_result_and_mandate(app: Flask, number: int) -> None:
    page = app.test_client().get(f"/q/{number}").get_data(as_text=True)
    for path in ("digest", "result", "mandate"):
        assert f'href="/q/{number}/{path}"' in page
    told = re.sub(r"<.*?>", "", page)
    for words in ("73% of the ballots that name an option, 8 of 11", "Read the result", "which arguments moved it"):
        assert words in told
    result = app.test_client().get(f"/q/{number}/result").get_data(as_text=True)
    assert re.search(r'href="/record"[^>]*aria-current', result), "the result belongs to the record in the navigation"


def test_the_record_shows_acts_and_offices_to_all_and_bodies_to_observers(app: Flask, cast: Cast, number: int) -> None:
    assert number
    visitor = app.test_client().get("/record").get_data(as_text=True)
    assert "<b>A vote was certified</b>, " in visitor, "and in which office"
    assert not re.search("<b>One person signed an act for the tellers</b>, ", visitor), "that says it already"
    assert "salt" not in visitor
    assert "salt" in sign_in(app, cast.observer).get("/record").get_data(as_text=True)
    assert "salt" not in sign_in(app, cast.officer).get("/record").get_data(as_text=True)
    assert "salt" not in sign_in(app, cast.observer, second_factor=False).get("/record").get_data(as_text=True)


def test_the_record_names_the_body_and_the_act_that_took_effect_and_leads_to_it(app: Flask, number: int) -> None:
    visitor = app.test_client()
    record = visitor.get("/record").get_data(as_text=True)
    found = re.search(r'<a href="(/acts/\d+)"><b>Signed by the tellers, in effect: The certificate</b></a>', record)
    assert found
    assert "One person signed an act for the tellers" in record
    assert re.search(r"In effect.*<time[^>]*>[^<]* (CST|CDT|EST|EDT|UTC)</time>", visitor.get(found[1]).text)


def test_an_observer_reads_who_acted_and_on_what_and_a_visitor_neither(app: Flask, cast: Cast, number: int) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        question = db.session.scalars(db.select(Question).where(Question.number == number)).one()
        officer = db.session.get_one(Member, cast.officer)
        audit.record(officer, Act.PUBLISH_QUESTION, f"question:{question.id}", now=question.published_at, shown=[7])
        name, public_id = officer.name, officer.public_id
    sheet = sign_in(app, cast.observer).get("/record").get_data(as_text=True)
    newest = sheet.partition('<ol class="log">')[2].partition("</li>")[0]
    assert name in newest
    assert f"Question {number}." in newest
    assert "<dd>[7]</dd>" in newest
    visitor = app.test_client().get("/record").get_data(as_text=True)
    assert name not in visitor
    assert public_id not in visitor
    with app.app_context(), transaction(write=True):
        db.session.get_one(Member, cast.officer).public_id = "another"
    sheet = sign_in(app, cast.observer).get("/record").get_data(as_text=True)
    newest = sheet.partition('<ol class="log">')[2].partition("</li>")[0]
    who = newest.partition('class="log-who">')[2].partition("</p>")[0]
    assert public_id in who, "of whom nobody knows the name the log's own word is shown"


def test_the_label_of_a_vote_keeps_the_roll_of_its_freeze(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        question = prepare(make_closed(cast, now=now)).question
        before = [str(row) for row in label_of(question, now)]
        make_member("9100", "Newly Joined", db.session.get_one(Local, cast.local))
        assert [str(row) for row in label_of(question, now)] == before


def test_the_label_of_a_past_vote_counts_the_trustees_of_that_vote(app: Flask, cast: Cast, now: datetime) -> None:
    """Until the count a trustee whom the roll makes an officer is named as such; afterwards it is history."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))

        def told() -> str:
            return " ".join(str(row) for row in label_of(made.question, made.at))

        count = len(cast.trustees)
        assert f"'count': {count}" in told()
        trustee = db.session.get_one(Member, cast.trustees[0])
        trustee.office = "officer"
        db.session.flush()
        assert f"'count': {count - 1}" in told()
        assert "are officers now" in told()
        certify(make_counted(made, {"A": 3, "B": 8}, cited=(4, 1, 5, 2, 0, 3)))
        for left_at in (None, now):
            trustee.left_at = left_at
            db.session.flush()
            assert f"'count': {count}" in told()
            assert "are officers now" not in told()


def test_the_record_goes_back_page_by_page(app: Flask, number: int) -> None:
    assert number
    page = app.test_client().get("/record?before=5").get_data(as_text=True)
    assert "entry-4" in page
    assert "entry-5" not in page


def test_every_vote_is_reached_from_the_record_page_by_page(
    app: Flask, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_queries.recorded_votes, "__defaults__", (1,))
    with app.app_context(), transaction(write=True) as session:
        first = session.scalars(db.select(Vote).join(Question).where(Question.number == number)).one()
        copied = ("question_id", "params", "opens_at", "closes_at", "opened_at")
        same = {name: getattr(first, name) for name in copied}
        session.add(Vote(**same, number=2, state="open", public_id="again", uuid_v="v", uuid_c="c"))
        ids = first.public_id, "again"
    page = app.test_client().get("/record").get_data(as_text=True)
    assert f"/record/votes/{ids[1]}" in page
    assert f"/record/votes/{ids[0]}" not in page
    older = page.split("/record?votes=")[1].split("#")[0]
    page = app.test_client().get(f"/record?votes={older}").get_data(as_text=True)
    assert f"/record/votes/{ids[0]}" in page
    assert f"/record/votes/{ids[1]}" not in page


@pytest.mark.parametrize("as_observer", [True, False])
def test_the_exported_chain_is_accepted_and_an_altered_one_refused(
    app: Flask, cast: Cast, number: int, tmp_path: Path, as_observer: bool
) -> None:
    assert number
    client = sign_in(app, cast.observer) if as_observer else app.test_client()
    lines = client.get("/record/audit.jsonl").get_data(as_text=True).splitlines()
    assert all(("body" in json.loads(line)) == as_observer for line in lines[:-1])
    file, key = tmp_path / "audit.jsonl", tmp_path / "key.pem"
    file.write_text("\n".join(lines) + "\n")
    key.write_bytes(client.get("/record/key.pem").data)
    for more in ([], ["--key", str(key)]):
        good = CliRunner().invoke(audit_group, ["check", str(file), *more])
        assert good.exit_code == 0, good.output
    file.write_text("\n".join(lines[:3] + lines[4:]) + "\n")
    assert CliRunner().invoke(audit_group, ["check", str(file)]).exit_code != 0


def test_the_box_is_shown_page_by_page_and_reads_no_ballot(app: Flask, number: int) -> None:
    with app.app_context(), transaction(write=True) as session:
        vote = session.scalars(db.select(Vote).join(Question).where(Question.number == number)).one()
        state = session.get(BoxState, vote.id) or BoxState(vote_id=vote.id, sealed=True)
        state.batch = 120
        session.add(state)
        session.execute(db.delete(BoxBatch))
        for batch, archive in product(range(1, 121), ("V", "C")):
            row = BoxBatch(vote_id=vote.id, number=batch, archive=archive, ballots=30 + batch, hash=f"{batch:064}")
            session.add(row)
        address = f"/record/votes/{vote.public_id}"
        engine = db.engine
    asked: list[str] = []
    note = lambda _c, _cursor, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    seen: list[str] = []
    query, pages = "", 0
    while query is not None:
        pages += 1
        page = app.test_client().get(address + query).get_data(as_text=True)
        seen += re.findall(r'<td class="n">(\d+)</td><td class="n">(\d+)</td>', page)
        older = re.search(r'href="[^"]*(\?before=\d+)" rel="next"', page)
        query = older[1] if older else None
    event.remove(engine, "before_cursor_execute", note)
    assert seen == [(str(batch), str(30 + batch)) for batch in range(120, 0, -1) for _ in "VC"]
    assert pages == 3
    assert not [each for each in asked if "boxed_ballots" in each]


def test_the_box_is_shown_batch_by_batch_without_times(app: Flask, number: int) -> None:
    with app.app_context():
        vote = db.session.scalars(db.select(Vote).join(Question).where(Question.number == number)).one()
        public_id = vote.public_id
    assert app.test_client().get(f"/record/votes/{public_id}").status_code == 200
    assert app.test_client().get("/record/votes/nothing").status_code == 404
