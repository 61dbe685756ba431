"""The history of a post: its wordings, ten a page, each with what it changed."""

import difflib
import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from forum.halls.models import Post, PostRevision
from forum.kernel.database import db

WORDINGS_A_PAGE = 10


@dataclass(frozen=True)
class Wording:
    """One wording of a post; `changes` marks what differs from the one before."""

    number: int
    at: datetime
    html: Markup
    changes: Markup


@dataclass(frozen=True)
class History:
    """One page of a post's wordings, the newest first; none while it is hidden."""

    wordings: list[Wording]
    page: int
    pages: int


def history(post: Post, page: int) -> History:
    """A page of wordings: revisions are numbered without gaps, and the present one is the last."""
    if post.hidden_at is not None:
        return History([], 1, 1)
    pages = (post.revision - 1) // WORDINGS_A_PAGE + 1
    page = min(max(page, 1), pages)
    newest = post.revision - (page - 1) * WORDINGS_A_PAGE
    query = db.select(PostRevision).where(
        PostRevision.post_id == post.id, PostRevision.number.between(newest - WORDINGS_A_PAGE, newest)
    )
    found = [(each.number, each.at, each.html, each.source) for each in db.session.scalars(query)]
    if newest == post.revision:
        found.append((post.revision, post.edited_at or post.at, post.html, post.source))
    sources = {number: source for number, _at, _html, source in found}
    shown = [each for each in sorted(found, reverse=True) if each[0] > newest - WORDINGS_A_PAGE]
    wordings = [
        Wording(number, at, Markup(html), differences(sources.get(number - 1), source))  # noqa: S704 - kernel.text's
        for number, at, html, source in shown
    ]
    return History(wordings, page, pages)


MOST_COMPARED = 1500


def differences(before: str | None, after: str) -> Markup:
    """What was taken out and put in, word by word; empty for a first wording."""
    if before is None:
        return Markup("")
    old, new = _comparable(re.split(r"(\s+)", before), re.split(r"(\s+)", after))
    parts = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            parts.append(escape("".join(old[i:j])))
            continue
        if j > i:
            parts.append(Markup("<del>{}</del>").format("".join(old[i:j])))
        if m > k:
            parts.append(Markup("<ins>{}</ins>").format("".join(new[k:m])))
    return Markup("").join(parts)


def _comparable(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Words and the blanks between them, those that both texts begin and end with in one. Where comparing the rest
    would take long, its lines, or all of it in one."""
    fewest = min(len(old), len(new))
    start = next((place for place in range(fewest) if old[place] != new[place]), fewest)
    end = next((place for place in range(fewest - start) if old[-1 - place] != new[-1 - place]), fewest - start)
    first, last = "".join(old[:start]), "".join(old[len(old) - end :])
    middle = [pieces[start : len(pieces) - end] for pieces in (old, new)]
    lines = ["".join(pieces).splitlines(keepends=True) for pieces in middle]
    whole = [["".join(pieces)] for pieces in middle]
    fit = next(each for each in (middle, lines, whole) if each is whole or max(map(len, each)) <= MOST_COMPARED)
    return [first, *fit[0], last], [first, *fit[1], last]
