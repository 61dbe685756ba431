"""The certificate: the tellers sign the result, elected or undecided; then it binds, and readings lose their member."""

from datetime import datetime

from forum.arguments.models import Argument, Reading
from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Obstructed, Refused
from forum.questions.queries import question_by_id
from referendum.casting.queries import set_aside_count
from referendum.conduct.certificate_text import CertificateFacts, certificate_document
from referendum.conduct.chain_operations import follow
from referendum.conduct.facts_queries import gather_facts, vote_of
from referendum.count.proof_queries import proved_by
from referendum.count.queries import tallies
from referendum.digest.close_operations import forget_matrix
from referendum.mandate.operations import open_mandate
from referendum.process import rules
from referendum.process.call_text import occasion_of
from referendum.process.facts import VoteMove
from referendum.process.models import Vote
from referendum.process.operations import move_vote
from referendum.process.queries import attempt_of, challenges, options_on, subject_of
from referendum.process.voting import REASONS, Outcome
from referendum.results.queries import letters_of, outcome_of, result_of
from referendum.results.tie_queries import tie_break_of

ARCHIVES = {"V": "Votes", "C": "Citations"}


def propose_certificate(actor: Actor, vote: Vote, now: datetime) -> BodyAct:
    """Put the certificate before the tellers, once the window is over and every challenge is ruled on."""
    missing = [
        each
        for each in rules.obstacles_to(VoteMove.CERTIFY, gather_facts(vote), now)
        if each.code != "certificate_unsigned"
    ]
    if missing:
        raise Obstructed(missing)
    return bodies.propose(
        actor, vote.question_id, Body.TELLERS, "certify", document_of(vote), {}, now, about=subject_of(vote)
    )


def _outcome(vote: Vote) -> Outcome:
    outcome = outcome_of(vote)
    if outcome is None:
        raise Refused(N_("Nothing is counted yet."))
    return outcome


def document_of(vote: Vote) -> str:
    """The certificate's text as the count, the breaking of a tie and the rulings give it now."""
    question, result = question_by_id(vote.question_id), result_of(vote.id)
    outcome, tie = _outcome(vote), tie_break_of(vote)
    if result is None or vote.closed_at is None or vote.counted_at is None:
        raise Refused(N_("Nothing is counted yet."))
    titles = {each.letter: each.title for each in options_on(vote)}
    return certificate_document(
        CertificateFacts(
            question_number=question.number,
            occasion=occasion_of(vote.kind, attempt_of(vote)),
            title=question.title,
            table=result.table,
            reason=REASONS[outcome.reason],
            elected=[f"{letter} {titles[letter]}" for letter in letters_of(vote, outcome.elected)],
            going_on=[f"{letter} {titles[letter]}" for letter in sorted(letters_of(vote, outcome.going_on))],
            tie_broken=tie.facts["how"] if tie else "",
            closed_at=vote.closed_at,
            counted_at=vote.counted_at,
            archives=[
                (ARCHIVES[each.archive], each.ballot_count, set_aside_count(vote.id, each.archive), each.archive_hash)
                for each in tallies(vote.id)
            ],
            proved=[
                (ARCHIVES[each.archive], each.proved, each.unproved, each.is_bound)
                for each in proved_by(vote, [tally.archive for tally in tallies(vote.id) if tally.result is not None])
            ],
            challenges=[(each.id, each.ruling, each.ruling_reason) for each in challenges(vote.id)],
        )
    )


def certify_by_act(act: BodyAct, now: datetime) -> None:
    """The certificate took effect: the outcome stands; mandate or next vote begins; readings lose their member."""
    vote = vote_of(act)
    outcome = _outcome(vote)
    if document_of(vote) != act.document:
        raise Refused(N_("Something that this certificate names has changed since. Write it anew."))
    facts = gather_facts(vote)
    letters = letters_of(vote, outcome.elected)
    vote.certificate, vote.outcome_reason = act.document, str(outcome.reason)
    vote.outcome = "elected" if outcome.is_elected else "goes_on" if outcome.goes_on else "undecided"
    vote.elected = [each for each in options_on(vote) if each.letter in letters]
    move_vote(vote, VoteMove.CERTIFY, facts, now)
    open_mandate(vote, now)
    follow(vote, now)
    forget_readers(vote.question_id)


def forget_readers(question_id: int) -> None:
    """From certification on a reading no longer says whose it is; its local and its value stay. What the observers
    checked the opinion groups from is deleted."""
    forget_matrix(question_id)
    ids = db.select(Argument.id).where(Argument.question_id == question_id)
    db.session.execute(db.update(Reading).where(Reading.argument_id.in_(ids)).values(member_id=None))
    db.session.expire_all()
