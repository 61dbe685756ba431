"""What every act of a host on the floor begins with: the room is theirs to run, and nobody has acted there since."""

from forum.kernel import audit
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Stale
from forum.sittings import point_queries
from forum.sittings.operations import run_room
from forum.sittings.queries import Room

OVERTAKEN = {
    "give_floor": N_("Nothing was done: meanwhile the next speaker was called. Look again."),
    "override_stack": N_("Nothing was done: meanwhile a speaker was called out of turn. Look again."),
    "extend_turn": N_("Nothing was done: meanwhile one minute more was given. Look again."),
    "pause_turn": N_("Nothing was done: meanwhile the clock was stopped or started again. Look again."),
    "end_turn": N_("Nothing was done: meanwhile the turn was ended. Look again."),
    "take_point": N_("Nothing was done: meanwhile a point of order was taken. Look again."),
    "dismiss_point": N_("Nothing was done: meanwhile a point of order was dismissed. Look again."),
    "end_point": N_("Nothing was done: meanwhile a point of order was ended. Look again."),
    "open_poll": N_("Nothing was done: meanwhile a straw poll was opened. Look again."),
    "close_poll": N_("Nothing was done: meanwhile the straw poll was closed. Look again."),
    "note_decision": N_("Nothing was done: meanwhile a decision was noted. Look again."),
}
OVERTAKEN_SOMEHOW = N_("Nothing was done: the floor has changed meanwhile. Look again.")


class HostAct(audit.Act):
    """Acts of power of whoever runs a session, besides those in `operations`."""

    COUNT_PERSON = "count_person"
    TAKE_POINT = "take_point"
    DISMISS_POINT = "dismiss_point"
    END_POINT = "end_point"
    NOTE_DECISION = "note_decision"
    TIE_ARGUMENT = "tie_argument"


def run_floor(actor: Actor, sitting_id: int, seen: int | None) -> Room:
    """The room for an act on the floor, which is counted."""
    room = run_room(actor, sitting_id, must_be_open=True)
    check_seen(room, seen)
    room.sitting.acts += 1
    return room


def check_seen(room: Room, seen: int | None) -> None:
    """`seen` is the count of acts on the floor that the host's page showed: when another host has acted since, nothing
    is done and the refusal says what changed. Pages and sockets always send it; None is for those who have no page.
    """
    if seen is not None and seen != room.sitting.acts:
        raise Stale(OVERTAKEN.get(point_queries.last_act(room.sitting.id, OVERTAKEN), OVERTAKEN_SOMEHOW))
