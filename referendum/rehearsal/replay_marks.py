"""How the simulated members of a replay vote: by the seed's draw from the urn, or as their readings lean; and where
they say they stand as the debate begins."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from forum.entry.operations import keep_answer
from forum.kernel.database import transaction
from forum.questions.queries import question_by_id
from forum.questions.rules import letter_at
from referendum.digest.queries import frozen_lines
from referendum.process.ballot_text import MOST_CITED
from referendum.process.models import Vote
from referendum.rehearsal.conversation import Conversation
from referendum.rehearsal.entering import given_by
from referendum.rehearsal.paper import LEANED_ANOTHER, LEANED_THIS_WAY, UNDECIDED, Marked
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.urn import draw_all, fill_urn


def marks_from_urn(scenario: Scenario, voters: Sequence[int], seed: int) -> dict[int, Marked]:
    """Each voter's paper: slips drawn without replacement from the published shares."""
    drawn = draw_all(fill_urn(scenario, len(voters)), seed)
    return {place: Marked(letter_at(option)) for place, option in zip(voters, drawn, strict=True)}


def marks_from_readings(
    vote: Vote, scenario: Scenario, talk: Conversation, voters: Sequence[int], seed: int
) -> dict[int, Marked]:
    """Each voter's paper: the option whose arguments they agreed with more, ties and those without readings by the
    seed; citing up to three arguments of the digest that they agreed with. What they say of before is the seed's."""
    digest = {line.argument.id: line.argument.label for line in frozen_lines(vote.question_id)}
    statement_of = {argument: statement for statement, argument in talk.argument_of.items()}
    label_of = {statement_of[argument]: label for argument, label in digest.items() if argument in statement_of}
    readings = {place: talk.export.votes.get(person, {}) for person, place in talk.place.items()}
    draw = random.Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
    letters = [letter_at(place) for place in range(len(scenario.options))]
    return {
        place: _mark(readings.get(place, {}), scenario.arguments, label_of, letters, draw)
        for place in voters
    }


def _mark(
    read: Mapping[int, int],
    arguments: Mapping[int, tuple[str, str]],
    label_of: Mapping[int, str],
    letters: list[str],
    draw: random.Random,
) -> Marked:
    letter = _leaning(read, arguments, letters, draw)
    agreed = [number for number in sorted(read) if read[number] == 1 and number in arguments]
    citable = [number for number in agreed if number in label_of]
    cited = sorted(draw.sample(citable, min(MOST_CITED, len(citable))))
    return Marked(
        letter,
        moved=tuple(label_of[number] for number in cited if arguments[number] == (letter, "for")),
        weighed=tuple(label_of[number] for number in cited if arguments[number] != (letter, "for")),
        before=draw.choices((LEANED_THIS_WAY, LEANED_ANOTHER, UNDECIDED, None), (5, 2, 2, 1))[0],
    )


def _leaning(
    read: Mapping[int, int], arguments: Mapping[int, tuple[str, str]], letters: list[str], draw: random.Random
) -> str:
    """The option whose arguments somebody agreed with more."""
    agreed = [arguments[number] for number, value in read.items() if value == 1 and number in arguments]
    leaning = Counter(letter for letter, side in agreed if side == "for")
    most = max(leaning.values(), default=0)
    return draw.choice([each for each in letters if leaning[each] == most])


def enter(scenario: Scenario, talk: Conversation, seed: int, now: datetime) -> None:
    """Let everybody who will read say where they stand as the debate begins: as they will lean, or undecided."""
    draw = random.Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
    with transaction(write=True):
        options = {each.letter: each.id for each in question_by_id(talk.question_id).options}
        for person, place in talk.place.items():
            letter = _leaning(talk.export.votes.get(person, {}), scenario.arguments, sorted(options), draw)
            given = given_by(draw.random(), options[letter])
            keep_answer(talk.people.actor(place, now), talk.question_id, given)
