"""The tellers' page of the electorate, their key to the sealed list, letters, and a member's own page."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, jobs, slots
from forum.kernel.doors import Actor, members, tellers
from forum.kernel.errors import N_, refuse_unless
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from referendum.electorate import entry_queries, forms, letter_operations, opening_queries, operations, queries, rules
from referendum.electorate.jobs import instance_folder, make_codes
from referendum.electorate.key_page import key_facts, sent_key
from referendum.electorate.letter_jobs import print_letters
from referendum.electorate.letter_page import SHEETS
from referendum.electorate.own_jobs import write_own_files
from referendum.electorate.own_queries import taking_act
from referendum.electorate.page_queries import addresses_left, electorate_page, own_code
from referendum.electorate.way_rules import is_own_way, refuse_own_way
from referendum.process import key_steps
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import current_vote, vote_by_public_id, vote_held_by

blueprint = Blueprint("electorate", __name__)


@blueprint.get("/votes/<public_id>/electorate")
@tellers
def show_electorate(actor: Actor, public_id: str) -> str:
    """The frozen roll, the keys to the sealed list, and how far the voting codes are."""
    page = electorate_page(actor, public_id, clock.now(), instance_folder())
    return render_template("referendum/electorate/electorate.html", page=page)


@blueprint.post("/votes/<public_id>/electorate/freeze")
@tellers(again="electorate.show_electorate", fresh=True, limit="10/minute")
def freeze_roll(actor: Actor, public_id: str) -> AnyResponse:
    """Freeze the roll where the clock could not; one teller suffices."""
    operations.freeze_roll(actor, vote_held_by(actor, "teller", public_id), now=clock.now())
    return redirect(url_for("electorate.show_electorate", public_id=public_id))


@blueprint.post("/votes/<public_id>/electorate/codes")
@tellers(again="electorate.show_electorate", fresh=True, limit="10/minute")
def go_on_with_codes(actor: Actor, public_id: str) -> AnyResponse:
    """Start the mails, or go on after a stop; the work itself is the job runner's."""
    vote = vote_held_by(actor, "teller", public_id)
    refuse_unless(
        vote.called_at is not None, N_("Voting codes are made when the executive council has issued the call.")
    )
    refuse_own_way(vote.params)
    operations.set_up_sealed_list(vote, clock.now())
    again = forms.read_choice(request.form, "refused", ("", "again"))
    letter_operations.go_on(actor, vote, refused=again == "again", now=clock.now())
    jobs.enqueue(make_codes, vote_id=vote.id)
    return redirect(url_for("electorate.show_electorate", public_id=public_id))


@blueprint.post("/votes/<public_id>/electorate/letters")
@tellers(again="electorate.show_electorate", fresh=True, writes=False, limit="10/minute")
def stream_letters(actor: Actor, public_id: str) -> Response:
    """The next lot of letters for those whom no mail reaches, once. Nothing of them is kept."""
    sheet = forms.read_choice(request.form, "paper", ("", *SHEETS)) or "A4"
    pdf = print_letters(actor, vote_held_by(actor, "teller", public_id).id, sheet)
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="letters.pdf"'
    return response


@blueprint.post("/votes/<public_id>/electorate/letters/settle")
@tellers(again="electorate.show_electorate", fresh=True, limit="10/minute")
def settle_letters(actor: Actor, public_id: str) -> AnyResponse:
    """What came of the last lot of letters: printed, or lost."""
    vote = vote_held_by(actor, "teller", public_id)
    became = forms.read_choice(request.form, "became", ("printed", "lost"))
    letter_operations.settle_letters(actor, vote, printed=became == "printed", now=clock.now())
    jobs.enqueue(make_codes, vote_id=vote.id)  # goes on with what waits, and makes spares for what was lost
    return redirect(url_for("electorate.show_electorate", public_id=public_id))


@blueprint.get("/votes/<public_id>/list-key")
@tellers(fresh=True)
def show_key(actor: Actor, public_id: str) -> str:
    """Make a key pair for the sealed list in the browser."""
    vote = vote_held_by(actor, "teller", public_id)
    held = queries.teller_key(vote.id, actor.member_id)
    key = key_facts("teller", vote, held.public_key if held else None, "electorate.upload_key")
    roll = queries.electorate(vote.id)
    open_to_keys = vote.state == VoteState.SET_UP and not (roll and roll.list_key)
    fate = None if open_to_keys else key_steps.of_teller(vote, held=held is not None)
    return render_template("referendum/trustees/key.html", key=key, fate=fate)


