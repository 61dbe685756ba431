"""Reads of quotes between posts: who quotes one, and what a post said before quotes were taken out of view."""

from collections.abc import Iterator

from forum.halls.models import Post, PostRevision
from forum.halls.quoting import plain, unmask
from forum.halls.quoting_models import MaskedQuote, PostQuote
from forum.kernel.database import db


def as_written(post: Post) -> Iterator[str]:
    """The wordings of a post, the newest first, with every quote that was taken out of them."""
    query = db.select(MaskedQuote).where(MaskedQuote.post_id == post.id).order_by(MaskedQuote.id)
    kept = list(db.session.scalars(query))
    for wording, number in reversed(list(wordings(post))):
        yield unmask(wording.source, [(each.mark, each.words) for each in kept if each.revision == number])


def quoting(quoted: Post) -> list[Post]:
    """Every post that quotes this one in some wording, locked for a change."""
    query = db.select(Post).join(PostQuote, PostQuote.post_id == Post.id).where(PostQuote.quoted_id == quoted.id)
    locked = query.order_by(Post.id).with_for_update(of=Post)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def wordings(post: Post) -> Iterator[tuple[Post | PostRevision, int]]:
    """Every wording of a post with its number, the present one last."""
    query = db.select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.number)
    for each in db.session.scalars(query):
        yield each, each.number
    yield post, post.revision


def words(post: Post) -> str:
    """All that a post ever said, plain, so that a quote of an earlier wording is found too."""
    return "\n".join(plain(source) for source in as_written(post))
