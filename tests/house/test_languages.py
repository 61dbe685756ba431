"""Spanish and French are whole: every string translated, no placeholder lost, the .mo made from the .po beside it."""

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo

from forum.kernel.catalogue import extracted, po_file, stored
from forum.kernel.languages import LANGUAGES
from forum.questions.process import CouncilDecisionStage, RollCallStage
from forum.questions.templates import load_shipped, shipped_names

OTHERS = [each for each in LANGUAGES if each != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")


@pytest.fixture(scope="module")
def product() -> Catalog:
    """The strings that code and templates mark."""
    return extracted()


def wordings(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """A string or its plural forms, always as forms; none if nothing is there."""
    return (words,) if isinstance(words, str) else tuple(words or ())


def pairs(message: Message) -> list[tuple[str, str]]:
    """(English, translation) of each form; later plural forms stand against the English plural."""
    english = wordings(message.id)
    return [(english[min(at, len(english) - 1)], words) for at, words in enumerate(wordings(message.string))]


def placeholders(words: str) -> set[str]:
    """What must stand in every wording of a string."""
    return set(PLACEHOLDER.findall(words))


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_of_the_product_is_translated(language: str, product: Catalog) -> None:
    there = {message.id: wordings(message.string) for message in stored(language)}
    assert [each.id for each in product if each.id and not all(there.get(each.id) or ("",))] == []


def test_titles_and_bodies_of_the_shipped_templates_are_known_to_the_translators(product: Catalog) -> None:
    known = {each.id for each in product}
    written = [load_shipped(name) for name in shipped_names()]
    stages = [stage for process in written for stage in process.stages]
    bodies = [stage.body for stage in stages if isinstance(stage, RollCallStage | CouncilDecisionStage)]
    assert bodies == ["Executive council", "State Council Presidents"]
    assert {process.title for process in written} | {*bodies} <= known


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_waits_for_a_second_look(language: str) -> None:
    assert [message.id for message in stored(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_every_placeholder_and_adds_none(language: str) -> None:
    for message in stored(language):
        known = placeholders(wordings(message.id)[-1])
        for english, words in pairs(message):
            if message.id and words:
                assert placeholders(english) <= placeholders(words) <= known, words
        assert [str(error) for error in message.check()] == [], message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_in_step_with_its_source(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, stored(language))
    compiled.seek(0)
    shipped = BytesIO(po_file(language).with_suffix(".mo").read_bytes())
    assert strings(read_mo(shipped)) == strings(read_mo(compiled))


def strings(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Each message's forms and their translations."""
    return {wordings(message.id): wordings(message.string) for message in catalogue if message.id}
