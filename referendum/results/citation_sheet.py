"""The marks of a result as rows for a spreadsheet: each argument of the digest once, with what the debate foresaw."""

from referendum.results.page_queries import Citations

HEADING = (
    "argument", "option", "side", "claim", "moved", "weighed", "agree", "pass", "disagree", "score", "from",
)  # fmt: skip


def citation_rows(cited: Citations) -> list[list[object]]:
    """In the order of the picture. `from` names no hall that the reader may not know."""
    foreseen = {each.tag.number: each for each in cited.foreseen}
    rows: list[list[object]] = []
    for each in (row for group in cited.picture.groups for row in group.rows):
        tag, read = each.tag, foreseen[each.tag.number]
        halls = [*each.locals, *(["small locals"] if each.small else []), *(["national"] if each.national else [])]
        rows.append(
            [
                tag.label, tag.letter, tag.side, each.claim, each.moved, each.weighed,
                read.counts["agree"], read.counts["passed"], read.counts["disagree"], read.score, ", ".join(halls),
            ]
        )  # fmt: skip
    return rows
