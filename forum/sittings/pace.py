"""How much one room takes from all its members together; each member's own rate stands at the door.

The rates are far above any meeting's: they bind when many accounts flood a room at once. Whoever is refused keeps what
was typed, and a line of chat goes by itself when the room has calmed down.
"""

from forum.kernel import limits

OF_A_ROOM = {"say": "600/10 seconds", "ask_to_speak": "300/10 seconds", "raise_point": "60/10 seconds"}


def hold_room(event: str, sitting_id: int) -> None:
    """Count one use in a room. Raises `TooMany` when the room's own rate is used up."""
    limits.hit(OF_A_ROOM[event], event, f"sitting:{sitting_id}")
