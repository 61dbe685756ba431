"""A post as pages show it, rendered once for the same facts: a thread is read far more often than it changes."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from forum.halls import queries, thread_queries
from forum.halls.queries import HallView
from forum.halls.thread_queries import PostRow
from forum.kernel import clock, slots
from forum.kernel.doors import Actor
from forum.kernel.kept import ANY_MEMBER, kept, this_minute
from forum.kernel.languages import language, zone_name

MOST_KEPT = 2_000


class Tag(NamedTuple):
    """An argument that was put on the record from a post."""

    number: int
    letter: str
    side: str
    url: str


class Tomb(NamedTuple):
    """Why a post is hidden, as its tombstone says it."""

    by: str
    at: datetime
    ground: str
    note: str
    log_url: str
    log_number: int | str


class Shown(NamedTuple):
    """Everything that the look of a post depends on, besides language and zone. `acts` are what later slices offer."""

    hall_id: int
    number: int
    author: str
    local: str
    at: datetime
    html: str
    office: str
    edited_count: int
    reply_to: int | None
    page: int
    arguments: tuple[Tag, ...]
    hidden: Tomb | None
    printed: bool
    folded: bool
    answerable: bool
    editable: bool
    mutable: bool
    acts: Markup

    @property
    def url(self) -> str:
        return f"/halls/{self.hall_id}/posts/{self.number}"

    @property
    def history_url(self) -> str:
        return f"{self.url}/history"

    @property
    def reply_url(self) -> str:
        return f"/halls/{self.hall_id}/posts/{self.reply_to}"


def shown_post(actor: Actor, view: HallView, row: PostRow, *, closed: bool, printed: bool) -> Markup:
    """One post with what this reader may do with it; `closed` says that nothing of theirs is taken into this hall now,
    so no way to write is offered."""
    post, own = row.post, row.post.author_id == actor.member_id
    facts = {"post": post, "view": view, "answered_author": row.answered_author, "closed": closed}
    shown = Shown(
        post.hall_id, post.number, row.author,
        "" if view.local and row.author_local == view.local.number else row.author_local, post.at, row.html,
        post.office, row.edited_count, row.reply_to, row.page, tuple(_tag(each) for each in row.arguments),
        _tomb(row.hidden) if row.hidden else None, printed, row.muted and not printed and not row.hidden,
        answerable=not closed, editable=row.may_edit and not closed, mutable=not own and not row.muted,
        acts=Markup("") if printed or row.hidden else slots.render("post.acts", actor, **facts),
    )  # fmt: skip
    return _rendered(language(), zone_name(), shown)


def shown_posts(actor: Actor, view: HallView, rows: list[PostRow], *, closed: bool, printed: bool) -> list[Markup]:
    """These posts with what this reader may do with them: most look alike to every member who may write here, or to
    every one who may not. Whoever leads may do more, an author something else, and who was muted is folded."""
    if not rows or printed or actor.leads:
        return [shown_post(actor, view, row, closed=closed, printed=printed) for row in rows]
    window = (view.hall.id, rows[0].number, rows[-1].number, closed, this_minute(clock.now()))
    looks = list(_as_members_see(*window, muted=False))
    for place, row in enumerate(rows):
        if row.post.author_id == actor.member_id:
            looks[place] = shown_post(actor, view, row, closed=closed, printed=False)
        elif row.muted:
            looks[place] = _as_members_see(*window, muted=True)[place]
    return looks


@kept
def _as_members_see(
    hall_id: int, first: int, last: int, closed: bool, _minute: datetime, *, muted: bool
) -> list[Markup]:
    view = queries.shown_hall(hall_id)
    rows = [replace(row, muted=muted) for row in thread_queries.rows(hall_id, first, last)]
    return [shown_post(ANY_MEMBER, view, row, closed=closed, printed=False) for row in rows]


def _tag(argument: dict[str, Any]) -> Tag:
    return Tag(argument["number"], argument["letter"], argument["side"], argument["url"])


def _tomb(hidden: dict[str, Any]) -> Tomb:
    note = hidden.get("note", hidden["reason"])
    return Tomb(
        hidden["by_name"], hidden["at"], hidden["ground"], note, hidden.get("url", ""), hidden.get("number", "")
    )


@lru_cache(maxsize=MOST_KEPT)
def _rendered(_language: str, _zone: str, shown: Shown) -> Markup:
    template = current_app.jinja_env.get_template("forum/halls/_post.html")
    return Markup(template.render(post=shown))  # noqa: S704 - a template of ours, escaped
