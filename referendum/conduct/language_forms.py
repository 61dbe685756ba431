"""Reads the ballot's official texts in other languages. A language is given whole or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from forum.kernel.errors import N_
from forum.kernel.languages import LANGUAGES
from forum.kernel.reading import Reader

Words = dict[str, Any]
"""By language: {"question": text, "options": {letter: {"title": text, "text": text}}}, and where the arguments on the
ballot were translated too, "arguments": {number: text}."""


def read_languages(sent: Mapping[str, Any], letters: Sequence[str], numbers: Sequence[str] = ()) -> Words:
    """The texts as sent, of the languages that were filled in; `numbers` are the digest's arguments. Raises
    `Invalid`."""
    form = Reader(sent)
    words = {language: _read(form, language, letters, numbers) for language in LANGUAGES}
    form.done()
    return {language: each for language, each in words.items() if each}


def _read(form: Reader, language: str, letters: Sequence[str], numbers: Sequence[str]) -> Words | None:
    names = {letter: f"{letter}-{language}" for letter in letters}
    question = form.line(f"question-{language}", most=300, required=False)
    titles = {letter: form.line(name, required=False) for letter, name in names.items()}
    texts = {letter: form.line(f"{name}-text", most=2_000, required=False) for letter, name in names.items()}
    claims = {number: form.line(f"{number}-{language}", most=300, required=False) for number in numbers}
    if not any((question, *titles.values(), *texts.values(), *claims.values())):
        return None
    for name, text in ((f"question-{language}", question), *((names[letter], titles[letter]) for letter in letters)):
        if not text:
            form.problem(name, N_("A language is given whole or not at all. Please fill this in."))
    options = {letter: {"title": titles[letter], "text": texts[letter]} for letter in letters}
    if not any(claims.values()):
        return {"question": question, "options": options}
    for number in (number for number, claim in claims.items() if not claim):
        form.problem(f"{number}-{language}", N_("Either every argument is translated or none. Please fill this in."))
    return {"question": question, "options": options, "arguments": claims}
