"""What a vote puts on desks and dockets: call, opening, certificate, challenges; and the way to the booth."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from forum.bodies.models import BodyAct
from forum.bodies.queries import Matter
from forum.kernel import clock, slots
from forum.kernel.doors import Actor
from forum.kernel.languages import when
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.conduct import page_queries
from referendum.electorate.entry_queries import entry_of
from referendum.process.facts import VoteState
from referendum.process.models import Challenge, Vote
from referendum.process.queries import challenges, current_vote, subject_of
from referendum.process.rules import is_voting_open


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket: vote while the booth is open, challenge while the window is."""
    vote, now = current_vote(question.id), clock.now()
    if vote is None or not actor.is_member:
        return []
    entitled = entry_of(vote.id, actor.member_id) is not None
    if entitled and is_voting_open(vote.state, vote.opens_at, vote.closes_at, now):
        return [
            {
                "what": gettext("Vote"), "order": 1, "url": url_for("casting.show_booth", public_id=vote.public_id),
                "long": Markup(gettext("About 3 minutes, with your voting code, until %(when)s"))  # noqa: S704
                % {"when": when(vote.closes_at, "short")},
            }
        ]  # fmt: skip
    if vote.state == VoteState.CHALLENGEABLE and vote.challenges_end_at and now < vote.challenges_end_at and entitled:
        return [
            {
                "what": gettext("Challenge the vote"), "order": 60,
                "long": Markup(gettext("If something was not right, until %(when)s"))  # noqa: S704
                % {"when": when(vote.challenges_end_at, "short")},
                "url": url_for("challenges.show_challenges", number=question.number),
            }
        ]  # fmt: skip
    return []


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """What waits for this person in the votes under way."""
    items: list[dict[str, Any]] = []
    for question, vote in page_queries.desk_votes():
        if actor.is_officer:
            items += _for_officers(question, vote)
        if actor.holds("teller", question.id):
            items += _for_tellers(question, vote)
        for role, to_tellers in (("teller", False), ("observer", True)):
            if actor.holds(role, question.id):
                waiting = [each for each in challenges(vote.id) if each.to_tellers == to_tellers and not each.ruling]
                items += [_challenge(question, each) for each in waiting]
    return items


def once_each(items: list[dict[str, Any]], in_hand: set[Matter]) -> list[dict[str, Any]]:
    """A worklist in its order, with one line a matter: where a text waits, its signature, which says on what; and
    nothing for whoever has signed it.
    """
    matters = {item["about"]: item["what"] for item in items if item.get("about") in in_hand}
    for item in items:
        if matter := matters.get(item.get("signs")):
            item["why"] = f"{matter}. {item['why']}"
    return sorted((each for each in items if each.get("about") not in matters), key=lambda each: each["order"])


def _item(
    question: Question, what: str, why: str, due: datetime | None, order: int, *, done: bool = False,
    matter: Matter | None = None,
) -> dict[str, Any]:  # fmt: skip
    url = url_for("conduct.show_vote", number=question.number)
    act = gettext("To the vote")
    return {"what": what, "why": why, "url": url, "act": act, "due": due, "done": done, "order": order, "about": matter}


def _for_officers(question: Question, vote: Vote) -> list[dict[str, Any]]:
    if vote.state != VoteState.SET_UP:
        return []
    number = question.number
    if not page_queries.may_be_called(vote, clock.now()):
        what = gettext("The call on question %(number)s is issued", number=number)
        return [_item(question, what, "", vote.opens_at, 30, done=True)]
    missing = page_queries.vote_page(vote, clock.now()).missing
    why = ngettext("One thing is missing.", "%(num)s things are missing.", len(missing)) if missing else gettext(
        "Everything is there. Write who breaks a tie, and how, and sign it."
    )  # fmt: skip
    what = gettext("Call the vote on question %(number)s", number=number)
    return [_item(question, what, why, vote.opens_at, 12, matter=("call", subject_of(vote)))]


def _for_tellers(question: Question, vote: Vote) -> list[dict[str, Any]]:
    number = question.number
    if vote.state == VoteState.SET_UP:
        page = page_queries.vote_page(vote, clock.now())
        codes = {each.code for each in page.missing}
        if vote.called_at and codes <= {"opening_unsigned", "too_early"} and not _took_effect(page.acts, "open_vote"):
            what = gettext("Sign the opening of the vote on question %(number)s", number=number)
            matter = "open_vote", subject_of(vote)
            return [_item(question, what, gettext("Everything is ready."), vote.opens_at, 11, matter=matter)]
    if vote.state == VoteState.CHALLENGEABLE and (tied := page_queries.vote_page(vote, clock.now())).tied:
        what = gettext("Break the tie in the vote on question %(number)s", number=number)
        return [_item(question, what, gettext("In the way that the call names. After seven days nobody is bound."),
                      tied.tie_until, 11, matter=("break_tie", subject_of(vote)))]  # fmt: skip
    if vote.state == VoteState.CHALLENGEABLE and vote.challenges_end_at and vote.challenges_end_at <= clock.now():
        what = gettext("Certify the result of question %(number)s", number=number)
        why, matter = gettext("The time for challenges is over."), ("certify", subject_of(vote))
        return [_item(question, what, why, None, 11, matter=matter)]
    return []


def _took_effect(acts: list[BodyAct], act: str) -> bool:
    return any(each.act == act and each.took_effect_at is not None for each in acts)


def _challenge(question: Question, challenge: Challenge) -> dict[str, Any]:
    return {
        "what": gettext("Rule on challenge %(number)s to the vote on question %(question)s", number=challenge.id,
                        question=question.number),
        "why": challenge.text[:200], "url": url_for("challenges.show_challenges", number=question.number),
        "act": gettext("Read and rule"), "due": None, "done": False, "order": 14,
        "about": ("rule_challenge", f"challenge:{challenge.id}"),
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Docket and desk."""
    slots.fill("question.now", what_to_do_now)
    slots.fill("desk", on_the_desk)
