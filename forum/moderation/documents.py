"""The text of a ruling on an appeal, as the tellers sign it. The same facts give the same bytes; not translated."""

from forum.moderation.models import Hiding, Restraint
from forum.moderation.rules import GROUND_NAMES, Ground
from forum.questions.documents import instant

OUTCOMES = {
    "hide": {"upheld": "The words stay hidden.", "restored": "The words are shown again."},
    "mute": {"upheld": "The member stays stopped until then.", "restored": "The member writes again."},
    "slow": {"upheld": "The chat stays slowed.", "restored": "The chat is no longer slowed."},
}


def appeal_document(measure: Hiding | Restraint, reason: str, appeal: str, ruling: str, because: str) -> str:
    """Measure, appeal and ruling in one text."""
    title, facts = _told(measure)
    lines = [
        f"# Ruling on the appeal against {title}",
        "",
        facts,
        "",
        f"The reason given: {reason}",
        "",
        f"The appeal: {appeal}",
        "",
        f"The tellers rule: {OUTCOMES[measure.deed][ruling]}",
        "",
        f"Because: {because}",
        "",
    ]
    return "\n".join(lines)


def _told(measure: Hiding | Restraint) -> tuple[str, str]:
    ground = GROUND_NAMES[Ground(measure.ground)]
    if isinstance(measure, Hiding):
        told = f"Hidden: a {measure.kind}, because {ground}. Salted hash of the words: {measure.content_hash}"
        return f"hiding {measure.id}", told
    if measure.until is not None:
        end = instant(measure.until)
        return f"stop {measure.id}", f"Stopped from writing in a hall until {end}, because {ground}."
    every = f"one line a member every {measure.seconds} seconds"
    return f"slow mode {measure.id}", f"A session’s chat slowed, {every}, because {ground}."
