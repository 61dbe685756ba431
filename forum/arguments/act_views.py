"""What members do with one argument: second, word, withdraw, merge, and let themselves be named."""

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import forms, life_queries, merge_operations, operations, source_operations
from forum.arguments.pages import back_to
from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.kernel.errors import N_, refuse_unless

blueprint = Blueprint("argument_acts", __name__)
AGAIN = "arguments.show_argument"


@blueprint.post("/a/<int:argument_id>/second")
@members(again=AGAIN, limit="20/minute")
def second_argument(actor: Actor, argument_id: int) -> AnyResponse:
    argument = operations.second_argument(actor, argument_id, now=clock.now())
    flash(_("You seconded %(label)s. Its claim is fixed now, and every member can read it.", label=argument.label))
    return back_to(argument_id)


@blueprint.get("/a/<int:argument_id>/word")
@members
def show_wording(actor: Actor, argument_id: int) -> str:
    life = life_queries.life(actor, argument_id)
    refuse_unless(life.allowed.word, N_("Only the member who moved it can change its words, while the debate runs."))
    return render_template("forum/arguments/word.html", life=life)


@blueprint.post("/a/<int:argument_id>/word")
@members(again="argument_acts.show_wording", limit="12/minute")
def word_argument(actor: Actor, argument_id: int) -> AnyResponse:
    operations.word_argument(actor, argument_id, forms.read_wording(request.form), now=clock.now())
    flash(f"wording-{argument_id}", "draft-clear")
    return back_to(argument_id)


@blueprint.post("/a/<int:argument_id>/sources")
@members(again=AGAIN, limit="12/minute")
def ask_for_sources(actor: Actor, argument_id: int) -> AnyResponse:
    source_operations.ask_for_sources(actor, argument_id, now=clock.now())
    flash(_("You asked for sources. The request stands until the mover gives them."))
    return back_to(argument_id)


@blueprint.post("/a/<int:argument_id>/answers-well")
@members(again=AGAIN, limit="20/minute")
def mark_answer(actor: Actor, argument_id: int) -> AnyResponse:
    """The argument of the address is the answer; its page or the board comes again."""
    target = source_operations.mark_answer(actor, argument_id, forms.read_consent(request.form), now=clock.now())
    return back_to(target.id)


@blueprint.post("/a/<int:argument_id>/withdraw")
@members(again=AGAIN, limit="20/minute")
def withdraw_argument(actor: Actor, argument_id: int) -> AnyResponse:
    argument = operations.withdraw_argument(actor, argument_id, now=clock.now())
    flash(_("%(label)s is withdrawn. Its number and its page stay.", label=argument.label))
    return back_to(argument_id)


@blueprint.post("/a/<int:argument_id>/merge")
@members(again=AGAIN, limit="12/minute")
def propose_merge(actor: Actor, argument_id: int) -> AnyResponse:
    merge = merge_operations.propose_merge(actor, argument_id, forms.read_merge(request.form), now=clock.now())
    flash(_("The two are merged.") if merge.outcome else _("The merge is proposed. It is done when both movers agree."))
    return back_to(argument_id)


@blueprint.post("/a/<int:argument_id>/merges/<int:merge_id>")
@members(again=AGAIN, limit="20/minute")
def answer_merge(actor: Actor, argument_id: int, merge_id: int) -> AnyResponse:
    merge_operations.answer_merge(actor, merge_id, forms.read_consent(request.form), now=clock.now())
    return back_to(argument_id)


@blueprint.post("/a/<int:argument_id>/origin/<int:consent_id>")
@members(again=AGAIN, limit="20/minute")
def answer_consent(actor: Actor, argument_id: int, consent_id: int) -> AnyResponse:
    operations.answer_consent(actor, consent_id, forms.read_consent(request.form), now=clock.now())
    return back_to(argument_id)
