"""Who sits in which body, and what happens when its act takes effect. Other slices say so when they join the
app.

`register_body("tellers", find)` with `find(question_id) -> member ids`; `on_effect("charge", effect)` with
`effect(body_act, now)`, which may raise a refusal: then the last signature is refused and nothing happened.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from forum.bodies.acts import TITLES, Body
from forum.bodies.models import BodyAct

FindMembers = Callable[[int], Iterable[int]]
Effect = Callable[[BodyAct, datetime], object]

_bodies: dict[Body, FindMembers] = {}
_effects: dict[str, Effect] = {}


def register_body(body: str, find: FindMembers) -> None:
    """Let `find(question_id)` name the present members of a body."""
    _bodies[Body(body)] = find


def members_of(body: str, question_id: int) -> frozenset[int]:
    """Ids of those who sit in the body now."""
    return frozenset(_bodies[Body(body)](question_id))


def on_effect(act: str, effect: Effect) -> None:
    """Run `effect(body_act, now)` when an act takes effect. One act has one effect."""
    if act not in TITLES:
        raise KeyError(f"{act} is no act of a body")
    earlier = _effects.get(act)
    if earlier is not None and _named(earlier) != _named(effect):
        raise RuntimeError(f"{act} already has an effect: {_named(earlier)}")
    _effects[act] = effect


def effect_of(act: str) -> Effect:
    """What happens when the act takes effect. Raises KeyError where nobody said."""
    return _effects[act]


def _named(effect: Effect) -> str:
    return f"{effect.__module__}.{effect.__qualname__}"