@blueprint.post("/votes/<public_id>/list-key")
@tellers(fresh=True, limit="20/minute")
def upload_key(actor: Actor, public_id: str) -> Response:
    """Take the public half of a teller's key."""
    vote = vote_held_by(actor, "teller", public_id)
    operations.upload_teller_key(actor, vote, sent_key(request), clock.now())
    if is_own_way(vote.params) and taking_act(vote):
        jobs.enqueue(write_own_files, vote_id=vote.id)  # the addresses are sealed to the keys of now
    return jsonify(state="recorded")


@blueprint.get("/votes/<public_id>/my-code")
@members
def show_own(actor: Actor, public_id: str) -> str:
    """Whether I am on the frozen roll and my code went out; never whether it was used."""
    vote = vote_by_public_id(public_id)
    return render_template(
        "referendum/electorate/own.html", vote=vote, question=question_by_id(vote.question_id),
        words=own_code(actor, vote), entitled=entry_queries.entry_of(vote.id, actor.member_id) is not None,
        taken_at=addresses_left(vote),
    )  # fmt: skip


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """What the electorate asks of a teller: the freeze, a key, letters, spares, a share."""
    found = []
    for role, question_id in sorted(actor.appointments):
        vote = current_vote(question_id) if role == "teller" else None
        if vote is not None and vote.state in ("set_up", "open"):
            found += _desk_of(actor, vote)
    return found


def _desk_of(actor: Actor, vote: Vote) -> list[dict[str, Any]]:
    here = url_for("electorate.show_electorate", public_id=vote.public_id)
    roll = queries.electorate(vote.id)
    instant = queries.record_instant(vote)
    items = []
    if roll is None and instant is not None and rules.is_late(instant, clock.now()):
        why = gettext("The clock could not write down who may vote; one teller does it.")
        items.append(_item(gettext("Freeze the roll"), why, here, instant, gettext("Freeze the roll"),
                           done=False, order=20))  # fmt: skip
    if vote.state == VoteState.SET_UP and not (roll and roll.list_key):
        why = gettext("Any two tellers together can open the list, never one alone.")
        there = url_for("electorate.show_key", public_id=vote.public_id)
        handed_in = queries.teller_key(vote.id, actor.member_id) is not None
        items.append(_item(gettext("Make your key to the sealed list"), why, there, vote.opens_at,
                           gettext("Make the key"), done=handed_in, order=21))  # fmt: skip
    if roll is None or vote.called_at is None:
        return items
    pending = entry_queries.codes_pending(vote.id)
    act = gettext("Make them") if is_own_way(vote.params) else gettext("Send them")
    items.append(_item(gettext("Voting codes"), gettext("%(count)s are not out yet.", count=pending), here,
                       vote.opens_at, act, done=pending == 0, order=22))  # fmt: skip
    there = url_for("openings.show_openings", public_id=vote.public_id)
    items += [
        _item(gettext("Hand in your share"), each.reason, there, None, gettext("Open the list"), done=False, order=12)
        for each in opening_queries.openings(vote.id) if each.state == "asked"
    ]  # fmt: skip
    return items


def _item(what: str, why: str, url: str, due: object, act: str, *, done: bool, order: int) -> dict[str, Any]:
    return {"what": what, "why": why, "url": url, "due": due, "act": act, "done": done, "order": order}


def what_members_can_do(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: where a member sees whether the own code is out."""
    vote = current_vote(question.id) if actor.is_member else None
    if vote is None or vote.called_at is None or vote.state not in ("set_up", "open"):
        return []
    return [
        {
            "what": gettext("Your voting code"), "long": gettext("See whether it has gone out."),
            "url": url_for("electorate.show_own", public_id=vote.public_id), "order": 15,
        }
    ]  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The tellers' desk and the members' docket; what is due is frozen before an import changes the roll."""
    slots.fill("roll.changing", operations.freeze_before_import)
    slots.fill("desk", on_the_desk)
    slots.fill("question.now", what_members_can_do)
