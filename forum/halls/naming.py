"""Whom the words of a post name after an @. Pure."""

import re
from collections.abc import Iterable


def named(source: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of those of these people, given with their names, whom a text names; whoever has the longer name first.

    Ann is not named by @Anna, nor by @Ann Lee where an Ann Lee is among them; nor is anybody by words that are quoted.
    """
    left = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(">")).lower()
    ids: dict[str, list[int]] = {}
    for member_id, name in people:
        ids.setdefault(name.lower(), []).append(member_id)
    found = []
    for name in sorted(ids, key=len, reverse=True):
        left, count = re.subn(rf"(?<!\w)@{re.escape(name)}(?!\w|-\w)", " ", left)
        found += ids[name] if count else []
    return found
