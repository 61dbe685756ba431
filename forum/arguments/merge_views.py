"""The page of one proposed merge: who has answered, and where an answer is wanting, the tellers' ruling."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import forms, merge_queries, queries, rules, ruling_operations
from forum.kernel import clock
from forum.kernel.doors import Actor, members, tellers
from forum.questions.queries import question_by_id

blueprint = Blueprint("argument_merges", __name__)


@blueprint.get("/merges/<int:merge_id>")
@members
def show_merge(actor: Actor, merge_id: int) -> str:
    """Two arguments that are said to be one, with the movers' answers and the tellers' ruling."""
    view = merge_queries.view(actor, merge_id)
    argument = queries.argument(view.merge.argument_id)
    return render_template(
        "forum/arguments/merge.html", view=view, merge=view.merge, question=question_by_id(argument.question_id),
        acts=merge_queries.ruling_acts(view.merge, argument.question_id),
        why_not_rule=rules.why_not_rule(actor, actor.member_id, view.facts, clock.now()),
        is_teller=actor.holds("teller", argument.question_id),
    )  # fmt: skip


@blueprint.post("/merges/<int:merge_id>/ruling")
@tellers(again="argument_merges.show_merge", fresh=True, limit="20/minute")
def propose_ruling(actor: Actor, merge_id: int) -> AnyResponse:
    """A teller puts a ruling before the tellers."""
    new = forms.read_merge_ruling(request.form)
    act = ruling_operations.propose_ruling(actor, merge_id, new, now=clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))
