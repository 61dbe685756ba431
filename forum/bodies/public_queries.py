"""An act as visitors read it: what a body signed and when, in which office; never a person's name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forum.bodies.acts import OFFICES, QUOTING, Body
from forum.bodies.models import BodyAct
from forum.kernel.database import db

SOMEBODY = "(a member)"


@dataclass(frozen=True, slots=True)
class PublicAct:
    """What a visitor's page of an act shows. `whole` says that the text is the signed one, nothing left out; `signed`
    are the moments of the signatures that stand, and `office` in which all of them were given.
    """

    act: BodyAct
    text: str
    whole: bool
    office: str
    signed: list[datetime]


def is_public(act: BodyAct) -> bool:
    """Whether everyone may read it: it took effect, and what it quotes of a member's own words can be left out."""
    return act.took_effect_at is not None and (act.act not in QUOTING or "public" in act.facts)


def public_acts(question_id: int) -> list[BodyAct]:
    """The acts on a question that everyone may read, newest first."""
    query = db.select(BodyAct).where(BodyAct.question_id == question_id, BodyAct.took_effect_at.is_not(None))
    return [each for each in db.session.scalars(query.order_by(BodyAct.id.desc())) if is_public(each)]


def public_act(act_id: int, names: Iterable[str]) -> PublicAct | None:
    """An act for visitors, these names left out; None where it is not for them."""
    act = db.session.get(BodyAct, act_id)
    if act is None or not is_public(act):
        return None
    text = str(act.facts.get("public", act.document))
    if wanted := sorted((re.escape(name) for name in names if name), key=len, reverse=True):
        text = re.sub("|".join(wanted), SOMEBODY, text)
    signed = [each.at for each in act.signatures if each.document_hash == act.document_hash]
    return PublicAct(act, text, text == act.document, OFFICES[Body(act.body)], signed)
