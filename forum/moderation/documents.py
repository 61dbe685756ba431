"""The text of a ruling on an appeal, as the tellers sign it. The same facts give the same bytes; not translated."""

OUTCOMES = {"upheld": "The words stay hidden.", "restored": "The words are shown again."}


def appeal_document(
    number: int, kind: str, ground: str, reason: str, content_hash: str, appeal: str, ruling: str, because: str
) -> str:
    """Hiding, appeal and ruling in one text."""
    lines = [
        f"# Ruling on the appeal against hiding {number}",
        "",
        f"Hidden: a {kind}, on the ground “{ground.replace('_', ' ')}”. Salted hash of the words: {content_hash}",
        "",
        f"The reason given: {reason}",
        "",
        f"The appeal: {appeal}",
        "",
        f"The tellers rule: {ruling}. {OUTCOMES[ruling]}",
        "",
        f"Because: {because}",
        "",
    ]
    return "\n".join(lines)
