"""What the tellers sign says the ground and the ruling in words, never in the codes that the database keeps."""

import pytest

from forum.moderation.documents import appeal_document
from forum.moderation.models import Hiding
from forum.moderation.rules import GROUND_NAMES, Ground


@pytest.mark.parametrize(("ruling", "words"), [("upheld", "stay hidden."), ("restored", "are shown again.")])
def test_a_ruling_reads_as_a_sentence(ruling: str, words: str) -> None:
    hiding = Hiding(id=2, kind="post", ground="personal_data", content_hash="ab12")
    text = appeal_document(hiding, "An address.", "It is the union's own.", ruling, "It stands on the door.")
    assert f"Hidden: a post, because {GROUND_NAMES[Ground.PERSONAL_DATA]}. Salted hash of the words: ab12" in text
    assert f"The tellers rule: The words {words}" in text
    assert ruling not in text
