"""The socket event of moderation: the chat of a session is slowed from the host's console. And whoever is stopped from
writing is cut off within a second, on every server, to come back as one who may not.
"""

from typing import Any

from forum.kernel import clock, live
from forum.kernel.doors import Actor, chairs
from forum.moderation import forms, queries, restraint_operations
from forum.sittings.forms import read_place

live.watch_closely("member", queries.members_stopped_since)


@live.on("slow_chat", chairs, limit="20/minute")
def slow_chat(actor: Actor, sent: dict[str, Any]) -> None:
    place, new = read_place(sent), forms.read_slowing(sent)
    restraint_operations.slow_chat(actor, place, new, now=clock.now())
