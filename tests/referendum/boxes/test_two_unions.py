"""A vote whose forum is in one installation and whose box is in another: from the package to the published result."""

import json
import mailbox
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from forum.bodies.queries import acts_of
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from referendum.archive import vote_checks
from referendum.boxes import packing, returning, unpacking
from referendum.boxes.draft import work_folder
from referendum.boxes.rules import Rejected
from referendum.casting.models import BoxBatch, BoxedBallot
from referendum.casting.rules import batch_hash
from referendum.conduct.jobs import tend
from referendum.count.models import PartialDecryption, Tally, TallyPart
from referendum.crypto.canonical import canonical_bytes
from referendum.electorate.models import PublicCredential
from referendum.results.models import CitedArgument, PublishedResult
from tests.people import Cast, sign_in
from tests.referendum.boxes.two_unions import TwoUnions, make_two_unions
from tests.trail import trail


@pytest.mark.needs("chromium")
def test_a_vote_is_packed_voted_on_elsewhere_counted_there_and_taken_back(
    app: Flask, cast: Cast, now: datetime, tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch,
    chromium: Browser,
) -> None:  # fmt: skip
    def set_clock(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    monkeypatch.setattr(vote_checks, "FEWEST_CITATIONS", 2)
    monkeypatch.setattr(returning, "AT_ONCE", 2)
    monkeypatch.setattr(unpacking, "AT_ONCE", 5)
    two = make_two_unions(app, cast, now, tmp_path, empty_database, set_clock)
    package, answer = tmp_path / "package", tmp_path / "answer"
    with two.served():
        _the_mail_says_where_the_box_is(two)
        _packing_blocks_nobody_and_leaves_nothing_half(two, package)
        packed = two.pack(package)
        assert packed.exit_code == 0, packed.output
        _the_forum_says_where_the_box_is(two, cast)
        _refuse_what_is_wrong_with_a_package(two, package)
        taken = two.unpack(package)
        assert taken.exit_code == 0, taken.output
        assert f"vote {two.public_id}, open from {two.opens_at} to {two.closes_at}." in taken.output
        for done in (packed, taken):
            (told,) = [line for line in done.output.splitlines() if "codes" in line]
            assert re.fullmatch(r"codes: (\d+) of \1", told.strip()), "a log is told once, at the end"
        assert "already" in two.unpack(package).output
        _nothing_names_a_member(two)
        _the_box_says_whose_it_is(two)
        _vote(two, set_clock, chromium)
    _count(two, tmp_path, set_clock)
    given = two.run(two.box, "give-back", two.public_id, answer)
    assert given.exit_code == 0, given.output
    with app.app_context(), transaction(write=False):
        assert two.vote().state == "counting"
        assert db.session.scalars(db.select(PublishedResult)).all() == [], "nothing is shown before it is checked"
    _refuse_what_is_wrong_with_an_answer(two, answer)
    result = two.run(app, "take-back", answer, "--key", two.key(two.box))
    assert result.exit_code == 0, result.output
    _is_published(two)
    _holds_what_the_box_holds(two)
    for place, acts in ((app, ("pack_vote", "take_back_vote")), (two.box, ("unpack_vote", "give_back_vote"))):
        with place.app_context(), transaction(write=False):
            assert {(act, office) for act, office, _ in trail(*acts)} == {(act, "operator") for act in acts}


def another_option(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["question"]["options"][0]["title"] = "Accept it all"


def another_argument(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["question"]["lines"][0]["claim"] = "The strike fund lasts nine years"


def a_smaller_roll(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["roll"]["size"] -= 1


def another_box(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["box"] = "0" * 64


def another_forum(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["forum"] = "javascript:alert(1)"


def another_guide(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    parts["digest.json"].write_bytes(b"{}")


def a_code_less(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    lines = parts["credentials.V.jsonl"].read_bytes().splitlines(keepends=True)
    parts["credentials.V.jsonl"].write_bytes(b"".join(lines[1:]))


def a_code_twice(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    lines = parts["credentials.C.jsonl"].read_bytes().splitlines(keepends=True)
    parts["credentials.C.jsonl"].write_bytes(b"".join([lines[0], *lines[:-1]]))


FORGED_PACKAGES = (
    (another_option, "options are not those on the paper"), (another_argument, "arguments are not those on the paper"),
    (a_smaller_roll, "something else of vote, roll or digest"), (another_box, "for another installation"),
    (another_guide, "voter guide is not the one"), (another_forum, "begins with https://"),
    (a_code_less, "not as many as roll and spares"),
    (a_code_twice, "not in the order of their values"),
)  # fmt: skip


def _refuse_what_is_wrong_with_a_package(two: TwoUnions, package: Path) -> None:
    other = two.fingerprint(two.box)
    assert "another fingerprint" in two.unpack(package, **{"--fingerprint": other}).output
    own = {"--key": str(two.key(two.box)), "--fingerprint": other}
    assert "not signed with this key" in two.unpack(package, **own).output
    forum = {"--box": str(two.key(two.forum))}
    assert "another installation already" in two.pack(two.folder / "other", **forum).output
    for change, words in FORGED_PACKAGES:
        assert words in two.unpack(two.forged(package, change)).output, change.__name__
    with two.box.app_context(), transaction(write=False):
        assert not db.session.scalars(db.select(Base.metadata.tables["votes"].c.id)).all()


def _nothing_names_a_member(two: TwoUnions) -> None:
    """No name, number or address of the forum's roll is anywhere in the box."""
    with two.forum.app_context(), transaction(write=False) as session:
        members = session.execute(db.select(*(Base.metadata.tables["members"].c[n] for n in ("name", "email")))).all()
    with two.box.app_context(), transaction(write=False) as session:
        stored = "".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(db.select(table)))
    assert len(members) > 10
    assert not [name for row in members for name in row if name in stored]


def _the_mail_says_where_the_box_is(two: TwoUnions) -> None:
    mails = [mail for path in sorted(two.folder.rglob("*.mbox")) for mail in mailbox.mbox(path)]
    for part in [part for mail in mails for part in mail.walk() if not part.is_multipart()]:
        said = part.get_payload(decode=True)
        assert b"which runs the booth and keeps the ballots: https://box.example." in said
    assert len(mails) > 10


def _packing_blocks_nobody_and_leaves_nothing_half(two: TwoUnions, package: Path) -> None:
    written: list[int] = []

    def write_meanwhile(_what: str, _done: int, _total: int) -> None:
        thread = Thread(target=_replace_a_code, args=(two, written))
        thread.start()
        thread.join(timeout=5)

    pem, at = two.key(two.box).read_bytes(), clock.now()
    with two.forum.app_context(), work_folder(package) as folder:
        with transaction(write=False):
            packed = packing.write_package(two.vote(), pem, two.urls["box"], folder, at, write_meanwhile)
        assert written == [1], "a code was replaced while the package was written"
        with transaction(write=True), pytest.raises(Rejected, match="changed while it was packed"):
            packing.hand_over(two.vote(), packed, at)
        assert "another run is writing" in two.pack(package).output
    with two.forum.app_context(), transaction(write=False):
        assert not two.vote().params.get("box")
    assert not list(two.folder.glob("package*"))
    left = two.folder / "package.writing"
    left.mkdir()
    (left / "package").write_bytes(b"what a killed run had written")


def _replace_a_code(two: TwoUnions, written: list[int]) -> None:
    rows = db.select(PublicCredential).where(PublicCredential.archive == "V", PublicCredential.state == "spare")
    with two.forum.app_context(), transaction(write=True):
        db.session.scalars(rows.order_by(PublicCredential.digest)).all()[0].state = "revoked"
    written.append(1)


def _the_forum_says_where_the_box_is(two: TwoUnions, cast: Cast) -> None:
    member, teller = sign_in(two.forum, cast.member), sign_in(two.forum, cast.tellers[0])
    with two.forum.app_context(), transaction(write=False):
        (call,) = [act.id for act in acts_of(two.vote().question_id) if act.act == "call"]
    for browser, path in (
        (two.forum.test_client(), f"/q/{two.question}"), (member, f"/q/{two.question}"), (member, f"/acts/{call}"),
        (member, f"/votes/{two.public_id}/my-code"), (teller, f"/q/{two.question}/vote"),
    ):  # fmt: skip
        page = browser.get(path).get_data(as_text=True)
        assert "The ballot box is in other hands" in page, path
        assert two.urls["box"] in page
        assert two.fingerprint(two.box) in page
    label = member.get(f"/q/{two.question}/label").get_data(as_text=True)
    assert f"kept and added up at another site, {two.urls['box']}." in label
    assert "has the public part of each, and no name" in label
    assert "This site checks the other’s count" in label


def _the_box_says_whose_it_is(two: TwoUnions) -> None:
    """Its front page and the question's are the box's: of the debate it has nothing to show."""
    visitor = two.box.test_client()
    for path in ("/", f"/q/{two.question}"):
        assert visitor.get(path).headers["Location"] == f"/record/votes/{two.public_id}"
    page = visitor.get(f"/record/votes/{two.public_id}").get_data(as_text=True)
    assert "United Test Workers debated this" in page
    assert two.fingerprint(two.forum) in page
    assert "To the booth" not in page, "voting has not begun"


def _the_forum_leads_to_the_box(two: TwoUnions) -> None:
    """What the forum does not hold it does not count as nothing."""
    visitor = two.forum.test_client()
    assert f"{two.urls['box']}/tracker?tracker=abc" in visitor.get("/tracker?tracker=abc").get_data(as_text=True)
    page = visitor.get(f"/record/votes/{two.public_id}").get_data(as_text=True)
    assert f"{two.urls['box']}/record/votes/{two.public_id}" in page
    assert "The box is empty" not in page
    page = visitor.get(f"/record/votes/{two.public_id}/check").get_data(as_text=True)
    assert f"{two.urls['box']}/record/votes/{two.public_id}/check" in page
    assert "box-V.bel" not in page
    assert visitor.get(f"/record/votes/{two.public_id}/box-V.bel").status_code == 404


def _vote(two: TwoUnions, set_clock: Callable[[datetime], None], chromium: Browser) -> None:
    early = two.box.test_client().get(f"/booth/{two.public_id}").get_data(as_text=True)
    assert "not open yet" in early
    set_clock(two.opens_at)
    with two.forum.app_context():
        tend(two.opens_at)
    _the_forum_leads_to_the_box(two)
    status, words = two.cast(two.forum, 0, "A")
    assert status == 403
    assert "at another address" in words
    for voter, (letter, cited) in enumerate((("A", (0,)), ("B", (2, 5)))):
        assert two.cast(two.box, voter, letter, cited)[0] == 200
    assert two.cast(two.box, 0, "B", ())[0] == 200, "the tellers made the codes, so a ballot may be replaced"
    context = chromium.new_context(locale="en-GB")
    _vote_from_the_link(two, context.new_page(), two.codes[2])
    context.close()


def _vote_from_the_link(two: TwoUnions, page: Page, code: str) -> None:
    """The link in the member's mail leads to the forum; the booth is the box's, and the code came along."""
    page.goto(f"{two.urls['forum']}/booth/{two.public_id}#code={code}")
    assert page.url == f"{two.urls['box']}/booth/{two.public_id}"
    page.get_by_role("radio", name="B Reject").check()
    page.get_by_role("button", name="Go on").click()
    page.locator("[data-group=moved] .mark-arg").first.get_by_role("checkbox").check()
    page.locator("[data-leaf=cite]").get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Cast my ballot").click()
    expect(page.get_by_role("heading", name="Your ballot is in the box")).to_be_visible()


def _count(two: TwoUnions, folder: Path, set_clock: Callable[[datetime], None]) -> None:
    after = two.closes_at + timedelta(minutes=1)
    set_clock(after)
    assert "not every archive" in two.run(two.box, "give-back", two.public_id, folder / "early").output
    for installation in (two.forum, two.box):
        with installation.app_context():
            tend(two.closes_at)
            tend(after)
            assert two.vote().state == "counting"
    for archive in "VC":
        written = two.run(two.box, "record", two.public_id, archive, folder)
        assert written.exit_code == 0, written.output
        for owner in (1, 2):
            part = two.part(owner, Path(written.output.strip()), folder / "part.json")
            wrong = folder / "wrong.json"
            wrong.write_text(part.read_text().replace(f'"owner": {owner}', f'"owner": {3 - owner}'))
            refused = two.run(two.box, "part", two.public_id, archive, wrong)
            assert f"trustee {3 - owner} is refused" in refused.output
            took = two.run(two.box, "part", two.public_id, archive, part)
            assert took.exit_code == 0, took.output
            then = ("Taken. Further trustees are awaited.", "The archive is opened and written now.")[owner - 1]
            assert took.output == f"{then}\n"


def other_totals(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["archives"]["V"]["totals"][0][0] += 1


def other_package(facts: dict[str, Any], _parts: dict[str, Path]) -> None:
    facts["package"] = "0" * 64


def without_citations(facts: dict[str, Any], parts: dict[str, Path]) -> None:
    parts.pop(facts["archives"].pop("C")["files"][0])


def without_a_file(facts: dict[str, Any], parts: dict[str, Path]) -> None:
    parts.pop(facts["archives"]["V"]["files"][0])


def with_more(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    parts["names.txt"] = parts["vote.json"]


def another_archive(facts: dict[str, Any], parts: dict[str, Path]) -> None:
    (name,) = facts["archives"]["V"]["files"]
    raw = parts[name].read_bytes()
    parts[name].write_bytes(raw[: raw.rindex(b"PartialDecryption") - 1024])


def another_second_proof(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    told = json.loads(parts["vote.json"].read_bytes())
    one, other = told["archives"]["V"]["parts"][0]["second_proofs"]
    one["response"] = other["response"]
    parts["vote.json"].write_bytes(canonical_bytes(told))


def half_a_second_proof(_facts: dict[str, Any], parts: dict[str, Path]) -> None:
    told = json.loads(parts["vote.json"].read_bytes())
    del told["archives"]["V"]["parts"][0]["second_proofs"][1]["response"]
    parts["vote.json"].write_bytes(canonical_bytes(told))


FORGERIES = (
    (another_second_proof, "trustee 1: the second proof does not hold"),
    (half_a_second_proof, "“response” is missing"),
    (other_totals, "totals that it states of V"), (other_package, "another package"),
    (without_citations, "an archive of this vote is missing"), (without_a_file, "is missing in it"),
    (with_more, "nothing else"), (another_archive, "do not pass the verifier"),
)  # fmt: skip


def _refuse_what_is_wrong_with_an_answer(two: TwoUnions, answer: Path) -> None:
    own, key = two.key(two.forum), two.key(two.box)

    def said(file: Path, key: Path = key) -> str:
        result = two.run(two.forum, "take-back", file, "--key", key)
        assert result.exit_code == 1
        return result.output

    changed, content = two.folder / "changed", answer.read_bytes()
    inside = content.rindex(b'"credential"')
    for place, words in ((content.index(b'"package"') + 20, "not signed with this key"), (inside, "was changed")):
        changed.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert words in said(changed)
    changed.write_bytes(content[: len(content) // 2])
    assert "cut off" in said(changed)
    assert "not signed with this key" in said(answer, own)
    assert "packed for another installation" in said(two.forged(answer, by=two.forum), own)
    for change, words in FORGERIES:
        assert words in said(two.forged(answer, change)), change.__name__
    with two.box_with_another_code():
        assert two.run(two.box, "give-back", two.public_id, changed).exit_code == 0
    assert "something else of the ballot’s text, the credentials" in said(changed)
    with two.forum.app_context(), transaction(write=False):
        assert two.vote().state == "counting"
        for table in (Tally, TallyPart, BoxedBallot, PartialDecryption, PublishedResult):
            assert not db.session.scalars(db.select(table)).all(), "all of an answer is taken, or nothing"


COUNTED = (
    (Tally.archive, Tally.encrypted, Tally.ballot_count, Tally.result, Tally.archive_hash),
    (BoxedBallot.archive, BoxedBallot.hash, BoxedBallot.tracker, BoxedBallot.credential, BoxedBallot.body),
    (PartialDecryption.archive, PartialDecryption.owner, PartialDecryption.body, PartialDecryption.second_proof),
)


def _holds_what_the_box_holds(two: TwoUnions) -> None:
    """Ballots, products, parts and totals are in the forum as in the box; only the hours of the batches are lost."""
    held = []
    for app in (two.box, two.forum):
        with app.app_context(), transaction(write=False) as session:
            held.append([sorted(map(str, session.execute(db.select(*columns)))) for columns in COUNTED])
    assert held[0] == held[1]
    assert [len(rows) for rows in held[0]] == [2, 6, 4]
    with two.forum.app_context(), transaction(write=False) as session:
        ballots = session.execute(db.select(BoxedBallot.archive, BoxedBallot.batch, BoxedBallot.hash)).all()
        batches = session.scalars(db.select(BoxBatch)).all()
        assert {(each.archive, each.number) for each in batches} == {(archive, batch) for archive, batch, _ in ballots}
        for each in batches:
            hashes = [hash_ for archive, batch, hash_ in ballots if (archive, batch) == (each.archive, each.number)]
            assert (each.ballots, each.hash) == (len(hashes), batch_hash(sorted(hashes)))


def _is_published(two: TwoUnions) -> None:
    with two.forum.app_context(), transaction(write=False):
        vote = two.vote()
        assert vote.state == "challengeable"
        rows = db.session.get_one(PublishedResult, vote.id).table["rows"]
        assert [(row["letter"], row["count"]) for row in rows] == [("B", 3), ("A", 0)]
        cited = db.session.scalars(db.select(CitedArgument).order_by(CitedArgument.id)).all()
        assert (sum(each.moved for each in cited), [each.weighed for each in cited]) == (2, [0, 0, 1])
    visitor = two.forum.test_client()
    result = visitor.get(f"/q/{two.question}/result").get_data(as_text=True)
    assert "100%" in result
    assert "The ballot box was in other hands" in result
    assert visitor.get(f"/votes/{two.public_id}/V.bel").status_code == 200
