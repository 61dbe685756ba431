"""A Polis conversation as a debate: participants are members, statements are posts in the national hall.

Statements that argue for or against an option are moved by their author and seconded by the first other member who
agreed; votes on them are readings. A statement that nobody else agreed with stays a post: it has no seconder.
"""

from collections.abc import Mapping, Sequence

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument
from forum.arguments.reading_operations import read_argument
from forum.arguments.rules import Answer, Side
from forum.halls import post_operations as posts
from forum.halls.forms import NewPost
from forum.halls.queries import national_hall
from forum.kernel import clock
from forum.kernel.database import transaction
from forum.opinion.operations import add_up
from forum.questions.queries import question_by_id
from referendum.rehearsal.company import People
from referendum.rehearsal.polis_export import PolisExport
from referendum.rehearsal.rehearsed_vote import Tell

CHUNK = 200


class Conversation:
    """A Polis export brought into the debate of a question. `sides`: statement → letter of an option, "for" or
    "against". `places`: who of the people stands for which participants, the first of whom comes first."""

    def __init__(
        self, question_id: int, sides: Mapping[int, tuple[str, str]], people: People, places: Sequence[int],
        export: PolisExport,
    ) -> None:  # fmt: skip
        self.question_id, self.sides, self.people, self.export = question_id, sides, people, export
        authors = [each.author for each in export.statements if each.number in sides]
        order = list(dict.fromkeys([*authors, *export.participants]))
        self.place = dict(zip(order, places, strict=False))
        self.argument_of: dict[int, int] = {}

    def hold(self, tell: Tell) -> None:
        """Posts, arguments, seconds, then every vote as a reading."""
        for done, statement in enumerate(self.export.statements, 1):
            if statement.author in self.place:
                with transaction(write=True):
                    self._state(statement.number, statement.author, statement.text)
            tell("statements", done, len(self.export.statements))
        readings = [
            (participant, self.argument_of[number], value)
            for participant, cast in self.export.votes.items()
            for number, value in cast.items()
            if participant in self.place and number in self.argument_of
        ]
        for start in range(0, len(readings), CHUNK):
            with transaction(write=True):
                for participant, argument_id, value in readings[start : start + CHUNK]:
                    reader = self.people.actor(self.place[participant], clock.now())
                    read_argument(reader, argument_id, Answer(value), now=clock.now())
            tell("readings", min(start + CHUNK, len(readings)), len(readings))
        with transaction(write=True):
            add_up(question_by_id(self.question_id), clock.now())

    def _state(self, number: int, author: int, text: str) -> None:
        now = clock.now()
        hall = national_hall(self.question_id)
        mover = self.people.actor(self.place[author], now)
        if hall is None:
            return
        post = posts.publish_post(mover, hall.id, NewPost(text), now=now)
        seconders = (each for each in self.export.agreed[number] if each in self.place and each != author)
        seconder = next(seconders, None)
        if number not in self.sides or seconder is None:
            return
        letter, side = self.sides[number]
        option = next(each for each in question_by_id(self.question_id).options if each.letter == letter)
        new = NewArgument(option.id, Side(side), claim_of(text), text, origin=f"post:{post.id}", hall_id=hall.id)
        argument = arguments.move_argument(mover, self.question_id, new, now=now)
        arguments.second_argument(self.people.actor(self.place[seconder], now), argument.id, now=now)
        self.argument_of[number] = argument.id


def claim_of(text: str, most: int = 200) -> str:
    """A statement as a claim: whole if it fits, else cut at a word."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
