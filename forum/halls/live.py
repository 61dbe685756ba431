"""The room of a thread: whoever reads hears the number of a new post; its words come by the page's way."""

from typing import Any

from forum.halls import queries
from forum.kernel import live
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless


def may_read(actor: Actor, hall_id: int) -> dict[str, Any]:
    """Every member may read every hall. The newest number comes along, so that nothing is missed between two lines."""
    refuse_unless(actor.is_member, N_("Please sign in first."))
    return {"last": queries.hall(hall_id).hall.post_count}


live.room("hall", may_read)
