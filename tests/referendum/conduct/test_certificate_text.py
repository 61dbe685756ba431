"""What the certificate says of the trustees' second proofs."""

from datetime import UTC, datetime

import pytest

from referendum.conduct.certificate_text import CertificateFacts, certificate_document

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
TABLE = {"eligible": 9, "ballots": 3, "registered": None, "opened": True, "blanks": 0, "rows": []}


@pytest.mark.parametrize(
    ("proved", "line"),
    [
        ([], ""),
        ([("Votes", (1, 2), (), True)], "- Votes: second proofs by trustee 1, 2: by everybody who opened a part.\n"),
        (
            [("Votes", (2, 3), (1,), True)],
            "- Votes: second proofs by trustee 2, 3; none by trustee 1: those of the others show that what they",
        ),
        (
            [("Votes", (2,), (1,), False)],
            "- Votes: second proofs by trustee 2; none by trustee 1: nothing shows that what they opened is right.\n",
        ),
    ],
)
def test_it_names_the_trustees_who_gave_one_and_those_who_did_not(
    proved: list[tuple[str, tuple[int, ...], tuple[int, ...], bool]], line: str
) -> None:
    facts = CertificateFacts(
        question_number=1, occasion="", title="Accept?", table=TABLE, reason="More than half.", elected=["A Accept"],
        going_on=[], tie_broken="", closed_at=NOW, counted_at=NOW, archives=[("Votes", 3, 0, "ab")], proved=proved,
        challenges=[],
    )  # fmt: skip
    text = certificate_document(facts)
    assert ("## The trustees" in text) is bool(proved)
    assert line in text
