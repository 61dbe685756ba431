"""Repeats the draw of a survey from its stored frame, and says where it differs from what was published and asked."""

from collections.abc import Mapping

from referendum.surveys import frame_queries, frames, queries
from referendum.surveys.models import Survey
from referendum.surveys.sampling import draw, last_place

NOT_KEPT = "its frame was not kept: it was drawn before frames were"


def repeat(survey: Survey) -> list[str]:
    """Every difference, in words; none where the draw is as published. A second survey draws nobody: it asks the
    sample of the first, as far as its own frame still holds them."""
    if not survey.frame_key:
        return [NOT_KEPT]
    found = []
    if frames.frame_hash(frame_queries.frame_parts(survey)) != survey.frame_hash:
        found.append("the stored frame has another hash than the published one")
    frame, first = frame_queries.frame_of(survey), queries.earlier(survey)
    if first is not None:
        again = frame_queries.entries_of(frame_queries.numbers(first), survey.frame_key, frame)
        return found + _seats(survey, set(again))
    drawn = draw(frame, survey.seed, sum(each["asked"] for each in survey.strata))
    found += differences(drawn, survey)
    return found + _seats(survey, {entry for each in drawn.values() for entry in each})


def differences(drawn: Mapping[int, list[str]], survey: Survey) -> list[str]:
    """The strata of which other numbers, or another last place, were published."""
    told = {each["stratum"]: (each["asked"], each["last"]) for each in survey.strata}
    again = {at: (len(entries), last_place(survey.seed, entries)) for at, entries in drawn.items()}
    wrong = sorted(at for at in told.keys() | again.keys() if told.get(at) != again.get(at))
    return [f"stratum {at}: published {told.get(at)}, drawn again {again.get(at)}" for at in wrong]


def _seats(survey: Survey, wanted: set[str]) -> list[str]:
    asked = set(frame_queries.entries_of(frame_queries.numbers(survey), survey.frame_key))
    told = {"asked, but not drawn": asked - wanted, "drawn, but not asked": wanted - asked}
    return [f"{len(entries)} {words}" for words, entries in told.items() if entries]
