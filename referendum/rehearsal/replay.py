"""`flask replay`: a scenario run headless, from the roll to the certificate, through the operations the pages call."""

import shutil
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import wsgi
from forum.kernel import clock, mail, migrate
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from forum.questions.queries import process_of, question_by_id
from referendum.conduct.jobs import tend
from referendum.digest.queries import digest_of
from referendum.electorate.jobs import instance_folder
from referendum.process.models import Vote
from referendum.rehearsal import replay_debate
from referendum.rehearsal.company import Company
from referendum.rehearsal.conversation import Conversation
from referendum.rehearsal.paper import Marked
from referendum.rehearsal.polis_export import PolisExport
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.replay_kept import Kept
from referendum.rehearsal.replay_mandate import carry_out
from referendum.rehearsal.replay_marks import enter, marks_from_readings, marks_from_urn
from referendum.rehearsal.replay_pages import write_pages
from referendum.rehearsal.replay_part import Part
from referendum.rehearsal.replay_record import write_audit, write_record
from referendum.rehearsal.replay_stages import register_all, vote_by_name
from referendum.rehearsal.replay_survey import hold_survey
from referendum.rehearsal.replay_table import Run
from referendum.rehearsal.replay_told import write_told
from referendum.rehearsal.replay_vote import ReplayVote
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.union_size import size_of

OPENED_AT_MOST = 2_000


@dataclass(frozen=True)
class Replay:
    """One run: which scenario, how large a union, how many of whose ballots are real (all up to two thousand, unless
    told), which seed, and the conversation where the scenario needs one."""

    scenario: Scenario
    out: Path
    members: int
    seed: int
    export: PolisExport | None = None
    ballots: int | None = None

    @property
    def part(self) -> Part:
        """How many ballots of how many are real."""
        return Part(min(self.members, self.ballots or OPENED_AT_MOST), self.members)

    def run(self, tell: Tell) -> None:
        """Everything, into `out`. The installation it made for itself is thrown away at the end; if it was killed, the
        same run goes on from what is kept."""
        self.out.mkdir(parents=True, exist_ok=True)
        folder = self.out / "installation"
        shutil.rmtree(folder, ignore_errors=True)
        settings = replay_settings(folder)
        kept = Kept(self.out / "kept", settings, self._facts())
        try:
            self._run(settings, kept, tell)
        finally:
            clock.follow(None)
            shutil.rmtree(folder, ignore_errors=True)
        kept.drop()

    def _facts(self) -> dict[str, Any]:
        told = sha256(repr(asdict(self.scenario)).encode()).hexdigest()
        return {"scenario": told, "members": self.members, "seed": self.seed, "heard": self.export is not None}

    def _run(self, settings: Settings, kept: Kept, tell: Tell) -> None:
        begun = kept.bring_back()
        app = wsgi.create_app(settings)
        with app.app_context():
            migrate.upgrade()
            clock.follow(settings.instance / "clock")
            locals_, councils = size_of(self.scenario, self.members)
            company = Company(self.members, locals_, councils=councils)
            if begun is None:
                company.import_roll(settings, clock.now(), tell)
                let_go()
                kept.keep(0, {})
            question_id, mails = begun or (0, {})
            mail.addressed().update(mails)
            talk = None
            if not question_id:
                question_id, talk = self._until_the_vote(company, tell)
                if talk is None:  # who said what in a conversation is known to this process alone
                    let_go()
                    kept.keep(question_id, mail.addressed())
            if self.scenario.kind == "survey":
                self._survey(question_id, company, tell)
            else:
                self._vote(question_id, company, talk, tell)
            write_pages(app, self.out / "pages", question_id, self.part.heading if self.scenario.is_voted else "")
            let_go()

    def _until_the_vote(self, company: Company, tell: Tell) -> tuple[int, Conversation | None]:
        question_id = replay_debate.draft_question(self.scenario, company, clock.now())
        talk = self._debate(question_id, company, tell)
        register_all(question_id, company, tell)
        return question_id, talk

    def _survey(self, question_id: int, company: Company, tell: Tell) -> None:
        held = hold_survey(question_id, self.scenario, company, self.seed, tell)
        write_told(self.out, self.scenario, held)
        with transaction(write=False):
            write_audit(self.out)

    def _vote(self, question_id: int, company: Company, talk: Conversation | None, tell: Tell) -> None:
        heard = sorted(talk.place.values()) if talk else ()
        voters = self.part.voters(self.seed, heard)

        def marks(held: Vote) -> dict[int, Marked]:
            if talk is None:
                return marks_from_urn(self.scenario, voters, self.seed)
            return marks_from_readings(held, self.scenario, talk, voters, self.seed)

        some = voters if self.part.heading else None
        vote = ReplayVote(question_id, company, marks, tell, self.seed, some)
        vote.hold()
        carry_out(question_id, company)
        told = self.scenario.roll_call
        by_name = vote_by_name(question_id, company, told) if told else None
        with transaction(write=False):
            run = Run(self.scenario, self.part, self.seed, vote.frozen_size, by_name, mail.addressed().total())
            write_record(self.out, instance_folder(), run, vote.vote())
            digest = digest_of(question_id)
            if digest is not None:
                (self.out / "digest.json").write_text(digest.record, encoding="utf-8")

    def _debate(self, question_id: int, company: Company, tell: Tell) -> Conversation | None:
        with transaction(write=False):
            has_debate = process_of(question_by_id(question_id)).debate is not None
        if not has_debate:
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
        talk = None
        if self.export is not None:
            talk = Conversation(question_id, self.scenario.arguments, company, company.ordinary, self.export)
            enter(self.scenario, talk, self.seed, clock.now())
            talk.hold(tell)
        clock.move_to(opens_at + timedelta(hours=18))
        replay_debate.hold_sessions(question_id, company)
        clock.move_to(closes_at)
        tend(clock.now())
        return talk


def let_go() -> None:
    """Close every connection to the installation's database."""
    db.session.remove()
    db.engine.dispose()


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
