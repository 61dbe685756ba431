"""Places in a page that later slices fill, so that imports stay one-way.

A template renders `{{ slot('argument.after', argument=argument) }}`; a later slice says at register
`slots.fill('argument.after', render)`, where `render(actor, **facts)` returns Markup or an empty string.
`gather` does the same for facts: rows of the process label, entries of a desk, stages of the ribbon.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

_filled: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def fill(place: str, render: Callable[..., Any]) -> None:
    """Let `render(actor, **facts)` contribute to `place`. Filling twice with the same function counts once."""
    if render not in _filled[place]:
        _filled[place].append(render)


def render(place: str, actor: object, **facts: object) -> Markup:
    """Everything that was filled into `place`, in the order of registration. Contributions must be Markup."""
    parts = [part(actor, **facts) for part in _filled.get(place, [])]
    return Markup("").join(part for part in parts if part)


def gather(place: str, *args: object, **facts: object) -> list[Any]:
    """The contributions to `place` as values; a contribution that is a list is laid flat, None is left out."""
    found: list[Any] = []
    for part in _filled.get(place, []):
        value = part(*args, **facts)
        if isinstance(value, list):
            found.extend(value)
        elif value is not None:
            found.append(value)
    return found
