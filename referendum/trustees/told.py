"""What the cryptography says of a file that is not what it should be, for members, in their language."""

from forum.kernel.errors import Problem
from referendum.crypto.canonical import Malformed, Words


def told(problem: Malformed) -> Problem:
    """A problem that the edge translates, as a fact of a refusal."""
    return _problem(problem.words)


def _problem(words: Words) -> Problem:
    facts = {name: _problem(fact) if isinstance(fact, Words) else fact for name, fact in words.facts.items()}
    return Problem("", words.text, facts)
