"""`flask replay`: a scenario run headless, from the roll to the certificate, through the operations the pages call."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import wsgi
from forum.kernel import clock, migrate
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from forum.questions.queries import question_by_id
from referendum.conduct.jobs import tend
from referendum.digest.queries import digest_of
from referendum.process.models import Vote
from referendum.rehearsal import replay_debate
from referendum.rehearsal.company import Company
from referendum.rehearsal.conversation import Conversation
from referendum.rehearsal.paper import Marked
from referendum.rehearsal.polis_export import PolisExport
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.replay_mandate import carry_out
from referendum.rehearsal.replay_marks import enter, marks_from_readings, marks_from_urn
from referendum.rehearsal.replay_pages import write_pages
from referendum.rehearsal.replay_record import write_record
from referendum.rehearsal.replay_stages import register_all, vote_by_name
from referendum.rehearsal.replay_vote import ReplayVote
from referendum.rehearsal.scenario import Scenario


@dataclass(frozen=True)
class Replay:
    """One run: which scenario, how large a union, which seed, and the conversation where the scenario needs one."""

    scenario: Scenario
    out: Path
    members: int
    seed: int
    export: PolisExport | None = None

    def run(self, tell: Tell) -> None:
        """Everything, into `out`. The installation it made for itself is thrown away at the end."""
        self.out.mkdir(parents=True, exist_ok=True)
        folder = self.out / "installation"
        shutil.rmtree(folder, ignore_errors=True)
        settings = replay_settings(folder)
        try:
            self._run(settings, tell)
        finally:
            clock.follow(None)
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, settings: Settings, tell: Tell) -> None:
        app = wsgi.create_app(settings)
        with app.app_context():
            migrate.upgrade()
            clock.follow(settings.instance / "clock")
            company = Company(self.members, self.scenario.locals)
            company.import_roll(settings, clock.now())
            tell("roll", self.members, self.members)
            question_id = replay_debate.draft_question(self.scenario, company, clock.now())
            talk = self._debate(question_id, company, tell)
            register_all(question_id, company)
            vote = ReplayVote(question_id, company, lambda held: self._marks(held, company, talk), tell)
            vote.hold()
            carry_out(question_id, company)
            told = self.scenario.roll_call
            by_name = vote_by_name(question_id, company, told) if told else None
            with transaction(write=False):
                write_record(self.out, settings.instance, self.scenario, vote.vote(), self.seed, by_name)
                digest = digest_of(question_id)
                if digest is not None:
                    (self.out / "digest.json").write_text(digest.record, encoding="utf-8")
            write_pages(app, self.out / "pages", question_id)
            db.session.remove()
            db.engine.dispose()

    def _debate(self, question_id: int, company: Company, tell: Tell) -> Conversation | None:
        if self.export is None:
            tend(clock.now())
            return None
        replay_debate.charge(question_id, company, clock.now())
        with transaction(write=False):
            question = question_by_id(question_id)
            opens_at, closes_at = question.debate_opens_at, question.debate_closes_at
        if opens_at is None or closes_at is None:
            raise RuntimeError("the question has no dates of a debate")
        clock.move_to(opens_at)
        tend(clock.now())
        talk = Conversation(question_id, self.scenario.arguments, company, company.ordinary, self.export)
        enter(self.scenario, talk, self.seed, clock.now())
        talk.hold(tell)
        clock.move_to(opens_at + timedelta(hours=18))
        replay_debate.hold_sessions(question_id, company)
        clock.move_to(closes_at)
        tend(clock.now())
        return talk

    def _marks(self, vote: Vote, company: Company, talk: Conversation | None) -> dict[int, Marked]:
        if talk is None:
            return marks_from_urn(self.scenario, company, self.seed)
        return marks_from_readings(vote, self.scenario, talk, self.members, self.seed)


def replay_settings(folder: Path) -> Settings:
    """Settings of the installation that a replay makes for itself and throws away; nobody ever connects to it."""
    return Settings(
        secret_key="replay " * 6,
        union_name="Replay",
        base_url="http://localhost",
        instance=folder,
        mail_host="",
        socket_mode="threading",
        replay=True,
    )
