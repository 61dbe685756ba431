"""The digest by mail: when it is due, what it tells to whom, nothing empty, nobody twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.halls.models import Post
from forum.halls.own_models import Following
from forum.kernel import clock, mail, mailings
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.outlets import closing_notices, digest_operations, digest_queries, rules
from forum.outlets.jobs import start_what_is_due
from forum.outlets.models import DigestEdition, MailChoice
from forum.questions.models import Question
from forum.roll.models import Member
from forum.signin.models import Account
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.people import Cast

CHICAGO = ZoneInfo("America/Chicago")
THURSDAY = datetime(2026, 11, 12, 23, 0, tzinfo=UTC)  # 17:00 in Chicago
NOW = THURSDAY + timedelta(minutes=5)


class Killed(BaseException):
    """As if somebody had pulled the plug."""


class Hand:
    """The hand of the clock, for tests to move."""

    at = NOW


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    Hand.at = NOW
    monkeypatch.setattr(clock, "now", lambda: Hand.at)


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    """A debate at the hour of a digest."""
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=NOW)


def add_argument(app: Flask, cast: Cast, debate: Ground, number: int, **changes: object) -> int:
    values: dict[str, object] = {
        "question_id": debate.question, "number": number, "option_id": debate.options[1], "side": "against",
        "claim": f"Claim {number} <b>&", "mover_id": cast.member, "moved_at": NOW - timedelta(hours=3),
        "hall_id": debate.hall, "seconder_id": cast.seconder, "seconded_at": NOW - timedelta(hours=2),
    }  # fmt: skip
    with app.app_context(), transaction(write=True) as session:
        argument = Argument(**{**values, **changes})
        session.add(argument)
        session.flush()
        return argument.id


def choose(app: Flask, *members: int, digest: str) -> None:
    with app.app_context(), transaction(write=True) as session:
        for member_id in members:
            session.add(MailChoice(member_id=member_id, digest=digest, quiet_from=22, quiet_until=7, at=NOW))


def run(app: Flask, *, later: timedelta = timedelta(0)) -> dict[str, str]:
    """The hour strikes; address and plain text of what was written by it."""
    Hand.at = NOW + later
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.delete(Outgoing))
    with app.app_context():
        start_what_is_due()
        rows = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "digest")).all()
        assert len({row.address for row in rows}) == len(rows), "nobody gets two"
        return {row.address: row.text for row in rows}


@pytest.mark.parametrize(
    ("kind", "at", "slot"),
    [
        ("daily", "2026-11-12 17:00", "2026-11-12 17:00"), ("daily", "2026-11-12 16:59", "2026-11-11 17:00"),
        ("weekly", "2026-11-12 17:00", "2026-11-12 17:00"), ("weekly", "2026-11-12 16:59", "2026-11-05 17:00"),
        ("weekly", "2026-11-11 20:00", "2026-11-05 17:00"), ("weekly", "2026-11-01 03:00", "2026-10-29 17:00"),
    ],
)  # fmt: skip
def test_a_digest_is_due_at_five_in_the_afternoon(kind: str, at: str, slot: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=CHICAGO)
    assert rules.due_since(kind, CHICAGO, now) == datetime.fromisoformat(slot).replace(tzinfo=CHICAGO)


def test_a_digest_tells_arguments_answers_sessions_and_what_is_next(app: Flask, cast: Cast, debate: Ground) -> None:
    first = add_argument(app, cast, debate, 1)
    add_argument(app, cast, debate, 2, side="for", answers_id=first)
    add_argument(app, cast, debate, 3, seconder_id=None, seconded_at=None)
    text = run(app)["m1004@example.org"]
    assert "Dear Priya Nand," in text
    assert "A-01, against option B: Claim 1 <b>&" in text
    assert "A-02, for option B, answers A-01: Claim 2 <b>&" in text
    assert "One more was moved and waits for a seconder." in text
    assert "2 arguments came onto the record:" in text
    assert "Local 156" in text, "the session of the own local"
    assert "the debate closes" in text
    assert "Marta" not in text
    assert "\x00" not in text


def test_no_words_of_a_member_become_part_of_the_page_or_of_a_mail_s_marks(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Member, cast.elsewhere).name = "<img src=x> {stop} threads"
    add_argument(app, cast, debate, 1, claim="<script>alert(1)</script> {stop}")
    run(app)
    with app.app_context():
        row = db.session.scalars(db.select(Outgoing).where(Outgoing.address == "m1004@example.org")).one()
        assert "<script" not in row.html
        assert "<img" not in row.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {stop}" in row.html
        assert "Dear <img src=x> {stop} threads," in row.text


def test_only_what_stands_and_came_in_the_span_is_told(app: Flask, cast: Cast, debate: Ground) -> None:
    add_argument(app, cast, debate, 1, seconded_at=NOW - timedelta(days=8))
    add_argument(app, cast, debate, 2, hidden_at=NOW)
    add_argument(app, cast, debate, 3, withdrawn_at=NOW)
    add_argument(app, cast, debate, 4, seconded_at=NOW)
    told = run(app)
    assert "m1004@example.org" in told, "who has a session to come"
    assert "Claim" not in "".join(told.values())


def test_each_reads_it_in_the_own_language_and_time(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Account, cast.elsewhere).language = "fr"
        session.get_one(Sitting, debate.scheduled).starts_at = datetime(2026, 11, 14, 1, 0, tzinfo=UTC)
    text = run(app)["m1004@example.org"]
    assert "20:00 EST" in text
    assert "vendredi 13 novembre" in text


def test_where_nothing_happened_nobody_is_written_to(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        for sitting in session.scalars(db.select(Sitting)):
            sitting.state = "cancelled"
        question = session.get_one(Question, debate.question)
        question.debate_opens_at = question.charged_at = NOW - timedelta(days=9)
    assert run(app) == {}
    with app.app_context(), transaction(write=True) as session:
        session.add(Post(
            hall_id=debate.hall, number=1, author_id=cast.member, source="x", html="x", renderer=1,
            at=NOW - timedelta(days=2),
        ))  # fmt: skip
        follower = {"member_id": cast.elsewhere, "state": "follow", "told_number": 0, "told_at": NOW}
        session.add(Following(hall_id=debate.hall, **follower))
        session.execute(db.update(DigestEdition).values(until=DigestEdition.since))
    told = run(app)
    assert set(told) == {"m1004@example.org"}, "only who follows the thread has news"
    assert "The hall of Local 88, question 14, one new post" in told["m1004@example.org"]


def test_every_member_gets_it_weekly_who_did_not_choose_otherwise(app: Flask, cast: Cast, debate: Ground) -> None:
    add_argument(app, cast, debate, 1)
    choose(app, cast.member, digest="off")
    choose(app, cast.seconder, digest="daily")
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Member, cast.retired).left_at = NOW
    weekly = set(run(app))
    assert not {"m1001@example.org", "m1006@example.org", "m1007@example.org"} & weekly
    assert {"m1002@example.org", "m1003@example.org"} <= weekly
    assert run(app, later=timedelta(hours=1)) == {}, "an edition goes out once"
    add_argument(app, cast, debate, 2, seconded_at=NOW + timedelta(hours=5))
    assert set(run(app, later=timedelta(days=1))) == {"m1002@example.org"}


def test_the_next_edition_goes_on_where_the_last_one_ended(app: Flask, cast: Cast, debate: Ground) -> None:
    choose(app, cast.member, digest="daily")
    run(app)
    run(app, later=timedelta(days=1, hours=3))
    with app.app_context():
        spans = db.session.execute(
            db.select(DigestEdition.since, DigestEdition.until)
            .where(DigestEdition.kind == "daily")
            .order_by(DigestEdition.since)
        ).all()
    assert spans == [(THURSDAY - timedelta(days=1), THURSDAY), (THURSDAY, THURSDAY + timedelta(days=1))]


def test_a_killed_digest_goes_on_and_writes_to_nobody_twice(
    app: Flask, cast: Cast, debate: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_argument(app, cast, debate, 1)
    monkeypatch.setattr(mailings, "PORTION", 4)
    real, calls = mail.send_each, []

    def killed(*args: object, **facts: object) -> None:
        real(*args, **facts)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 2:
            raise Killed

    monkeypatch.setattr(mail, "send_each", killed)
    with pytest.raises(Killed):
        run(app)
    with app.app_context():
        mailings.go_on_with_all()
        told = sorted(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "digest")))
        everybody = db.select(Member.email).where(Member.standing.in_(("good", "retired"))).order_by(Member.id)
        assert told == sorted(db.session.scalars(everybody))


def test_a_text_is_made_once_for_a_local_and_a_language(
    app: Flask, cast: Cast, debate: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_argument(app, cast, debate, 1)
    made: list[str] = []
    real = mail.rendered
    read: list[int] = []
    sessions = digest_queries.sessions

    def rendered(name: str, language: str, **facts: object) -> mail.Text:
        made.append(name)
        return real(name, language, **facts)

    def counted(edition: DigestEdition, local_id: int, now: datetime) -> list[digest_queries.Session]:
        read.append(local_id)
        return sessions(edition, local_id, now)

    monkeypatch.setattr(mail, "rendered", rendered)
    monkeypatch.setattr(digest_queries, "sessions", counted)
    monkeypatch.setattr(mailings, "PORTION", 3)
    assert len(run(app)) > 12
    assert len(made) == 2
    assert sorted(read) == sorted([cast.local, cast.other_local])


def notices(app: Flask, at: datetime) -> list[str]:
    Hand.at = at
    with app.app_context(), transaction(write=True) as session:
        session.execute(db.delete(Outgoing))
    with app.app_context(), transaction(write=True):
        closing_notices.start_due(CHICAGO, now=at)
    with app.app_context():
        return list(db.session.scalars(db.select(Outgoing.text).where(Outgoing.name == "statements_close")))


def test_all_members_are_told_seven_days_before_statements_close_once(app: Flask, cast: Cast, debate: Ground) -> None:
    closes_at = NOW + timedelta(days=12)
    assert notices(app, closes_at - timedelta(days=8, hours=1)) == []
    noon = datetime(2026, 11, 17, 18, 0, tzinfo=UTC)
    assert timedelta(days=7) < closes_at - noon < timedelta(days=8)
    told = notices(app, noon)
    assert len(told) == 16
    assert "less than seven days" not in told[0]
    assert "cannot be stopped" in told[0]
    assert notices(app, noon + timedelta(hours=1)) == []
    with app.app_context(), transaction(write=True) as session:
        question = session.get_one(Question, debate.question)
        question.debate_extended_at, question.debate_closes_at = noon, closes_at + timedelta(days=14)
    assert notices(app, noon + timedelta(days=1)) == []
    assert len(notices(app, noon + timedelta(days=14))) == 16, "an extended debate is told once more"


def test_a_short_timetable_is_told_at_once_and_says_so(app: Flask, cast: Cast, debate: Ground) -> None:
    told = notices(app, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))  # two at night
    assert "less than seven days" in told[0]
    with app.app_context():
        assert set(db.session.scalars(db.select(Outgoing.not_before))) == {
            datetime(2026, 11, 20, 13, 0, tzinfo=UTC), datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        }  # fmt: skip


def test_the_first_edition_is_of_an_hour_at_which_there_was_a_question(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Question, debate.question).charged_at = THURSDAY + timedelta(minutes=1)
    run(app, later=timedelta(hours=3))
    run(app, later=timedelta(days=2))
    with app.app_context():
        kinds = db.session.execute(db.select(DigestEdition.kind, DigestEdition.until)).all()
    assert kinds == [("daily", THURSDAY + timedelta(days=2))]


def test_a_union_without_a_question_gets_no_edition(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction(write=True) as session:
        digest_operations.start_due(CHICAGO, now=NOW)
        assert session.scalar(db.select(DigestEdition.id)) is None
