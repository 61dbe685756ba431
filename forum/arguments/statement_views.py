"""Statements of the leadership, and the replies of minorities that sign for them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forum.arguments import forms, rules, statement_operations, statement_queries, statement_rules
from forum.arguments.models import Statement
from forum.kernel import clock
from forum.kernel.database import db
from forum.kernel.doors import Actor, anyone, members, officers
from forum.kernel.errors import Missing
from forum.questions import queries as questions
from forum.questions.rules import QuestionState

blueprint = Blueprint("statements", __name__)


@blueprint.get("/q/<int:number>/statements")
@anyone
def list_statements(actor: Actor, number: int) -> str:
    question = questions.visible_question(actor, number)
    return render_template(
        "forum/arguments/statements.html", question=question, views=statement_queries.statements(actor, question),
        needed=statement_queries.signatures_needed(), most=rules.MOST_STATEMENT,
        states=not statement_rules.why_not_state(actor, QuestionState(question.state)),
    )  # fmt: skip


@blueprint.post("/q/<int:number>/statements")
@officers(again="statements.list_statements", fresh=True)
def publish_statement(actor: Actor, number: int) -> AnyResponse:
    question = questions.visible_question(actor, number)
    statement_operations.publish_statement(actor, question.id, forms.read_statement(request.form), now=clock.now())
    flash(_("The statement is published, marked as the leadership’s."))
    return redirect(url_for("statements.list_statements", number=number))


@blueprint.post("/q/<int:number>/replies")
@members(again="statements.list_statements", limit="6/minute")
def publish_reply(actor: Actor, number: int) -> AnyResponse:
    question = questions.visible_question(actor, number)
    statement_operations.publish_reply(actor, question.id, forms.read_statement(request.form), now=clock.now())
    flash(_("Your reply is written. It stands beside the statement once enough members have signed it."))
    return redirect(url_for("statements.list_statements", number=number))


@blueprint.post("/statements/<int:statement_id>/sign")
@members(limit="20/minute")
def sign_reply(actor: Actor, statement_id: int) -> AnyResponse:
    reply = statement_operations.sign_reply(actor, statement_id, now=clock.now())
    flash(_("You have signed the reply."))
    return redirect(_page_of(reply))


def _page_of(statement: Statement) -> str:
    question = questions.question_by_id(statement.question_id)
    return url_for("statements.list_statements", number=question.number, _anchor=f"s{statement.id}")


@blueprint.get("/statements/<int:statement_id>")
@anyone
def show_statement(actor: Actor, statement_id: int) -> AnyResponse:
    """The permalink of a statement leads to its place among the others."""
    statement = db.session.get(Statement, statement_id)
    if statement is None or (statement.stands_at is None and not actor.is_member):
        raise Missing
    return redirect(_page_of(statement))
