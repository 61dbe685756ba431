"""How the simulated members of a replay vote: by the seed's draw from the urn, or as their readings lean."""

import random
from collections import Counter
from collections.abc import Mapping

from referendum.digest.queries import frozen_lines
from referendum.process.ballot_text import MOST_CITED
from referendum.process.models import Vote
from referendum.rehearsal.company import Company
from referendum.rehearsal.conversation import Conversation
from referendum.rehearsal.paper import Marked
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.urn import draw_all, fill_urn


def marks_from_urn(scenario: Scenario, company: Company, seed: int) -> dict[int, Marked]:
    """Everybody's paper: slips drawn without replacement from the published shares."""
    drawn = draw_all(fill_urn(scenario, company.members), seed)
    return {place: Marked(letter_at(option)) for place, option in enumerate(drawn, 1)}


def marks_from_readings(
    vote: Vote, scenario: Scenario, talk: Conversation, members: int, seed: int
) -> dict[int, Marked]:
    """Everybody's paper: the option whose arguments they agreed with more, ties and those without readings by the seed;
    citing up to three arguments of the digest that they agreed with."""
    digest = {line.argument.id: line.argument.label for line in frozen_lines(vote.question_id)}
    statement_of = {argument: statement for statement, argument in talk.argument_of.items()}
    label_of = {statement_of[argument]: label for argument, label in digest.items() if argument in statement_of}
    readings = {place: talk.export.votes.get(person, {}) for person, place in talk.place.items()}
    draw = random.Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
    letters = [letter_at(place) for place in range(len(scenario.options))]
    return {
        place: _mark(readings.get(place, {}), scenario.arguments, label_of, letters, draw)
        for place in range(1, members + 1)
    }


def _mark(
    read: Mapping[int, int],
    arguments: Mapping[int, tuple[str, str]],
    label_of: Mapping[int, str],
    letters: list[str],
    draw: random.Random,
) -> Marked:
    agreed = [number for number in sorted(read) if read[number] == 1 and number in arguments]
    leaning = Counter(arguments[number][0] for number in agreed if arguments[number][1] == "for")
    most = max(leaning.values(), default=0)
    letter = draw.choice([each for each in letters if leaning[each] == most])
    citable = [number for number in agreed if number in label_of]
    cited = sorted(draw.sample(citable, min(MOST_CITED, len(citable))))
    return Marked(
        letter,
        moved=tuple(label_of[number] for number in cited if arguments[number] == (letter, "for")),
        weighed=tuple(label_of[number] for number in cited if arguments[number] != (letter, "for")),
    )


def letter_at(place: int) -> str:
    """The letter of the option at a place, from 0."""
    return chr(ord("A") + place)
