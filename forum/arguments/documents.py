"""The text of a ruling on a merge, as the tellers sign it. The same facts give the same bytes; not translated."""

SENTENCES = {
    "merged": "The two say the same. {source} is merged into {target}; origins and readings of both are kept.",
    "apart": "The two do not say the same. Both stand as they are.",
}

CONSENT = {
    "declined": "A member who moved one of them refused.",
    "gone": "A member who moved one of them can no longer answer.",
    "silent": "A member who moved one of them has not answered for three days.",
}


def merge_document(
    number: int, source: tuple[str, str], target: tuple[str, str], wanting: str, ruling: str, reason: str
) -> str:
    """Proposal, missing consent and ruling in one text.

    `source` and `target` are (label, claim); `wanting` is a key of CONSENT, `ruling` of SENTENCES.
    """
    lines = [
        f"# Ruling on the proposed merge {number}",
        "",
        f"Proposed: that {source[0]} be merged into {target[0]}. {CONSENT[wanting]}",
        "",
        f"{source[0]}: {source[1]}",
        "",
        f"{target[0]}: {target[1]}",
        "",
        "The tellers rule: " + SENTENCES[ruling].format(source=source[0], target=target[0]),
        "",
        f"Public reason: {reason}",
        "",
    ]
    return "\n".join(lines)
