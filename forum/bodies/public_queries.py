"""An act as visitors read it: what a body signed and when, in which office; never a person's name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forum.bodies.acts import OFFICES, QUOTING, Body
from forum.bodies.models import BodyAct
from forum.kernel.database import db

SOMEBODY = "(a member)"
HIDDEN = "(These words were hidden.)"


@dataclass(frozen=True, slots=True)
class PublicAct:
    """What a visitor's page of an act shows. `whole` says that the text is the signed one, nothing left out, `hidden`
    that words are left out which no longer stand; `signed` are the moments of the signatures that stand, and `office`
    in which all of them were given.
    """

    act: BodyAct
    text: str
    whole: bool
    hidden: bool
    office: str
    signed: list[datetime]


def without_hidden(text: str, labels: Iterable[str]) -> str:
    """A document with a tombstone in place of each line that begins with such a label ("A-17") and a colon."""
    for label in labels:
        text = re.sub(rf"^{re.escape(label)}: .*$", f"{label}: {HIDDEN}", text, flags=re.MULTILINE)
    return text


def is_public(act: BodyAct) -> bool:
    """Whether everyone may read it: it took effect, and what it quotes of a member's own words can be left out."""
    return act.took_effect_at is not None and (act.act not in QUOTING or "public" in act.facts)


def public_acts(question_id: int) -> list[BodyAct]:
    """The acts on a question that everyone may read, newest first."""
    query = db.select(BodyAct).where(BodyAct.question_id == question_id, BodyAct.took_effect_at.is_not(None))
    return [each for each in db.session.scalars(query.order_by(BodyAct.id.desc())) if is_public(each)]


def public_act(act_id: int, names: Iterable[str], hidden: Iterable[str] = ()) -> PublicAct | None:
    """An act for visitors; None where it is not for them.

    Left out are these names, as they are today, and those that any act on the question has kept: an act may contain an
    earlier one's text. A tombstone stands for the lines with these `hidden` labels.
    """
    act = db.session.get(BodyAct, act_id)
    if act is None or not is_public(act):
        return None
    all_words = str(act.facts.get("public", act.document))
    text = without_hidden(all_words, hidden)
    gone = text != all_words
    kept = db.session.scalars(db.select(BodyAct.facts).where(BodyAct.question_id == act.question_id))
    everyone = {*names, *(name for facts in kept for name in facts.get("names", []))} - {""}
    if wanted := sorted((re.escape(name) for name in everyone), key=len, reverse=True):
        text = re.sub("|".join(wanted), SOMEBODY, text)
    signed = [each.at for each in act.signatures if each.document_hash == act.document_hash]
    return PublicAct(act, text, text == act.document, gone, OFFICES[Body(act.body)], signed)
